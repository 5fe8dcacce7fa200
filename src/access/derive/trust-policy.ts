import { rootArn } from '../../base/index.ts';
import type { PolicyJson, StatementJson } from '../../policy/index.ts';
import type { Access, Account, Role, TrustEntry } from '../types.ts';
import { externalIdFor } from './external-id.ts';

type TrustContext = Pick<Access, 'partition' | 'organizationId' | 'roles'>;

/** The trust policy of a role in one of its accounts: one statement a trust entry. */
export function trustPolicy(role: Role, account: Account, access: TrustContext): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: role.trust.map((entry) => trustStatement(entry, account, access)),
  };
}

function trustStatement(entry: TrustEntry, account: Account, access: TrustContext): StatementJson {
  const aws = [
    ...entry.operators.map((o) => o.arn),
    ...entry.roles.map((r) => r.arn),
    ...entry.accounts.map((id) => rootArn(access.partition, id)),
  ];
  const Condition = conditions(entry, account, access);
  return {
    Effect: 'Allow',
    Principal: {
      ...(aws.length > 0 && { AWS: oneOrMany(aws) }),
      ...(entry.services.length > 0 && { Service: oneOrMany(entry.services) }),
    },
    Action: passesSourceIdentity(entry, access)
      ? ['sts:AssumeRole', 'sts:SetSourceIdentity']
      : 'sts:AssumeRole',
    ...(Object.keys(Condition).length > 0 && { Condition }),
  };
}

function conditions(
  entry: TrustEntry,
  account: Account,
  { organizationId }: TrustContext,
): NonNullable<StatementJson['Condition']> {
  const equals: Record<string, string> = {};
  const externalId = externalIdFor(entry, account);
  if (externalId !== undefined) equals['sts:ExternalId'] = externalId;
  if (entry.organizationOnly && organizationId !== undefined) equals['aws:PrincipalOrgID'] = organizationId;
  if (entry.sessionName === 'username') equals['sts:RoleSessionName'] = '${aws:username}';
  // Any value would let one operator act under another's name: a user's own name is the only one that proves itself.
  const named = entry.sourceIdentity && entry.operators.length > 0 && entry.accounts.length === 0;
  if (named) equals['sts:SourceIdentity'] = '${aws:username}';
  return {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(entry.sourceIdentity && !named && { StringLike: { 'sts:SourceIdentity': '?*' } }),
    ...(entry.mfa.required && { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ...(entry.mfa.maxAge !== undefined && {
      NumericLessThanEquals: { 'aws:MultiFactorAuthAge': String(entry.mfa.maxAge) },
    }),
    ...(entry.networks.length > 0 && {
      IpAddress: { 'aws:SourceIp': oneOrMany([...new Set(entry.networks.flatMap((n) => n.cidrs))]) },
    }),
  };
}

/**
 * Whether callers of this entry need sts:SetSourceIdentity: it is demanded here, or was set on an earlier hop, for
 * the principal that chains must be allowed to set it on every further hop:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
export function passesSourceIdentity(entry: TrustEntry, access: Pick<Access, 'roles'>): boolean {
  if (entry.sourceIdentity) return true;
  if (entry.roles.length === 0) return false;
  const carriers = rolesWithSourceIdentity(access.roles);
  return entry.roles.some((r) => carriers.has(r.role));
}

const carriersOf = new WeakMap<readonly Role[], ReadonlySet<string>>();

/** Roles whose sessions can carry a source identity: demanded of one of their callers, or inherited from one. */
function rolesWithSourceIdentity(roles: readonly Role[]): ReadonlySet<string> {
  const known = carriersOf.get(roles);
  if (known !== undefined) return known;
  const carriers = new Set<string>();
  for (let before = -1; before !== carriers.size; ) {
    before = carriers.size;
    for (const role of roles) {
      if (role.trust.some((e) => e.sourceIdentity || e.roles.some((r) => carriers.has(r.role)))) {
        carriers.add(role.name);
      }
    }
  }
  carriersOf.set(roles, carriers);
  return carriers;
}

const oneOrMany = (values: readonly string[]): string | string[] =>
  values.length === 1 ? values[0]! : [...values];
