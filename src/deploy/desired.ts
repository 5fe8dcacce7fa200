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
  /** Policies by name. */
  readonly inline: ReadonlyMap<string, PolicyJson>;
  readonly attached: readonly string[];
  readonly boundaryArn?: string;
}

interface DesiredUser extends Identity {
  readonly kind: 'user';
}

interface DesiredRole extends Identity {
  readonly kind: 'role';
  readonly description: string;
  readonly trust: PolicyJson;
  readonly maxSessionDuration: number;
}

interface DesiredPolicy extends Common {
  readonly kind: 'policy';
  readonly policy: PolicyJson;
}

/** Left free of the inline quotas (a user's is 2,048 characters): a revocation in an emergency must not fail on the quota. */
const RESERVED = 300;

/** Everything that the definition wants in one account. */
export function desiredIn(access: Access, account: Account): Desired[] {
  const users = access.operators.filter((operator) => operator.account.id === account.id);
  const roles = access.roles.filter((role) => role.accounts.some((a) => a.id === account.id));
  return [
    ...users.flatMap((operator) => desiredUser(access, operator)),
    ...roles.flatMap((role) => desiredRole(access, role, account)),
  ];
}

function desiredUser(access: Access, operator: Operator): Desired[] {
  const { account, name, arn } = operator;
  const documents = assumePolicy(arn, access);
  const fits = sizeOf(documents) <= quotaOf('inline-user') - RESERVED;
  const onward = carry(access, account, documents, fits, name);
  return [
    ...onward.policies,
    {
      kind: 'user',
      account,
      name,
      path: pathOf(arn, name),
      arn,
      tags: { [OWNER_TAG]: access.name },
      phase: 0,
      inline: onward.inline,
      attached: onward.attached,
      dependsOn: onward.attached,
    },
  ];
}

function desiredRole(access: Access, role: Role, account: Account): Desired[] {
  const arn = roleArn(access.partition, account.id, role.name, role.path);
  const permissions = permissionPolicy(role);
  const documents = assumePolicy(arn, access);
  const own = permissions === undefined ? 0 : sizeOf([permissions]);
  const fits = own + sizeOf(documents) <= quotaOf('inline-role') - RESERVED;
  const onward = carry(access, account, documents, fits, `role.${role.name}`);
  return [
    ...onward.policies,
    {
      kind: 'role',
      account,
      name: role.name,
      path: role.path,
      arn,
      tags: { ...role.tags, [OWNER_TAG]: access.name },
      phase: depthOf(access, arn),
      dependsOn: [...principalsOf(role), ...onward.attached],
      inline: new Map([
        ...(permissions === undefined ? [] : [[PERMISSION_POLICY, permissions] as const]),
        ...onward.inline,
      ]),
      attached: [...role.permissions.managed, ...onward.attached],
      ...(role.boundaryArn === undefined ? {} : { boundaryArn: role.boundaryArn }),
      description: role.description,
      trust: trustPolicy(role, account, access),
      maxSessionDuration: role.maxSessionDuration,
    },
  ];
}

/** The right to assume onward: one inline policy where it fits, else managed policies of our own. */
function carry(
  access: Access,
  account: Account,
  documents: readonly PolicyJson[],
  fits: boolean,
  suffix: string,
): { inline: ReadonlyMap<string, PolicyJson>; attached: string[]; policies: DesiredPolicy[] } {
  const [only] = documents;
  if (only === undefined) return { inline: new Map(), attached: [], policies: [] };
  if (documents.length === 1 && fits)
    return { inline: new Map([[ASSUME_POLICY, only]]), attached: [], policies: [] };
  const policies = documents.map((policy, i): DesiredPolicy => {
    const name = `${ASSUME_POLICY}-${suffix}${i === 0 ? '' : `.${i + 1}`}`;
    const arn = `arn:${access.partition}:iam::${account.id}:policy/${name}`;
    const tags = { [OWNER_TAG]: access.name };
    return { kind: 'policy', account, name, path: '/', arn, policy, tags, phase: 0, dependsOn: [] };
  });
  return { inline: new Map(), attached: policies.map(({ arn }) => arn), policies };
}

const sizeOf = (documents: readonly PolicyJson[]): number =>
  documents.reduce((sum, document) => sum + policySize(printPolicyJson(document)), 0);

/** Users and roles of the definition that the trust policy names: AWS refuses it while one does not exist. */
const principalsOf = (role: Role): string[] => [
  ...new Set(role.trust.flatMap((t) => [...t.operators.map((o) => o.arn), ...t.roles.map((r) => r.arn)])),
];

/** 1 for a role that no role of the definition enters; else one more than the deepest that does. Circles end. */
function depthOf(access: Access, arn: string, above: readonly string[] = []): number {
  if (above.includes(arn)) return 1;
  const entering =
    rolesByArn(access)
      .get(arn)
      ?.trust.flatMap((t) => t.roles.map((r) => r.arn)) ?? [];
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
