import { parseArn } from '../../../base/index.ts';
import { type Authorization, AwsError, type Call, type Caller } from '../../types.ts';
import { structureOf } from '../organizations/structure.ts';
import type { ActingService } from '../ports.ts';
import { assumeAsService } from '../sts/service-assumption.ts';
import type { World } from '../world.ts';
import type { Trail } from './state.ts';

export const SERVICE = 'cloudtrail.amazonaws.com';

export const acting = (trail: Pick<Trail, 'arn' | 'accountId'>, now: number): ActingService => ({
  service: SERVICE,
  sourceArn: trail.arn,
  sourceAccount: trail.accountId,
  now,
});

export const folderOf = ({ prefix, organizationId }: Pick<Trail, 'prefix' | 'organizationId'>): string =>
  `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${organizationId === undefined ? '' : `${organizationId}/`}`;

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
export function checkBucket(world: World, trail: Trail, now: number): void {
  const { bucket } = trail;
  const s3 = world.ports.s3;
  if (s3?.exists(bucket) !== true) {
    throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${bucket} does not exist!`);
  }
  const by = acting(trail, now);
  const keys = [`${folderOf({ ...trail, organizationId: undefined })}${trail.accountId}/`];
  if (trail.organizationId !== undefined) keys.push(`${folderOf(trail)}${trail.accountId}/`);
  try {
    s3.checkAcl(by, bucket);
    for (const folder of keys) {
      s3.checkPut(by, { bucket, key: `${folder}CloudTrail/`, acl: 'bucket-owner-full-control' });
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InsufficientS3BucketPolicyException',
      `Incorrect S3 bucket policy is detected for bucket: ${bucket}`,
    );
  }
}

/**
 * The topic gets CloudTrail's validation message, which is how CloudTrail finds out whether it may publish.
 * unverified: the text, which readers of such topics are told to skip.
 */
export function checkTopic(world: World, trail: Trail, now: number): void {
  if (trail.topicArn === undefined) return;
  try {
    if (world.ports.sns === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    world.ports.sns.publish(acting(trail, now), {
      topicArn: trail.topicArn,
      message: 'CloudTrail validation message.',
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InsufficientSnsTopicPolicyException',
      'SNS Topic does not exist or the topic policy is incorrect!',
    );
  }
}

/** The name in `arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*`. */
export function logGroupOf(
  arn: string,
): { readonly region: string; readonly account: string; readonly name: string } | undefined {
  const parsed = parseArn(arn);
  const name = /^log-group:([^:]+)(:\*)?$/.exec(parsed?.resource ?? '')?.[1];
  if (parsed?.service !== 'logs' || name === undefined) return undefined;
  return { region: parsed.region, account: parsed.account, name };
}

export const streamOf = (trail: Trail, account = trail.accountId): string =>
  `${trail.organizationId === undefined ? '' : `${trail.organizationId}_`}${account}_CloudTrail_${trail.homeRegion}`;

const roleSession = (world: World, roleArn: string): Caller | undefined => {
  const role = world.store.roleByArn(roleArn);
  if (role === undefined) return undefined;
  const sessionName = 'CloudTrail_CloudWatchLogs_Role';
  const arn = `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`;
  return {
    principal: {
      type: 'role-session',
      arn,
      roleArn,
      roleId: role.id,
      sessionName,
      accountId: role.accountId,
    },
    accountId: role.accountId,
  };
};

/** What CloudTrail does with the role: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
export function authorizeLogs(world: World, trail: Trail, now: number, stream: string): void {
  const group = logGroupOf(trail.logGroupArn ?? '');
  const caller = roleSession(world, trail.logRoleArn ?? '');
  if (group === undefined || caller === undefined) throw new AwsError('AccessDenied', 'Access denied.', 403);
  const resource = `arn:aws:logs:${group.region}:${group.account}:log-group:${group.name}:log-stream:${stream}`;
  const questions: readonly Authorization[] = ['CreateLogStream', 'PutLogEvents'].map((action) => ({
    action: `logs:${action}`,
    resource,
    resourceAccount: group.account,
  }));
  const call: Call = {
    requestId: '',
    now,
    service: 'logs',
    operation: 'PutLogEvents',
    region: group.region,
    sourceIp: SERVICE,
    userAgent: SERVICE,
    host: `logs.${group.region}.amazonaws.com`,
    caller,
  };
  world.authorize(questions, call);
}

/** Takes on the role when the session of last time is over. Throws AccessDenied when the role doesn't trust CloudTrail. */
export function assumeLogsRole(world: World, trail: Trail, now: number): void {
  if (trail.logSessionUntil !== undefined && now < trail.logSessionUntil) return;
  assumeAsService(world, {
    service: SERVICE,
    roleArn: trail.logRoleArn ?? '',
    sessionName: 'CloudTrail_CloudWatchLogs_Role',
    now,
    region: trail.homeRegion,
    sourceArn: trail.arn,
    sourceAccount: trail.accountId,
  });
  trail.logSessionUntil = now + 3_600_000;
}

/**
 * The log group must be there, the role must trust CloudTrail, and its policies must let it write. "You must use a log
 * group that exists in your account", and so of the role:
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
 */
export function checkLogs(world: World, trail: Trail, now: number): void {
  const { logGroupArn, logRoleArn } = trail;
  if (logGroupArn === undefined && logRoleArn === undefined) return;
  const group = logGroupOf(logGroupArn ?? '');
  const there =
    group !== undefined &&
    group.region === trail.homeRegion &&
    group.account === trail.accountId &&
    world.ports.logs?.has(group.account, group.region, group.name) === true;
  if (!there) {
    throw new AwsError(
      'InvalidCloudWatchLogsLogGroupArnException',
      'CloudTrail cannot validate the specified log group ARN.',
    );
  }
  try {
    if (parseArn(logRoleArn ?? '')?.account !== trail.accountId) throw new AwsError('AccessDenied', '', 403);
    // A change of role: the session of the old one is of no use.
    assumeLogsRole(world, { ...trail, logSessionUntil: undefined }, now);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidCloudWatchLogsRoleArnException',
      'CloudTrail cannot validate the specified CloudWatch Logs role ARN.',
    );
  }
  try {
    authorizeLogs(world, trail, now, streamOf(trail));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidCloudWatchLogsLogGroupArnException',
      'Access denied. Check the permissions for your role.',
    );
  }
}

/** The organization whose trail the caller may make; throws what CloudTrail throws for anybody else. */
export function organizationToTrail(
  world: World,
  { caller }: Call,
): { readonly id: string; readonly management: string } {
  const structure = structureOf(world);
  const id = structure.organizationOf(caller.accountId);
  const management = structure.managementAccountOf(caller.accountId);
  if (id === undefined || management === undefined) {
    throw new AwsError(
      'OrganizationsNotInUseException',
      'This AWS account is not a member of an organization. To create an organization trail you must be the management account or a delegated administrator of one.',
    );
  }
  const delegated = structure.delegatedAdministrators(id, SERVICE);
  if (caller.accountId !== management && !delegated.includes(caller.accountId)) {
    throw new AwsError(
      'NotOrganizationMasterAccountException',
      'The requested operation can be called only by the management account or a delegated administrator of the organization.',
    );
  }
  if (!structure.trusts(id, SERVICE)) {
    throw new AwsError(
      'CloudTrailAccessNotEnabledException',
      'This operation requires that CloudTrail is enabled as a trusted service of the organization.',
    );
  }
  return { id, management };
}
