import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CloudTrailRecord, parseLogFileKey } from '../../../trail/index.ts';
import { allow, type Keys, Rig } from '../testing.ts';
import { trailBucketPolicy } from './testing.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main`;

let rig: Rig;
let root: Keys;

const ct = <T = Record<string, unknown>>(operation: string, input: object = {}, facts = {}) =>
  rig.call<T>(root, 'cloudtrail', operation, input, facts);
const s3 = <T = Record<string, unknown>>(operation: string, input: object = {}, keys = root) =>
  rig.call<T>(keys, 's3', operation, input);
const refused = (operation: string, input: object = {}, facts = {}) =>
  rig.refusal(root, 'cloudtrail', operation, input, facts);
const keysIn = (Bucket = 'logs', Prefix = '') =>
  (s3<{ Contents: { Key: string }[] }>('ListObjectsV2', { Bucket, Prefix }).Contents ?? []).map(
    ({ Key }) => Key,
  );
const recordsAt = (Key: string, Bucket = 'logs'): CloudTrailRecord[] =>
  JSON.parse(gunzipSync(s3<{ Body: Uint8Array }>('GetObject', { Bucket, Key }).Body).toString()).Records;
const delivered = (Bucket = 'logs') =>
  keysIn(Bucket)
    .filter((key) => parseLogFileKey(key) !== undefined)
    .flatMap((key) => recordsAt(key, Bucket));
const pass = (seconds: number) => {
  rig.now += seconds * 1000;
  rig.cloud.tick(rig.now);
};
const main = { Name: 'main', S3BucketName: 'logs' };

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  s3('CreateBucket', { Bucket: 'logs' });
  s3('PutBucketPolicy', { Bucket: 'logs', Policy: trailBucketPolicy('logs', ARN, [`AWSLogs/${ACCOUNT}`]) });
});

describe('a trail', () => {
  it('is made, described, changed, tagged and deleted', () => {
    const made = ct('CreateTrail', {
      ...main,
      IsMultiRegionTrail: true,
      TagsList: [{ Key: 'a', Value: 'b' }],
    });
    expect(made).toMatchObject({ TrailARN: ARN, IsMultiRegionTrail: true, LogFileValidationEnabled: false });
    expect(refused('CreateTrail', main)).toMatch(/^TrailAlreadyExistsException/);
    expect(ct('GetTrail', { Name: ARN }, { region: 'eu-west-1' })).toMatchObject({
      Trail: { HomeRegion: 'us-east-1', HasCustomEventSelectors: false },
    });
    const list = (input: object, region: string) =>
      ct<{ trailList: unknown[] }>('DescribeTrails', input, { region }).trailList.length;
    expect(list({}, 'eu-west-1')).toBe(1);
    expect(list({ includeShadowTrails: false }, 'eu-west-1')).toBe(0);
    expect(list({ trailNameList: ['nope'] }, 'us-east-1')).toBe(0);
    expect(refused('UpdateTrail', { Name: ARN }, { region: 'eu-west-1' })).toMatch(
      /^InvalidHomeRegionException/,
    );
    expect(ct('UpdateTrail', { Name: 'main', EnableLogFileValidation: true })).toMatchObject({
      LogFileValidationEnabled: true,
      IsMultiRegionTrail: true,
    });
    ct('AddTags', { ResourceId: ARN, TagsList: [{ Key: 'c', Value: 'd' }] });
    ct('RemoveTags', { ResourceId: ARN, TagsList: [{ Key: 'a' }] });
    expect(ct('ListTags', { ResourceIdList: [ARN] })).toEqual({
      ResourceTagList: [{ ResourceId: ARN, TagsList: [{ Key: 'c', Value: 'd' }] }],
    });
    ct('DeleteTrail', { Name: 'main' });
    expect(refused('GetTrailStatus', { Name: 'main' })).toBe(
      `TrailNotFoundException: Unknown trail: main for the user: ${ACCOUNT}`,
    );
  });

  it('must have a decent name, global events when it is multi-region, and a bucket that lets CloudTrail write', () => {
    expect(refused('CreateTrail', { ...main, Name: '-x' })).toMatch(/^InvalidTrailNameException/);
    const local = { ...main, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false };
    expect(refused('CreateTrail', local)).toMatch(/^InvalidParameterCombinationException/);
    expect(refused('CreateTrail', { ...main, S3BucketName: 'nobody-has-it' })).toMatch(
      /^S3BucketDoesNotExistException/,
    );
    expect(refused('CreateTrail', { ...main, S3KeyPrefix: 'elsewhere' })).toBe(
      'InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: logs',
    );
    s3('DeleteBucketPolicy', { Bucket: 'logs' });
    expect(refused('CreateTrail', main)).toMatch(/^InsufficientS3BucketPolicyException/);
  });

  it("can't be pointed at a bucket whose policy names another trail (confused deputy)", () => {
    const other = rig.account(OTHER);
    expect(rig.refusal(other, 'cloudtrail', 'CreateTrail', main)).toMatch(
      /^InsufficientS3BucketPolicyException/,
    );
    expect(refused('CreateTrail', { ...main, Name: 'second' })).toMatch(
      /^InsufficientS3BucketPolicyException/,
    );
  });

  it("is nobody else's to see or stop", () => {
    ct('CreateTrail', main);
    const other = rig.account(OTHER);
    for (const operation of ['StopLogging', 'DeleteTrail', 'GetTrailStatus']) {
      expect(rig.refusal(other, 'cloudtrail', operation, { Name: ARN })).toMatch(/^TrailNotFoundException/);
    }
    const poor = rig.user(root, 'poor', allow('cloudtrail:StopLogging', ARN.replace('main', 'else')));
    expect(rig.refusal(poor, 'cloudtrail', 'StopLogging', { Name: 'main' })).toContain(
      `cloudtrail:StopLogging on resource: ${ARN}`,
    );
  });
});

