import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samePolicy } from './canonical.ts';
import { diffLines } from './diff.ts';

const statement = (more: object) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

describe('policies compare by meaning', () => {
  test.each([
    ['order of actions', { Action: ['a:B', 'c:D'] }, { Action: ['c:D', 'a:B'] }],
    ['one against a list of one', { Action: 'a:B' }, { Action: ['a:B'] }],
    ['case of actions', { Action: 'EC2:describe*' }, { Action: 'ec2:Describe*' }],
    [
      'account id and root ARN',
      { Principal: { AWS: '111122223333' } },
      { Principal: { AWS: ['arn:aws:iam::111122223333:root'] } },
    ],
    [
      'true and "true"',
      { Condition: { Bool: { 'aws:MultiFactorAuthPresent': true } } },
      { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    ],
    [
      'case of condition keys',
      { Condition: { Bool: { 'AWS:multifactorauthpresent': 'true' } } },
      { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    ],
  ])('the same: %s', (_, a, b) => {
    expect(samePolicy(policy(statement(a)), policy(statement(b)))).toBe(true);
  });

  test.each([
    ['case of resources', { Resource: 'arn:aws:s3:::A' }, { Resource: 'arn:aws:s3:::a' }],
    [
      'case of condition values',
      { Condition: { StringEquals: { 'sts:ExternalId': 'A' } } },
      { Condition: { StringEquals: { 'sts:ExternalId': 'a' } } },
    ],
    ['everybody, in two forms', { Principal: '*' }, { Principal: { AWS: '*' } }],
    ['a lost condition', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }, {}],
    ['IfExists', { Condition: { Bool: { k: 'true' } } }, { Condition: { BoolIfExists: { k: 'true' } } }],
    ['effect', { Effect: 'Deny' }, {}],
    ['NotAction', { Action: undefined, NotAction: 's3:GetObject' }, {}],
    [
      'a user and their root',
      { Principal: { AWS: 'arn:aws:iam::111122223333:user/root' } },
      { Principal: { AWS: '111122223333' } },
    ],
    ['the version', { Resource: '${aws:username}' }, { Resource: '*' }],
  ])('not the same: %s', (_, a, b) => {
    expect(samePolicy(policy(statement(a)), policy(statement(b)))).toBe(false);
  });

  test('order of statements and duplicates mean nothing; a missing version is 2008', () => {
    const [a, b] = [statement({ Sid: 'a' }), statement({ Sid: 'b', Effect: 'Deny' })];
    expect(samePolicy(policy(a, b), policy(b, a))).toBe(true);
    expect(samePolicy({ Statement: a }, { Version: '2008-10-17', Statement: [a] })).toBe(true);
    expect(samePolicy({ Statement: a }, policy(a))).toBe(false);
    expect(samePolicy(undefined, policy(a))).toBe(false);
  });
});

test('a difference, applied, gives the other text', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', '  d'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after, 100);
      const side = (sign: string) =>
        diff.filter((l) => l.startsWith('  ') || l.startsWith(sign)).map((l) => l.slice(2));
      if (diff.length > 0) {
        expect(side('- ')).toEqual(before);
        expect(side('+ ')).toEqual(after);
      } else expect(before).toEqual(after);
    }),
  );
});
