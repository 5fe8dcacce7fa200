import { uuid } from '../../../state/ids.ts';
import type { Role } from '../../../state/model.ts';
import { AwsError } from '../../../types.ts';
import { ensureServiceLinkedRole, nameTaken, servicePath } from '../../iam/service-linked.ts';
import { assumeAsService } from '../../sts/service-assumption.ts';
import type { LinkedRoleUse, World } from '../../world.ts';
import { emptyStackSets, type OrganizationsAccess } from './model.ts';
import type { Refused } from './refused.ts';
import { serviceCall } from './service-call.ts';

/** The service in the management account, and the one in members; the latter is what Organizations trusts. */
export const STACKSETS = 'stacksets.cloudformation.amazonaws.com';
export const MEMBER_STACKSETS = 'member.org.stacksets.cloudformation.amazonaws.com';

const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Throws InvalidInput when the role's name is taken by another role (checkAdministratorName tells before anything is done). */
export function administratorOf({ store }: World, managementAccountId: string, now: number): Role {
  const role = ensureServiceLinkedRole(store, managementAccountId, STACKSETS, now);
  if (role === undefined) throw nameTaken('AWSServiceRoleForCloudFormationStackSetsOrgAdmin');
  return role;
}

/** The members' execution roles trust the administrator: a role of the customer's own must never pass for it. */
export function checkAdministratorName({ store }: World, managementAccountId: string): void {
  const role = store
    .account(managementAccountId)
    .roles.get('AWSServiceRoleForCloudFormationStackSetsOrgAdmin');
  if (role !== undefined && role.path !== servicePath(STACKSETS)) throw nameTaken(role.name);
}

/**
 * What the two roles are needed for: the administrator's for service-managed stack sets, a member's for its stacks.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-service-linked-roles.html
 * unverified: what of it AWS looks at.
 */
export function tellLinkedRoleUses(world: World): void {
  const managed = () =>
    [...world.own('stacksets', emptyStackSets).sets.values()].filter(
      ({ permissionModel, status }) => permissionModel === 'SERVICE_MANAGED' && status === 'ACTIVE',
    );
  world.linkedRoleUses.set(STACKSETS, (accountId) =>
    byRegion(
      managed()
        .filter((set) => set.accountId === accountId)
        .map(({ region, arn }) => ({ region, resource: arn })),
    ),
  );
  world.linkedRoleUses.set(MEMBER_STACKSETS, (accountId) =>
    byRegion(
      managed()
        .flatMap(({ instances }) => [...instances.values()])
        .filter((instance) => instance.accountId === accountId)
        .flatMap(({ region, stackId }) => (stackId === undefined ? [] : [{ region, resource: stackId }])),
    ),
  );
}

function byRegion(uses: readonly { readonly region: string; readonly resource: string }[]): LinkedRoleUse[] {
  const regions = new Map<string, string[]>();
  for (const { region, resource } of uses) regions.set(region, [...(regions.get(region) ?? []), resource]);
  return [...regions].map(([region, resources]) => ({ region, resources }));
}

/** Its ARN, there or not: what a read may show without making anything. */
export const administratorArn = (managementAccountId: string): string =>
  `arn:aws:iam::${managementAccountId}:role/aws-service-role/${STACKSETS}/AWSServiceRoleForCloudFormationStackSetsOrgAdmin`;

/** What an organization's stack sets have set up, made on first use. */
export function accessOf(world: World, managementAccountId: string): OrganizationsAccess {
  const { organizations } = world.own('stacksets', emptyStackSets);
  const known = organizations.get(managementAccountId);
  if (known !== undefined) return known;
  const digits = Buffer.from(world.store.random.bytes(16)).toString('hex');
  const fresh = { active: false, executionRoleName: `stacksets-exec-${digits}` };
  organizations.set(managementAccountId, fresh);
  return fresh;
}

/**
 * The name of the role that a member lets stack sets work with. The member's service-linked role makes it when it is
 * missing, by IAM calls of its own: they are authorized and recorded in the member like any other.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
 */
export function ensureExecutionRole(
  world: World,
  managementAccountId: string,
  accountId: string,
  now: number,
): string | Refused {
  const { store } = world;
  const { executionRoleName: name } = accessOf(world, managementAccountId);
  const account = store.accounts.get(accountId);
  if (account === undefined || account.closed === true)
    return { refused: `Account ${accountId} is not active.` };
  const known = account.roles.get(name);
  if (known !== undefined && known.attached.size > 0) return name;
  const linked = ensureServiceLinkedRole(store, accountId, MEMBER_STACKSETS, now);
  if (linked === undefined)
    return { refused: nameTaken('AWSServiceRoleForCloudFormationStackSetsOrgMember').message };
  try {
    const caller = assumeAsService(world, {
      service: MEMBER_STACKSETS,
      roleArn: linked.arn,
      sessionName: uuid(store.random),
      now,
      sourceAccount: accountId,
    });
    const iam = (operation: string, input: Record<string, unknown>) =>
      world.invoke(
        serviceCall(world, caller, { service: 'iam', operation, region: 'us-east-1', now }),
        input,
      );
    if (known === undefined) {
      iam('CreateRole', {
        RoleName: name,
        AssumeRolePolicyDocument: trust(administratorOf(world, managementAccountId, now)),
      });
    }
    iam('AttachRolePolicy', { RoleName: name, PolicyArn: ADMINISTRATOR_ACCESS });
    return name;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { refused: error.message };
  }
}

const trust = ({ arn }: Role): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' }],
  });
