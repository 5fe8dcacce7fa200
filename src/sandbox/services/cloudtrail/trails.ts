import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { type Authorization, AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { checkBucket, checkLogs, checkTopic, organizationToTrail } from './checks.ts';
import type { TrailDelivery } from './delivery.ts';
import type { Digests } from './digest.ts';
import { arnOfTrail, type Trails } from './find.ts';
import { linkOrganization, mayLinkOrganization } from './linked-role.ts';
import { trailDescription, trailShape } from './shapes.ts';
import { type Trail, trailsOf } from './state.ts';
import { requestTagContext, tagMap } from './tags.ts';

/** "Trails per Region": https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const MOST_TRAILS = 5;

function checkName(name: string): void {
  const fits =
    /^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$/.test(name) &&
    name.length >= 3 &&
    name.length <= 128 &&
    !/[._-]{2}/.test(name) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (fits) return;
  throw new AwsError(
    'InvalidTrailNameException',
    'Trail name must be between 3 and 128 characters, start and end with a letter or number, and contain only letters, numbers, periods, underscores and dashes, no two of them adjacent.',
  );
}

type Settings = Pick<
  cloudtrail.UpdateTrailRequest,
  | 'S3BucketName'
  | 'S3KeyPrefix'
  | 'SnsTopicName'
  | 'IncludeGlobalServiceEvents'
  | 'IsMultiRegionTrail'
  | 'EnableLogFileValidation'
  | 'CloudWatchLogsLogGroupArn'
  | 'CloudWatchLogsRoleArn'
  | 'KmsKeyId'
>;

/** '' takes a setting away. */
const given = (text: string | undefined, otherwise: string | undefined): string | undefined =>
  text === undefined ? otherwise : text === '' ? undefined : text;

/** The trail with what a request changes; throws for what CloudTrail refuses, and changes nothing itself. */
function changed(world: World, trail: Trail, input: Settings, call: Call): Trail {
  if (input.KmsKeyId !== undefined && input.KmsKeyId !== '') {
    throw new AwsError(
      'KmsKeyNotFoundException',
      `KMS key ${input.KmsKeyId} does not exist: this sandbox has no KMS.`,
    );
  }
  const topic = given(input.SnsTopicName, trail.topicArn);
  const next: Trail = {
    ...trail,
    bucket: input.S3BucketName ?? trail.bucket,
    prefix: given(input.S3KeyPrefix, trail.prefix),
    topicArn:
      topic === undefined || topic.startsWith('arn:')
        ? topic
        : `arn:aws:sns:${trail.homeRegion}:${trail.accountId}:${topic}`,
    globalEvents: input.IncludeGlobalServiceEvents ?? trail.globalEvents,
    multiRegion: input.IsMultiRegionTrail ?? trail.multiRegion,
    validation: input.EnableLogFileValidation ?? trail.validation,
    logGroupArn: given(input.CloudWatchLogsLogGroupArn, trail.logGroupArn),
    logRoleArn: given(input.CloudWatchLogsRoleArn, trail.logRoleArn),
  };
  if (next.multiRegion && !next.globalEvents) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Multi-Region trail must include global service events.',
    );
  }
  if ((next.prefix?.length ?? 0) > 200) {
    throw new AwsError('InvalidS3PrefixException', 'S3 prefix is longer than maximum length: 200');
  }
  checkBucketName(next.bucket);
  checkBucket(world, next, call.now);
  if (next.logGroupArn !== trail.logGroupArn || next.logRoleArn !== trail.logRoleArn) {
    checkLogs(world, next, call.now);
  }
  if (next.topicArn !== trail.topicArn) checkTopic(world, next, call.now);
  return next;
}

function checkBucketName(name: string): void {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return;
  throw new AwsError('InvalidS3BucketNameException', `Bucket name is invalid: ${name}`);
}

/** The role is handed to CloudTrail, and the caller must be allowed to do so. */
const passRole = ({ CloudWatchLogsRoleArn: arn }: Settings, call: Call): readonly Authorization[] =>
  arn === undefined || arn === ''
    ? []
    : [
        {
          action: 'iam:PassRole',
          resource: arn,
          resourceAccount: call.caller.accountId,
          context: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' },
        },
      ];

const fresh = (name: string, accountId: string, region: string, bucket: string): Trail => ({
  name,
  arn: arnOfTrail(region, accountId, name),
  accountId,
  homeRegion: region,
  bucket,
  globalEvents: true,
  multiRegion: false,
  validation: false,
  insights: [],
  tags: new Map(),
  logging: false,
  status: {},
  pending: new Map(),
  chains: new Map(),
});

