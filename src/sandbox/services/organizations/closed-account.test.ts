import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, trust } from '../testing.ts';
import { MANAGEMENT, OrganizationRig } from './testing.ts';

const Bucket = 'left-behind';

let rig: OrganizationRig;
let AccountId: string;
/** A session in the account that will be closed, one of its users, and a stranger whom its resources let in. */
let admin: Keys;
let insider: Keys;
let visitor: Keys;

beforeEach(() => {
  rig = new OrganizationRig();
  ({ accountId: AccountId, admin } = rig.created('leaving'));
  insider = rig.user(admin, 'insider', allow('*'));
  visitor = rig.user(rig.stranger, 'visitor', allow('*'));
});

const close = () => rig.org('CloseAccount', { AccountId });
const statement = (Resource: string, Action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource }],
  });

describe('a closed account', () => {
  it('has no credentials any more, neither keys nor sessions', () => {
    const { Credentials } = rig.sts<{ Credentials: Keys }>(insider, 'GetSessionToken');
    close();
    for (const keys of [admin, insider, Credentials])
      expect(rig.refusal(keys, 'sts', 'GetCallerIdentity')).toBe(
        'InvalidClientTokenId: The security token included in the request is invalid.',
      );
  });

  it('has no roles that anybody could assume, in the words for a role that does not exist', () => {
    rig.iam(admin, 'CreateRole', { RoleName: 'open', AssumeRolePolicyDocument: trust('*') });
    const RoleArn = `arn:aws:iam::${AccountId}:role/open`;
    const input = { RoleArn, RoleSessionName: 'session' };
    rig.sts(visitor, 'AssumeRole', input);
    close();
    const none = rig.refusal(visitor, 'sts', 'AssumeRole', { ...input, RoleArn: `${RoleArn}2` });
    expect(rig.refusal(visitor, 'sts', 'AssumeRole', input)).toBe(none.replace('open2', 'open'));
  });

  it('has no bucket or topic that others could use, however open their policies are', () => {
    rig.call(admin, 's3', 'CreateBucket', { Bucket });
    rig.call(admin, 's3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: {} });
    rig.call(admin, 's3', 'PutBucketPolicy', {
      Bucket,
      Policy: statement(`arn:aws:s3:::${Bucket}`, 's3:ListBucket'),
    });
    const { TopicArn } = rig.call<{ TopicArn: string }>(admin, 'sns', 'CreateTopic', { Name: 'news' });
    rig.call(admin, 'sns', 'SetTopicAttributes', {
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: statement(TopicArn, 'sns:Publish'),
    });
    const list = () => rig.call(visitor, 's3', 'ListObjectsV2', { Bucket });
    const publish = () => rig.call(visitor, 'sns', 'Publish', { TopicArn, Message: 'hello' });
    list();
    publish();
    close();
    expect(list).toThrow('All access to this Amazon S3 resource has been disabled');
    expect(() =>
      rig.call(
        visitor,
        's3',
        'ListObjectsV2',
        { Bucket },
        {
          caller: { principal: { type: 'anonymous' }, accountId: '' },
        },
      ),
    ).toThrow('has been disabled');
    expect(publish).toThrow('is not authorized to perform');
    rig.now += 10 * 86_400_000;
    expect(list).toThrow('has been disabled');
    // The name is taken all the same.
    expect(rig.refusal(visitor, 's3', 'CreateBucket', { Bucket })).toMatch(/^BucketAlreadyExists/);
  });

  it('does nothing more by itself: work that was begun ends in refusals', () => {
    rig.call(admin, 'cloudformation', 'CreateStack', {
      StackName: 'late',
      TemplateBody: JSON.stringify({ Resources: { Group: { Type: 'AWS::IAM::Group' } } }),
      Capabilities: ['CAPABILITY_IAM'],
    });
    close();
    rig.cloud.takeRecords();
    rig.now += 10_000;
    rig.cloud.tick(rig.now);
    const made = rig.cloud.takeRecords().filter(({ eventName }) => eventName === 'CreateGroup');
    expect(made.map(({ errorCode }) => errorCode)).toEqual(['AccessDenied']);
  });

  it('is told of in CloudTrail, when it is closed', () => {
    close();
    rig.cloud.takeRecords();
    rig.now += 10_000;
    rig.cloud.tick(rig.now);
    const [record] = rig.cloud.takeRecords();
    expect(record).toMatchObject({
      eventName: 'CloseAccountResult',
      eventType: 'AwsServiceEvent',
      recipientAccountId: MANAGEMENT,
      serviceEventDetails: { closeAccountStatus: { accountId: AccountId, state: 'SUCCEEDED' } },
    });
  });
});

it('accounts are closed only with all features', () => {
  rig = new OrganizationRig('CONSOLIDATED_BILLING');
  expect(rig.orgRefusal('CloseAccount', { AccountId: '222222222222' })).toMatch(
    /^ConstraintViolationException: Your organization must have all features/,
  );
});
