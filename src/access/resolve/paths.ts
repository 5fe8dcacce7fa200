import { roleArn, rootArn } from '../../base/index.ts';
import { externalIdFor } from '../derive/external-id.ts';
import { limits } from '../limits.ts';
import type { Access, Path, Role, TrustEntry } from '../types.ts';

/** Every way in: principal × trust entry × account. */
export function resolvePaths(roles: readonly Role[], partition: Access['partition']): Path[] {
  const paths: Path[] = [];
  for (const role of roles) {
    for (const entry of role.trust) {
      const origins = originsOf(entry, partition);
      for (const account of role.accounts) {
        const arn = roleArn(partition, account.id, role.name, role.path);
        const externalId = externalIdFor(entry, account);
        for (const from of origins) {
          const chained = from.kind === 'role';
          paths.push({
            from,
            role: role.name,
            account,
            roleArn: arn,
            ...(externalId !== undefined && { externalId }),
            mfa: entry.mfa.required,
            ...(entry.mfa.maxAge !== undefined && { mfaMaxAge: entry.mfa.maxAge }),
            duration: chained ? Math.min(role.maxSessionDuration, limits.chained) : role.maxSessionDuration,
            entry,
          });
        }
      }
    }
  }
  return paths;
}

function originsOf(entry: TrustEntry, partition: Access['partition']): Path['from'][] {
  return [
    ...entry.operators.map(({ name, arn }) => ({ kind: 'operator' as const, name, arn })),
    ...entry.roles.map(({ role, arn }) => ({ kind: 'role' as const, name: role, arn })),
    ...entry.accounts.map((id) => ({ kind: 'account' as const, name: id, arn: rootArn(partition, id) })),
    ...entry.services.map((service) => ({ kind: 'service' as const, name: service, arn: service })),
  ];
}
