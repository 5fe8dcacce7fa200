import type { AssumeRoleResponse } from '@aws-sdk/client-sts';
import { parseArn } from '../../../../base/index.ts';
import { callerOfSession } from '../../../state/credentials.ts';
import { uuid } from '../../../state/ids.ts';
import { AwsError, type Caller } from '../../../types.ts';
import { assumeAsService } from '../../sts/service-assumption.ts';
import type { World } from '../../world.ts';
import { checkPassable } from '../deploy/credentials.ts';
import type { SetOperation, StackSet } from './model.ts';
import type { Refused } from './refused.ts';
import { CLOUDFORMATION, serviceCall } from './service-call.ts';
import { administratorArn, administratorOf, ensureExecutionRole, STACKSETS } from './service-roles.ts';

export const ADMINISTRATION_ROLE = 'AWSCloudFormationStackSetAdministrationRole';
export const EXECUTION_ROLE = 'AWSCloudFormationStackSetExecutionRole';

export const defaultAdministrationRole = (accountId: string): string =>
  `arn:aws:iam::${accountId}:role/${ADMINISTRATION_ROLE}`;

/** `service-role/AWSControlTowerStackSetRole`: AWS's messages name a role with its path. */
const shownRole = (arn: string): string => parseArn(arn)?.resource.replace(/^role\//, '') ?? arn;

/**
 * A session of the administration role (self-managed) or of the service-linked role in the management account. The
 * trust policy decides, as for every service that takes on a role.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
 */
export function becomeAdministrator(
  world: World,
  set: StackSet,
  operation: SetOperation,
  now: number,
): Caller | Refused {
  const managed = set.permissionModel === 'SERVICE_MANAGED';
  const roleArn = managed
    ? administratorArn(set.accountId)
    : (operation.roles?.administrationRoleArn ?? defaultAdministrationRole(set.accountId));
  try {
    if (managed) administratorOf(world, set.accountId, now);
    checkPassable(roleArn, set.accountId);
    return assumeAsService(world, {
      service: managed ? STACKSETS : CLOUDFORMATION,
      roleArn,
      sessionName: uuid(world.store.random),
      now,
      region: set.region,
      sourceArn: set.arn,
      sourceAccount: set.accountId,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return {
      refused: `Account ${set.accountId} should have '${shownRole(roleArn)}' role with trust relationship to CloudFormation service.`,
    };
  }
}

/**
 * A session of the execution role in a target account, by a call of sts:AssumeRole with the administration role's own
 * rights: its identity policies, the execution role's trust, both organizations' limits, CloudTrail in both accounts.
 */
export function becomeExecutor(
  world: World,
  set: StackSet,
  operation: SetOperation,
  administrator: Caller,
  accountId: string,
  now: number,
): Caller | Refused {
  const roleName =
    set.permissionModel === 'SERVICE_MANAGED'
      ? ensureExecutionRole(world, set.accountId, accountId, now)
      : (operation.roles?.executionRoleName ?? EXECUTION_ROLE);
  if (typeof roleName !== 'string') return roleName;
  const call = serviceCall(world, administrator, {
    service: 'sts',
    operation: 'AssumeRole',
    region: set.region,
    now,
  });
  try {
    const { Credentials } = world.invoke(call, {
      RoleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
      RoleSessionName: uuid(world.store.random),
    }) as unknown as AssumeRoleResponse;
    const claims = world.store.tokens.open(Credentials?.SessionToken ?? '');
    const caller = claims && callerOfSession(claims, world.store);
    if (caller !== undefined) return caller;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  const from = administrator.principal.type === 'role-session' ? administrator.principal.roleArn : '';
  return {
    refused: `Account ${accountId} should have '${roleName}' role with trust relationship to Role '${shownRole(from)}'.`,
  };
}
