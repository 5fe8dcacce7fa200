import { assumedRoleArn, parseArn } from '../../../../base/index.ts';
import { uuid } from '../../../state/ids.ts';
import { AwsError, type Call, type Caller } from '../../../types.ts';
import type { World } from '../../world.ts';
import type { Actor, Stack } from '../model.ts';

export const SERVICE = 'cloudformation.amazonaws.com';
const SESSION = 'AWSCloudFormation';
const HOUR = 3_600_000;

/** With what an operation calls other services: its calls' facts but for the service and operation. */
export type Credentials = Omit<Call, 'requestId' | 'service' | 'operation' | 'host'>;

/**
 * The stack's service role, or the rights of whoever asked ("a temporary session that is generated from your user
 * credentials").
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 */
export function operationCredentials(world: World, stack: Stack, actor: Actor, now: number): Credentials {
  const caller =
    stack.roleArn === undefined
      ? actor.caller
      : assumeServiceRole(world, stack.roleArn, { region: stack.region, now, accountId: stack.accountId });
  return {
    now,
    region: stack.region,
    sourceIp: actor.sourceIp,
    userAgent: actor.userAgent,
    caller,
    invokedBy: SERVICE,
    ...(stack.roleArn !== undefined && { asServiceRole: true }),
  };
}

/**
 * Throws AccessDenied for a role of another account: nobody can hand over what isn't theirs, whatever its trust policy
 * says of the service. The words are AWS's (https://github.com/adcreare/cloudformation/issues/3).
 */
export function checkPassable(roleArn: string | undefined, accountId: string): void {
  const account = roleArn === undefined ? undefined : parseArn(roleArn)?.account;
  if (account === undefined || account === accountId) return;
  throw new AwsError('AccessDenied', 'Cross-account pass role is not allowed.', 403);
}

/**
 * Assumes a role as CloudFormation does. Throws ValidationError when the role doesn't exist or doesn't trust
 * cloudformation.amazonaws.com, AccessDenied when it is another account's.
 */
export function assumeServiceRole(
  world: World,
  roleArn: string,
  at: { readonly region: string; readonly now: number; readonly accountId: string },
): Caller {
  checkPassable(roleArn, at.accountId);
  const role = world.store.roleByArn(roleArn);
  const invalid = new AwsError('ValidationError', `Role ${roleArn} is invalid or cannot be assumed`);
  if (role === undefined || role.accountId !== at.accountId) throw invalid;
  const service: Caller = { principal: { type: 'service', service: SERVICE }, accountId: '' };
  let issued: { readonly AccessKeyId: string; readonly Expiration: Date };
  try {
    const { Credentials } = world.invoke(
      {
        requestId: uuid(world.store.random),
        now: at.now,
        service: 'sts',
        operation: 'AssumeRole',
        region: at.region,
        sourceIp: SERVICE,
        userAgent: SERVICE,
        host: `sts.${at.region}.amazonaws.com`,
        caller: service,
        invokedBy: SERVICE,
      },
      { RoleArn: roleArn, RoleSessionName: SESSION },
    ) as { Credentials: typeof issued };
    issued = Credentials;
  } catch (error) {
    if (error instanceof AwsError) throw invalid;
    throw error;
  }
  const { account = '' } = parseArn(roleArn) ?? {};
  return {
    principal: {
      type: 'role-session',
      arn: assumedRoleArn('aws', account, role.name, SESSION),
      roleArn,
      roleId: role.id,
      sessionName: SESSION,
      accountId: account,
    },
    accountId: account,
    accessKeyId: issued.AccessKeyId,
    session: {
      issuedAt: issued.Expiration.getTime() - HOUR,
      expiresAt: issued.Expiration.getTime(),
      sessionPolicies: [],
      tags: {},
      transitiveTagKeys: [],
      chained: false,
    },
  };
}
