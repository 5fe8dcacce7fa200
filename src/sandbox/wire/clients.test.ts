import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient, ListRoleTagsCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import {
  DeleteBucketCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsError } from '../types.ts';
import { callerIdentity, testServer } from './testing.ts';

const at = new Date('2026-11-23T03:15:00Z');
type Started = Awaited<ReturnType<typeof testServer>>;
let started: Started;

const answers = {
  'sts:GetCallerIdentity': callerIdentity,
  'sts:AssumeRole': () => ({
    Credentials: {
      AccessKeyId: 'ASIAEXAMPLE',
      SecretAccessKey: 'a&b<c>',
      SessionToken: 'tok"en',
      Expiration: at,
    },
    AssumedRoleUser: { AssumedRoleId: 'AROAEXAMPLE:s', Arn: 'arn:aws:sts::657654036224:assumed-role/R/s' },
    PackedPolicySize: 6,
  }),
  'iam:CreateRole': (input: Record<string, unknown>) => ({
    Role: { ...input, Arn: 'arn:x', CreateDate: at },
  }),
  'iam:TagRole': () => ({}),
  'iam:ListRoleTags': () => {
    throw new AwsError('NoSuchEntity', 'The role with name Nobody & co cannot be found.', 404);
  },
  'ec2:DescribeInstances': () => ({
    Reservations: [
      {
        ReservationId: 'r-1',
        OwnerId: '657654036224',
        Instances: [
          { InstanceId: 'i-1', State: { Name: 'running', Code: 16 }, LaunchTime: at, EbsOptimized: false },
        ],
      },
    ],
  }),
  'ec2:TerminateInstances': () => {
    throw new AwsError('AccessDenied', 'You are not authorized to perform this operation.', 403);
  },
  's3:ListBuckets': () => ({ Buckets: [{ Name: 'one', CreationDate: at }], Owner: { ID: 'abc' } }),
  's3:DeleteBucket': () => ({}),
  's3:GetBucketLocation': () => ({ LocationConstraint: 'eu-west-1' }),
  's3:GetBucketAcl': () => ({
    Owner: { ID: 'abc' },
    Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'abc' }, Permission: 'FULL_CONTROL' }],
  }),
  's3:PutBucketTagging': () => ({}),
  'cloudtrail:LookupEvents': () => ({
    Events: [{ EventId: 'e1', EventTime: at, Resources: [] }],
    NextToken: 'n',
  }),
};

beforeAll(async () => {
  started = await testServer(answers);
});
afterAll(() => started.sandbox.close());

const lastInput = () => started.cloud.calls.at(-1)?.input;

describe('real SDK clients', () => {
  test('STS: awsQuery', async () => {
    const sts = new STSClient(started.client);
    const who = await sts.send(new GetCallerIdentityCommand({}));
    expect(who).toMatchObject({ Account: '489157521585', Arn: expect.stringContaining('security-admin') });
    expect(who.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const input = {
      RoleArn: 'arn:aws:iam::657654036224:role/SecurityAuditRole',
      RoleSessionName: 'me',
      DurationSeconds: 900,
      Tags: [{ Key: 'a', Value: 'é +-=' }],
      TransitiveTagKeys: ['a'],
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    };
    const assumed = await sts.send(new AssumeRoleCommand(input));
    expect(lastInput()).toEqual(input);
    expect(assumed.Credentials).toEqual({
      AccessKeyId: 'ASIAEXAMPLE',
      SecretAccessKey: 'a&b<c>',
      SessionToken: 'tok"en',
      Expiration: at,
    });
    expect(assumed.PackedPolicySize).toBe(6);
  });

  test('STS: validation says every violation in AWS words', async () => {
    const sts = new STSClient(started.client);
    const call = sts.send(new AssumeRoleCommand({ RoleArn: 'short', RoleSessionName: 'x' }));
    await expect(call).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "2 validation errors detected: Value 'short' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
    });
  });

  test('IAM: nested structures, no result, modelled errors', async () => {
    const iam = new IAMClient(started.client);
    const AssumeRolePolicyDocument = '{"Version":"2012-10-17","Statement":[]}';
    const made = await iam.send(
      new CreateRoleCommand({ RoleName: 'R', AssumeRolePolicyDocument, Tags: [{ Key: 'k', Value: 'v' }] }),
    );
    expect(made.Role).toMatchObject({
      RoleName: 'R',
      AssumeRolePolicyDocument,
      Tags: [{ Key: 'k', Value: 'v' }],
      CreateDate: at,
    });
    await iam.send(new TagRoleCommand({ RoleName: 'R', Tags: [] }));
    expect(lastInput()).toEqual({ RoleName: 'R', Tags: [] });
    await expect(iam.send(new ListRoleTagsCommand({ RoleName: 'Nobody' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name Nobody & co cannot be found.',
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/-/) },
    });
  });

  test('EC2: its own lists, names and errors', async () => {
    const ec2 = new EC2Client(started.client);
    const input = {
      InstanceIds: ['i-1', 'i-2'],
      Filters: [{ Name: 'tag:a', Values: ['x', 'y'] }],
      MaxResults: 5,
    };
    const found = await ec2.send(new DescribeInstancesCommand(input));
    expect(lastInput()).toEqual(input);
    expect(found.Reservations?.[0]).toMatchObject({
      ReservationId: 'r-1',
      Instances: [
        { InstanceId: 'i-1', State: { Name: 'running', Code: 16 }, LaunchTime: at, EbsOptimized: false },
      ],
    });
    await expect(ec2.send(new TerminateInstancesCommand({ InstanceIds: ['i-1'] }))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('S3: restXml, path style', async () => {
    const s3 = new S3Client({ ...started.client, forcePathStyle: true });
    expect((await s3.send(new ListBucketsCommand({ MaxBuckets: 7 }))).Buckets).toEqual([
      { Name: 'one', CreationDate: at },
    ]);
    expect(lastInput()).toEqual({ MaxBuckets: 7 });
    expect((await s3.send(new DeleteBucketCommand({ Bucket: 'one' }))).$metadata.httpStatusCode).toBe(204);
    expect(lastInput()).toEqual({ Bucket: 'one' });
    expect(await s3.send(new GetBucketLocationCommand({ Bucket: 'one' }))).toMatchObject({
      LocationConstraint: 'eu-west-1',
    });
    expect((await s3.send(new GetBucketAclCommand({ Bucket: 'one' }))).Grants).toEqual([
      { Grantee: { Type: 'CanonicalUser', ID: 'abc' }, Permission: 'FULL_CONTROL' },
    ]);
    const TagSet = [{ Key: 'a<b', Value: 'ü &' }];
    await s3.send(new PutBucketTaggingCommand({ Bucket: 'one', Tagging: { TagSet } }));
    expect(lastInput()).toMatchObject({ Bucket: 'one', Tagging: { TagSet } });
  });

  test('CloudTrail: awsJson', async () => {
    const trail = new CloudTrailClient(started.client);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'AssumeRole' }];
    const found = await trail.send(new LookupEventsCommand({ LookupAttributes, StartTime: at }));
    expect(lastInput()).toEqual({ LookupAttributes, StartTime: at });
    expect(found).toMatchObject({ Events: [{ EventId: 'e1', EventTime: at }], NextToken: 'n' });
  });
});
