import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseLogFileKey } from '../../../trail/index.ts';
import { MANAGEMENT, MEMBER, OrganizationRig } from '../organizations/testing.ts';
import { allow, type Keys } from '../testing.ts';
import { trailBucketPolicy } from './testing.ts';

const ARN = `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/main`;
const GROUP = `arn:aws:logs:us-east-1:${MANAGEMENT}:log-group:trail:*`;
const ROLE = `arn:aws:iam::${MANAGEMENT}:role/to-logs`;

let rig: OrganizationRig;
let root: Keys;

const ct = (operation: string, input: object = {}) => rig.call(root, 'cloudtrail', operation, input);
const refused = (operation: string, input: object = {}, keys = root) =>
  rig.refusal(keys, 'cloudtrail', operation, input);
const pass = (seconds: number) => {
  rig.now += seconds * 1000;
  rig.cloud.tick(rig.now);
};
const files = () =>
  rig
    .call<{ Contents?: { Key: string }[] }>(root, 's3', 'ListObjectsV2', { Bucket: 'logs' })
    .Contents?.flatMap(({ Key }) => {
      const { Body } = rig.call<{ Body: Uint8Array }>(root, 's3', 'GetObject', { Bucket: 'logs', Key });
      const { Records } = JSON.parse(gunzipSync(Body).toString()) as { Records: { eventName: string }[] };
      return [{ key: parseLogFileKey(Key), names: Records.map(({ eventName }) => eventName) }];
    }) ?? [];

beforeEach(() => {
  rig = new OrganizationRig();
  root = rig.management;
  rig.call(root, 's3', 'CreateBucket', { Bucket: 'logs' });
  const folders = [`AWSLogs/${MANAGEMENT}`, `AWSLogs/${rig.organizationId}`];
  rig.call(root, 's3', 'PutBucketPolicy', {
    Bucket: 'logs',
    Policy: trailBucketPolicy('logs', ARN, folders),
  });
});

describe('an organization trail', () => {
  const organizational = { Name: 'main', S3BucketName: 'logs', IsOrganizationTrail: true };

  it('is for the management account and delegated administrators, once CloudTrail is trusted', () => {
    expect(refused('CreateTrail', organizational)).toMatch(/^CloudTrailAccessNotEnabledException/);
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: 'cloudtrail.amazonaws.com' });
    expect(refused('CreateTrail', organizational, rig.member)).toMatch(
      /^NotOrganizationMasterAccountException/,
    );
    expect(refused('CreateTrail', organizational, rig.stranger)).toMatch(/^OrganizationsNotInUseException/);
    expect(ct('CreateTrail', organizational)).toMatchObject({ IsOrganizationTrail: true });
  });

  it("delivers members' records below the organization's id, and members see it but can't stop it", () => {
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: 'cloudtrail.amazonaws.com' });
    ct('CreateTrail', organizational);
    ct('StartLogging', { Name: 'main' });
    rig.iam(rig.member, 'CreateUser', { UserName: 'alice' });
    rig.iam(rig.stranger, 'CreateUser', { UserName: 'bob' });
    expect(rig.call(rig.member, 'cloudtrail', 'DescribeTrails')).toMatchObject({
      trailList: [{ TrailARN: ARN }],
    });
    for (const operation of ['StopLogging', 'DeleteTrail']) {
      expect(refused(operation, { Name: ARN }, rig.member)).toMatch(/^NotOrganization/);
      expect(refused(operation, { Name: ARN }, rig.stranger)).toMatch(/^TrailNotFoundException/);
    }
    pass(301);
    const member = files().filter(({ key }) => key?.account === MEMBER);
    expect(member).toMatchObject([{ key: { organizationId: rig.organizationId } }]);
    expect(member[0]?.names).toContain('CreateUser');
    expect(files().map(({ key }) => key?.account)).toEqual([MANAGEMENT, MEMBER]);
  });
});

