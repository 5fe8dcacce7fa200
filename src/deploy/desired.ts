import {
  type Access,
  type Account,
  assumePolicy,
  type Operator,
  permissionPolicy,
  type Role,
  trustPolicy,
} from '../access/index.ts';
import { ASSUME_POLICY, OWNER_TAG, PERMISSION_POLICY } from '../aws/index.ts';
import { parseArn, roleArn } from '../base/index.ts';
import { type PolicyJson, policySize, printPolicyJson, quotaOf } from '../policy/index.ts';
import type { Tags } from './types.ts';

/** What the definition wants in one account, in IAM's terms. */
export type Desired = DesiredUser | DesiredRole | DesiredPolicy;

interface Common {
  readonly account: Account;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly tags: Tags;
  /** 0: users and policies; 1, 2 …: roles, after those that they trust. */
  readonly phase: number;
  readonly dependsOn: readonly string[];
}

interface Identity extends Common {
  readonly inline: ReadonlyMap<string, PolicyJson>;
  readonly attached: readonly string[];
  readonly boundaryArn?: string;
}

export interface DesiredUser extends Identity {
  readonly kind: 'user';
}

export interface DesiredRole extends Identity {
  readonly kind: 'role';
  readonly description: string;
  readonly trust: PolicyJson;
  readonly maxSessionDuration: number;
}

export interface DesiredPolicy extends Common {
  readonly kind: 'policy';
  readonly policy: PolicyJson;
}

/** Left free in a user's 2,048 inline characters: a revocation in an emergency must not fail on the quota. */
const RESERVED = 300;

/** Everything that the definition wants in one account. */
export function desiredIn(access: Access, account: Account): Desired[] {
  const users = access.operators.filter((operator) => operator.account.id === account.id);
  const roles = access.roles.filter((role) => role.accounts.some((a) => a.id === account.id));
  return [
    ...users.flatMap((operator) => desiredUser(access, operator)),
    ...roles.map((role) => desiredRole(access, role, account)),
  ];
}

function desiredUser(access: Access, operator: Operator): Desired[] {
  const tags = { [OWNER_TAG]: access.name };
  const path = pathOf(operator.arn, operator.name);
  const { account, name, arn } = operator;
  const policy = assumePolicy(arn, access);
  const common = { account, tags, phase: 0 };
  const user = { kind: 'user', ...common, name, path, arn } as const;
  if (policy === undefined) return [{ ...user, inline: new Map(), attached: [], dependsOn: [] }];
  if (policySize(printPolicyJson(policy)) <= quotaOf('inline-user') - RESERVED)
    return [{ ...user, inline: new Map([[ASSUME_POLICY, policy]]), attached: [], dependsOn: [] }];
  const policyName = `${ASSUME_POLICY}-${name}`;
  const policyArn = `arn:${access.partition}:iam::${account.id}:policy/${policyName}`;
  return [
    {
      kind: 'policy',
      ...common,
      name: policyName,
      path: '/',
      arn: policyArn,
      policy,
      dependsOn: [],
    },
    { ...user, inline: new Map(), attached: [policyArn], dependsOn: [policyArn] },
  ];
}

function desiredRole(access: Access, role: Role, account: Account): DesiredRole {
  const arn = roleArn(access.partition, account.id, role.name, role.path);
  const inline = new Map<string, PolicyJson>();
  const permissions = permissionPolicy(role);
  if (permissions !== undefined) inline.set(PERMISSION_POLICY, permissions);
  const onward = assumePolicy(arn, access);
  if (onward !== undefined) inline.set(ASSUME_POLICY, onward);
  return {
    kind: 'role',
    account,
    name: role.name,
    path: role.path,
    arn,
    tags: { ...role.tags, [OWNER_TAG]: access.name },
    phase: depthOf(access, arn),
    dependsOn: principalsOf(role),
    inline,
    attached: role.permissions.managed,
    ...(role.boundaryArn === undefined ? {} : { boundaryArn: role.boundaryArn }),
    description: role.description,
    trust: trustPolicy(role, account, access),
    maxSessionDuration: role.maxSessionDuration,
  };
}

/** Users and roles of the definition that the trust policy names: AWS refuses it while one does not exist. */
const principalsOf = (role: Role): string[] => [
  ...new Set(role.trust.flatMap((t) => [...t.operators.map((o) => o.arn), ...t.roles.map((r) => r.arn)])),
];

/** 1 for a role that no role of the definition enters; else one more than the deepest that does. Circles end. */
export function depthOf(access: Access, arn: string, above: readonly string[] = []): number {
  if (above.includes(arn)) return 1;
  const entering = rolesByArn(access).get(arn)?.trust.flatMap((t) => t.roles.map((r) => r.arn)) ?? [];
  return 1 + Math.max(0, ...entering.map((e) => depthOf(access, e, [...above, arn])));
}

const indexes = new WeakMap<Access, ReadonlyMap<string, Role>>();

/** Made once a definition: with 10,000 accounts a search for each role in each account would be quadratic. */
function rolesByArn(access: Access): ReadonlyMap<string, Role> {
  const existing = indexes.get(access);
  if (existing !== undefined) return existing;
  const index = new Map<string, Role>();
  for (const role of access.roles)
    for (const { id } of role.accounts) index.set(roleArn(access.partition, id, role.name, role.path), role);
  indexes.set(access, index);
  return index;
}

function pathOf(arn: string, name: string): string {
  const resource = parseArn(arn)?.resource ?? '';
  return resource.slice(resource.indexOf('/'), resource.length - name.length) || '/';
}
