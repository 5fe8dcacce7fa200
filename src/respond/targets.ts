import type { Access, Account } from '../access/index.ts';
import { AwsFailure } from '../aws/index.ts';
import { parseArn, roleArn } from '../base/index.ts';
import type { RevokeSubject } from './types.ts';

/** A user or role that a measure is put on. */
export interface Target {
  readonly account: Account;
  readonly kind: 'user' | 'role';
  readonly name: string;
  readonly arn: string;
  readonly why: string;
}

/** The principals that the subject names. Throws AwsFailure `no-such-subject`. */
export function subjectTargets(access: Access, subject: RevokeSubject): Target[] {
  if (subject.kind === 'operator') {
    const operator = access.operators.find((o) => o.name === subject.operator || o.arn === subject.operator);
    if (operator === undefined)
      throw unknown(
        `operator \`${subject.operator}\``,
        access.operators.map((o) => o.name),
      );
    const { account, name, arn } = operator;
    return [{ account, kind: 'user', name, arn, why: 'the operator' }];
  }
  const role = access.roles.find((r) => r.name === subject.role);
  if (role === undefined)
    throw unknown(
      `role \`${subject.role}\``,
      access.roles.map((r) => r.name),
    );
  const accounts = role.accounts.filter(
    (a) => subject.account === undefined || a.id === subject.account || a.name === subject.account,
  );
  if (accounts.length === 0)
    throw unknown(
      `\`${role.name}\` in account \`${subject.account}\``,
      role.accounts.map((a) => a.name),
    );
  return accounts.map((account) => ({
    account,
    kind: 'role',
    name: role.name,
    arn: roleArn(access.partition, account.id, role.name, role.path),
    why: 'the role',
  }));
}

/** Every role that sessions of these principals may have gone on to, over any number of hops. */
export function onwardTargets(access: Access, from: readonly Target[]): Target[] {
  const leaving = new Map<string, (typeof access.paths)[number][]>();
  for (const path of access.paths) leaving.set(path.from.arn, [...(leaving.get(path.from.arn) ?? []), path]);
  const seen = new Set(from.map((target) => target.arn));
  const found: Target[] = [];
  const queue = [...from];
  for (const at of queue)
    for (const path of leaving.get(at.arn) ?? []) {
      if (seen.has(path.roleArn)) continue;
      seen.add(path.roleArn);
      const name = parseArn(path.roleArn)?.resource.split('/').at(-1) ?? path.role;
      const target: Target = {
        account: path.account,
        kind: 'role',
        name,
        arn: path.roleArn,
        why: `entered from ${at.name}`,
      };
      found.push(target);
      queue.push(target);
    }
  return found;
}

const unknown = (what: string, known: readonly string[]): AwsFailure =>
  new AwsFailure({
    code: 'no-such-subject',
    message: `the definition has no ${what}`,
    help: `it has ${known.join(', ')}`,
    retryable: false,
  });
