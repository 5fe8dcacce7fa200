import { describe, expect, it } from 'vitest';
import type { PrincipalElement } from '../policy/index.ts';
import { compileNotPrincipal, compilePrincipal, Form } from './principal.ts';
import type { Principal } from './types.ts';

const at = { offset: 0, line: 1, column: 1 };
const span = { start: at, end: at };
const aws = (...values: string[]): PrincipalElement => ({
  kind: 'map',
  span,
  AWS: values.map((value) => ({ value, span })),
});

const A = '111122223333';
const session: Principal = {
  type: 'role-session',
  arn: `arn:aws:sts::${A}:assumed-role/Worker/monday`,
  roleArn: `arn:aws:iam::${A}:role/Worker`,
  roleId: 'AROAEXAMPLE0000000001',
  sessionName: 'monday',
  accountId: A,
};

describe('the form in which a policy names a role session', () => {
  it.each([
    [session.arn, Form.direct],
    ['AROAEXAMPLE0000000001:monday', Form.direct],
    ['*', Form.direct],
    [session.roleArn, Form.limited],
    ['AROAEXAMPLE0000000001', Form.limited],
    [A, Form.account],
    [`arn:aws:iam::${A}:root`, Form.account],
    [`arn:aws-us-gov:iam::${A}:root`, Form.account],
    ['AROAEXAMPLE0000000001:tuesday', Form.none],
    ['AROAEXAMPLE0000000009', Form.none],
    [`arn:aws:iam::${A}:role/*`, Form.none],
    [`arn:aws:sts::${A}:assumed-role/Worker/*`, Form.none],
    [`arn:aws:iam::${A}:role/worker`, Form.none],
    ['444455556666', Form.none],
  ])('%s', (name, form) => {
    expect(compilePrincipal(aws(name))(session)).toBe(form);
  });

  it('the strongest of several counts', () => {
    expect(compilePrincipal(aws(A, session.roleArn, session.arn))(session)).toBe(Form.direct);
    expect(compilePrincipal(aws(A, session.roleArn))(session)).toBe(Form.limited);
  });
});

describe('NotPrincipal spares a session only when all its names are listed', () => {
  it.each([
    [[session.arn, session.roleArn, A], false],
    [[session.arn, session.roleArn], true],
    [[session.roleArn, A], true],
    [[A], true],
    [['*'], false],
  ])('%j', (names, applies) => {
    expect(compileNotPrincipal(aws(...names))(session)).toBe(applies);
  });
});