describe('CloudWatch Logs', () => {
  const withLogs = {
    Name: 'main',
    S3BucketName: 'logs',
    CloudWatchLogsLogGroupArn: GROUP,
    CloudWatchLogsRoleArn: ROLE,
  };
  const role = (Service: string, policy?: object) => {
    rig.iam(root, 'CreateRole', {
      RoleName: 'to-logs',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
      }),
    });
    if (policy === undefined) return;
    const PolicyDocument = JSON.stringify(policy);
    rig.iam(root, 'PutRolePolicy', { RoleName: 'to-logs', PolicyName: 'own', PolicyDocument });
  };
  const writes = allow(
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    `${GROUP.slice(0, -2)}:log-stream:${MANAGEMENT}_CloudTrail_us-east-1*`,
  );

  it('need a group, a role that trusts CloudTrail, and its permission to write', () => {
    expect(refused('CreateTrail', withLogs)).toMatch(/^InvalidCloudWatchLogsLogGroupArnException/);
    rig.call(root, 'logs', 'CreateLogGroup', { logGroupName: 'trail' });
    expect(refused('CreateTrail', withLogs)).toMatch(/^InvalidCloudWatchLogsRoleArnException/);
    role('ec2.amazonaws.com', writes);
    expect(refused('CreateTrail', withLogs)).toMatch(/^InvalidCloudWatchLogsRoleArnException/);
    rig.iam(root, 'DeleteRolePolicy', { RoleName: 'to-logs', PolicyName: 'own' });
    rig.iam(root, 'DeleteRole', { RoleName: 'to-logs' });
    role('cloudtrail.amazonaws.com');
    expect(refused('CreateTrail', withLogs)).toBe(
      'InvalidCloudWatchLogsLogGroupArnException: Access denied. Check the permissions for your role.',
    );
    const PolicyDocument = JSON.stringify(writes);
    rig.iam(root, 'PutRolePolicy', { RoleName: 'to-logs', PolicyName: 'own', PolicyDocument });
    ct('CreateTrail', withLogs);
  });

  it('take no group and no role of another account', () => {
    for (const keys of [root, rig.member])
      rig.call(keys, 'logs', 'CreateLogGroup', { logGroupName: 'trail' });
    role('cloudtrail.amazonaws.com', writes);
    const foreign = (arn: string) => arn.replace(MANAGEMENT, MEMBER);
    expect(refused('CreateTrail', { ...withLogs, CloudWatchLogsLogGroupArn: foreign(GROUP) })).toBe(
      'InvalidCloudWatchLogsLogGroupArnException: CloudTrail cannot validate the specified log group ARN.',
    );
    expect(refused('CreateTrail', { ...withLogs, CloudWatchLogsRoleArn: foreign(ROLE) })).toMatch(
      /^InvalidCloudWatchLogsRoleArnException/,
    );
    ct('CreateTrail', withLogs);
  });

  it("can't be given a role by those who may not pass it", () => {
    rig.call(root, 'logs', 'CreateLogGroup', { logGroupName: 'trail' });
    role('cloudtrail.amazonaws.com', writes);
    const poor = rig.user(root, 'poor', allow('cloudtrail:*'));
    expect(refused('CreateTrail', withLogs, poor)).toContain('iam:PassRole');
  });

  it('get each record once, also while the bucket refuses', () => {
    rig.call(root, 'logs', 'CreateLogGroup', { logGroupName: 'trail' });
    role('cloudtrail.amazonaws.com', writes);
    ct('CreateTrail', withLogs);
    ct('StartLogging', { Name: 'main' });
    rig.call(root, 's3', 'DeleteBucketPolicy', { Bucket: 'logs' });
    for (const UserName of ['alice', 'bob', 'carol']) {
      rig.iam(root, 'CreateUser', { UserName });
      pass(301);
    }
    const { events } = rig.call<{ events: { message: string }[] }>(root, 'logs', 'FilterLogEvents', {
      logGroupName: 'trail',
      filterPattern: '{ $.eventName = CreateUser }',
    });
    expect(events).toHaveLength(3);
    expect(files()).toEqual([]);
  });

  it('get each record, until the role stops trusting', () => {
    rig.call(root, 'logs', 'CreateLogGroup', { logGroupName: 'trail' });
    role('cloudtrail.amazonaws.com', writes);
    ct('CreateTrail', withLogs);
    ct('StartLogging', { Name: 'main' });
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    pass(301);
    const { events } = rig.call<{ events: { message: string; timestamp: number }[] }>(
      root,
      'logs',
      'GetLogEvents',
      {
        logGroupName: 'trail',
        logStreamName: `${MANAGEMENT}_CloudTrail_us-east-1`,
        startFromHead: true,
      },
    );
    const messages = events.map(({ message }) => JSON.parse(message).eventName);
    expect(messages).toContain('CreateUser');
    expect(events[0]?.timestamp).toBe(Date.parse('2026-11-23T09:00:00Z'));
    rig.iam(root, 'DeleteRolePolicy', { RoleName: 'to-logs', PolicyName: 'own' });
    pass(301);
    expect(ct('GetTrailStatus', { Name: 'main' })).toMatchObject({
      LatestCloudWatchLogsDeliveryError: 'AccessDenied',
      IsLogging: true,
    });
  });
});

describe('a topic', () => {
  it('must let CloudTrail publish, and learns of each file', () => {
    const input = { Name: 'main', S3BucketName: 'logs', SnsTopicName: 'trail' };
    expect(refused('CreateTrail', input)).toMatch(/^InsufficientSnsTopicPolicyException/);
    const { TopicArn } = rig.call<{ TopicArn: string }>(root, 'sns', 'CreateTopic', { Name: 'trail' });
    expect(refused('CreateTrail', input)).toMatch(/^InsufficientSnsTopicPolicyException/);
    rig.call(root, 'sns', 'SetTopicAttributes', {
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudtrail.amazonaws.com' },
            Action: 'SNS:Publish',
            Resource: TopicArn,
            Condition: { StringEquals: { 'aws:SourceArn': ARN } },
          },
        ],
      }),
    });
    expect(ct('CreateTrail', input)).toMatchObject({ SnsTopicARN: TopicArn, SnsTopicName: 'trail' });
    ct('StartLogging', { Name: 'main' });
    pass(301);
    expect(ct('GetTrailStatus', { Name: 'main' })).toMatchObject({
      LatestNotificationAttemptSucceeded: '2026-11-23T09:05:00Z',
    });
  });
});
