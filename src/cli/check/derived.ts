import { type Access, assumePolicy, permissionPolicy, type Role, trustPolicy } from '../../access/index.ts';
import type { PolicyJson, PolicyKind } from '../../policy/index.ts';

/** A policy that `generate` makes, once for all accounts and callers where it says the same. */
export interface Derived {
  readonly kind: PolicyKind;
  readonly json: PolicyJson;
  /** Whose it is: the role, or undefined for the assume policy of an operator. */
  readonly role?: Role;
  readonly part: 'trust' | 'permission' | 'assume';
}

/**
 * Every distinct policy of a definition. A role in 10,000 accounts has one trust policy to look at: documents count as
 * the same when they differ by the id of the account that holds them only (derived ExternalIds).
 */
export function* derivedPolicies(access: Access): Generator<Derived> {
  for (const role of access.roles) {
    const seen = new Set<string>();
    for (const account of role.accounts) {
      const json = trustPolicy(role, account, access);
      if (isNew(seen, json, account.id)) yield { kind: 'trust', json, role, part: 'trust' };
    }
    const permissions = permissionPolicy(role);
    if (permissions !== undefined) yield { kind: 'inline-role', json: permissions, role, part: 'permission' };
  }
  yield* assumePolicies(access);
}

function* assumePolicies(access: Access): Generator<Derived> {
  const seen = new Set<string>();
  const roles = new Map(access.roles.map((role) => [role.name, role]));
  const asked = new Set<string>();
  for (const { from } of access.paths) {
    if ((from.kind !== 'operator' && from.kind !== 'role') || asked.has(from.arn)) continue;
    asked.add(from.arn);
    const role = from.kind === 'role' ? roles.get(from.name) : undefined;
    const account = from.arn.split(':')[4] ?? '';
    for (const json of assumePolicy(from.arn, access)) {
      if (!isNew(seen, json, account)) continue;
      yield { kind: 'identity', json, part: 'assume', ...(role && { role }) };
    }
  }
}

function isNew(seen: Set<string>, json: PolicyJson, accountId: string): boolean {
  const text = JSON.stringify(json).replaceAll(accountId, 'ACCOUNT');
  if (seen.has(text)) return false;
  seen.add(text);
  return true;
}