describe('delivery', () => {
  beforeEach(() => {
    ct('CreateTrail', { ...main, IsMultiRegionTrail: true });
    ct('StartLogging', { Name: 'main' });
  });

  it('writes what happened since logging began, five minutes later, in AWS layout, once', () => {
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    rig.call(root, 'ec2', 'DescribeVpcs', {}, { region: 'eu-west-1' });
    expect(keysIn()).toEqual([]);
    pass(301);
    const keys = keysIn().map((key) => parseLogFileKey(key));
    expect(keys.map((key) => key?.region)).toEqual(['eu-west-1', 'us-east-1']);
    const names = delivered().map(({ eventName }) => eventName);
    expect(names).toContain('CreateUser');
    expect(names).not.toContain('CreateTrail');
    const status = ct<{ LatestDeliveryTime: Date }>('GetTrailStatus', { Name: 'main' });
    expect(status).toMatchObject({ IsLogging: true, LatestDeliveryAttemptSucceeded: '2026-11-23T09:05:00Z' });
    pass(600);
    const ids = delivered().map(({ eventID }) => eventID);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells of its own end: StopLogging and DeleteTrail are the last records', () => {
    ct('StopLogging', { Name: 'main' });
    rig.iam(root, 'CreateUser', { UserName: 'mallory' });
    pass(301);
    const names = delivered().map(({ eventName }) => eventName);
    expect(names.at(-1)).toBe('StopLogging');
    expect(names).not.toContain('CreateUser');
    ct('StartLogging', { Name: 'main' });
    ct('DeleteTrail', { Name: 'main' });
    expect(delivered().map(({ eventName }) => eventName)).toContain('DeleteTrail');
  });

  it('waits while the bucket refuses, says so, and goes on afterwards', () => {
    s3('DeleteBucketPolicy', { Bucket: 'logs' });
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    pass(301);
    expect(keysIn()).toEqual([]);
    expect(ct('GetTrailStatus', { Name: 'main' })).toMatchObject({ LatestDeliveryError: 'AccessDenied' });
    s3('PutBucketPolicy', { Bucket: 'logs', Policy: trailBucketPolicy('logs', ARN, [`AWSLogs/${ACCOUNT}`]) });
    pass(366 * 86_400);
    expect(delivered().map(({ eventName }) => eventName)).toContain('CreateUser');
    expect(ct('GetTrailStatus', { Name: 'main' })['LatestDeliveryError']).toBeUndefined();
  });

  it('goes on after the clock was set back', () => {
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    rig.now -= 86_400_000;
    rig.iam(root, 'CreateUser', { UserName: 'bob' });
    pass(301);
    expect(delivered().filter(({ eventName }) => eventName === 'CreateUser')).toHaveLength(2);
  });

  it('happens at once when the control interface asks', () => {
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    const { objects } = rig.cloud.route('trails', 'POST', {}, 'deliver') as { objects: string[] };
    expect(objects).toHaveLength(1);
    expect(objects[0]).toMatch(/^s3:\/\/logs\/AWSLogs\/111122223333\/CloudTrail\/us-east-1\/2026\/11\/23\//);
  });
});

describe('event selectors', () => {
  const named = (names: readonly string[]) =>
    delivered()
      .map(({ eventName }) => eventName)
      .filter((name) => names.includes(name));

  beforeEach(() => {
    s3('CreateBucket', { Bucket: 'data' });
    ct('CreateTrail', main);
    ct('StartLogging', { Name: 'main' });
  });

  it('are management events of both kinds at first; data events are nowhere', () => {
    expect(ct('GetEventSelectors', { TrailName: 'main' })).toMatchObject({
      EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }],
    });
    s3('PutObject', { Bucket: 'data', Key: 'a', Body: 'x' });
    pass(301);
    expect(named(['PutObject'])).toEqual([]);
    const history = ct<{ Events: { EventName: string }[] }>('LookupEvents');
    expect(history.Events.map(({ EventName }) => EventName)).not.toContain('PutObject');
  });

  it('take data events of the buckets that they name', () => {
    const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::data/in/'] }];
    ct('PutEventSelectors', {
      TrailName: 'main',
      EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true, DataResources }],
    });
    s3('PutObject', { Bucket: 'data', Key: 'in/a', Body: 'x' });
    s3('PutObject', { Bucket: 'data', Key: 'out/a', Body: 'x' });
    s3('GetObject', { Bucket: 'data', Key: 'in/a' });
    rig.iam(root, 'ListUsers');
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    pass(301);
    expect(named(['PutObject', 'GetObject', 'ListUsers', 'CreateUser'])).toEqual(['PutObject', 'CreateUser']);
  });

  it('take what others were refused: callers of other accounts, and nobody at all', () => {
    ct('PutEventSelectors', {
      TrailName: 'main',
      EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }],
    });
    const other = rig.account(OTHER);
    const object = { Bucket: 'logs', Key: 'secret' };
    expect(rig.refusal(other, 's3', 'PutObject', { ...object, Body: '' })).toMatch(/^AccessDenied/);
    const caller = { principal: { type: 'anonymous' as const }, accountId: '' };
    expect(rig.refusal(root, 's3', 'GetObject', object, { caller })).toMatch(/^AccessDenied/);
    pass(300);
    const found = delivered().filter(({ errorCode }) => errorCode === 'AccessDenied');
    expect(found).toMatchObject([
      {
        eventName: 'PutObject',
        userIdentity: { type: 'AWSAccount', accountId: OTHER },
        recipientAccountId: ACCOUNT,
        requestParameters: { bucketName: 'logs', key: 'secret' },
        sharedEventID: expect.any(String),
      },
      {
        eventName: 'GetObject',
        userIdentity: { type: 'AWSAccount', accountId: 'ANONYMOUS_PRINCIPAL' },
        recipientAccountId: ACCOUNT,
      },
    ]);
    // Only one account got the second.
    expect(found[1]).not.toHaveProperty('sharedEventID');
    expect(found[1]?.['additionalEventData']).not.toHaveProperty('AuthenticationMethod');
  });

  it('may be advanced ones', () => {
    const AdvancedEventSelectors = [
      {
        Name: 'deletions',
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'eventName', StartsWith: ['Delete'], NotEquals: ['DeleteObjects'] },
        ],
      },
    ];
    ct('PutEventSelectors', { TrailName: 'main', AdvancedEventSelectors });
    s3('PutObject', { Bucket: 'data', Key: 'a', Body: 'x' });
    s3('DeleteObject', { Bucket: 'data', Key: 'a' });
    s3('DeleteObjects', { Bucket: 'data', Delete: { Objects: [{ Key: 'a' }] } });
    pass(301);
    expect(named(['PutObject', 'DeleteObject', 'DeleteObjects', 'PutEventSelectors'])).toEqual([
      'PutEventSelectors',
      'DeleteObject',
    ]);
    const bad = {
      TrailName: 'main',
      AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'readOnly', Equals: ['true'] }] }],
    };
    expect(refused('PutEventSelectors', bad)).toMatch(/^InvalidEventSelectorsException/);
    expect(refused('GetInsightSelectors', { TrailName: 'main' })).toMatch(/^InsightNotEnabledException/);
  });

  it('hide no management events but those of KMS and the RDS Data API, and reads or writes', () => {
    const putAdvanced = (...FieldSelectors: object[]) => ({
      TrailName: 'main',
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...FieldSelectors] },
      ],
    });
    const both = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];
    for (const selector of [
      { Field: 'eventSource', NotEquals: both },
      { Field: 'readOnly', Equals: ['false'] },
    ]) {
      ct('PutEventSelectors', putAdvanced(selector));
    }
    for (const selector of [
      { Field: 'eventSource', NotEquals: ['iam.amazonaws.com'] },
      { Field: 'eventSource', NotEquals: both, NotStartsWith: ['iam'] },
      { Field: 'eventSource', Equals: ['kms.amazonaws.com'] },
      { Field: 'eventName', NotEquals: ['CreateUser'] },
      { Field: 'userIdentity.arn', NotEquals: [`arn:aws:iam::${ACCOUNT}:user/eve`] },
      { Field: 'readOnly', NotEquals: ['false'] },
    ]) {
      expect(refused('PutEventSelectors', putAdvanced(selector))).toMatch(/^InvalidEventSelectorsException/);
    }
  });

  it('leave other regions and, when told so, global services to other trails', () => {
    rig.call(root, 'ec2', 'DescribeVpcs', {}, { region: 'eu-west-1' });
    ct('UpdateTrail', { Name: 'main', IncludeGlobalServiceEvents: false });
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    pass(301);
    expect(named(['DescribeVpcs', 'CreateUser', 'UpdateTrail'])).toEqual(['UpdateTrail']);
  });
});