export const trailOperations = (
  world: World,
  trails: Trails,
  delivery: TrailDelivery,
  digests: Digests,
): readonly Operation[] => [
  operation<cloudtrail.CreateTrailRequest, cloudtrail.CreateTrailResponse>({
    name: 'CreateTrail',
    readOnly: false,
    authorize: (input, call) => [
      {
        action: 'cloudtrail:CreateTrail',
        resource: arnOfTrail(call.region, call.caller.accountId, input.Name),
        context: requestTagContext(input.TagsList),
      },
      ...passRole(input, call),
    ],
    handle: (input, call) => {
      const { Name: name, S3BucketName: bucket } = input;
      checkName(name);
      const organization = input.IsOrganizationTrail === true ? organizationToTrail(world, call) : undefined;
      const accountId = organization?.management ?? call.caller.accountId;
      const trail = fresh(name, accountId, call.region, bucket);
      if (organization !== undefined) trail.organizationId = organization.id;
      if (trails.all.has(trail.arn)) {
        throw new AwsError(
          'TrailAlreadyExistsException',
          `Trail ${name} already exists for customer: ${accountId}`,
        );
      }
      const here = trails.visible(call).filter((t) => t.homeRegion === call.region || t.multiRegion);
      if (here.length >= MOST_TRAILS) {
        throw new AwsError(
          'MaximumNumberOfTrailsExceededException',
          `User: ${accountId} already has ${MOST_TRAILS} trails in ${call.region}.`,
        );
      }
      for (const [key, value] of tagMap(input.TagsList)) trail.tags.set(key, value);
      if (organization !== undefined) mayLinkOrganization(world, call);
      const made = changed(world, trail, input, call);
      trails.all.set(made.arn, made);
      if (organization !== undefined) linkOrganization(world, call);
      return trailShape(made);
    },
  }),
  operation<cloudtrail.UpdateTrailRequest, cloudtrail.UpdateTrailResponse>({
    name: 'UpdateTrail',
    readOnly: false,
    authorize: (input, call) => [...trails.ask('UpdateTrail', input.Name, call), ...passRole(input, call)],
    handle: (input, call) => {
      const trail = trails.findToChange(input.Name, call);
      const asked = input.IsOrganizationTrail;
      const organizationId =
        asked === undefined ? trail.organizationId : asked ? organizationToTrail(world, call).id : undefined;
      if (asked === true) mayLinkOrganization(world, call);
      const next = changed(world, { ...trail, organizationId }, input, call);
      // What waits belongs where the trail pointed to when it happened.
      if (next.bucket !== trail.bucket || next.prefix !== trail.prefix) delivery.deliver(trail, call.now);
      if (trail.validation && !next.validation) digests.stop(trail);
      if (next.logRoleArn !== trail.logRoleArn) next.logSessionUntil = undefined;
      Object.assign(trail, next, { due: trail.due, lastChange: call.requestId });
      digests.start(trail, call.now);
      if (asked === true) linkOrganization(world, call);
      return trailShape(trail);
    },
  }),
  operation<cloudtrail.DeleteTrailRequest, cloudtrail.DeleteTrailResponse>({
    name: 'DeleteTrail',
    readOnly: false,
    authorize: ({ Name }, call) => trails.ask('DeleteTrail', Name, call),
    handle: ({ Name }, call) => {
      const trail = trails.findToChange(Name, call);
      trails.all.delete(trail.arn);
      world.timers.cancel<string>('cloudtrail.deliver', (arn) => arn === trail.arn);
      world.timers.cancel<string>('cloudtrail.digest', (arn) => arn === trail.arn);
      // The record of this very call goes out with what still waits.
      trail.lastChange = call.requestId;
      if (trail.logging) trailsOf(world).closing.push(trail);
      else delivery.deliver(trail, call.now);
      return {};
    },
  }),
  operation<cloudtrail.GetTrailRequest, cloudtrail.GetTrailResponse>({
    name: 'GetTrail',
    readOnly: true,
    authorize: ({ Name }, call) => trails.ask('GetTrail', Name, call),
    handle: ({ Name }, call) => ({ Trail: trailDescription(trails.find(Name, call)) }),
  }),
  operation<cloudtrail.DescribeTrailsRequest, cloudtrail.DescribeTrailsResponse>({
    name: 'DescribeTrails',
    readOnly: true,
    authorize: () => [{ action: 'cloudtrail:DescribeTrails', resource: '*' }],
    handle: ({ trailNameList = [], includeShadowTrails = true }, call) => {
      const here = trails
        .visible(call)
        .filter((trail) => trail.homeRegion === call.region || (includeShadowTrails && trail.multiRegion));
      // Names that there are none of are left out, without an error.
      const chosen =
        trailNameList.length === 0
          ? here
          : trailNameList.flatMap((name) => {
              const trail = trails.peek(name, call);
              return trail !== undefined && (name.startsWith('arn:') || here.includes(trail)) ? [trail] : [];
            });
      return { trailList: chosen.map(trailDescription) };
    },
  }),
  operation<cloudtrail.ListTrailsRequest, cloudtrail.ListTrailsResponse>({
    name: 'ListTrails',
    readOnly: true,
    authorize: () => [{ action: 'cloudtrail:ListTrails', resource: '*' }],
    handle: (_input, call) => ({
      Trails: trails.visible(call).map(({ arn, name, homeRegion }) => ({
        TrailARN: arn,
        Name: name,
        HomeRegion: homeRegion,
      })),
    }),
  }),
];
