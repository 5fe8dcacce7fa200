import { beforeEach, describe, expect, it } from 'vitest';
import { type Keys, Rig } from '../testing.ts';

let rig: Rig;
let root: Keys;

const s3 = (operation: string, input: object = {}) =>
  rig.call(root, 's3', operation, { Bucket: 'data', ...input });
const refused = (operation: string, input: object = {}) =>
  rig.refusal(root, 's3', operation, { Bucket: 'data', ...input });

beforeEach(() => {
  rig = new Rig();
  root = rig.account('111122223333');
  s3('CreateBucket');
});

describe('a new bucket', () => {
  it("answers Terraform's reads as AWS does", () => {
    const missing = {
      GetBucketPolicy: 'NoSuchBucketPolicy: The bucket policy does not exist',
      GetBucketCors: 'NoSuchCORSConfiguration: The CORS configuration does not exist',
      GetBucketWebsite:
        'NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration',
      GetBucketLifecycleConfiguration:
        'NoSuchLifecycleConfiguration: The lifecycle configuration does not exist',
      GetBucketReplication:
        'ReplicationConfigurationNotFoundError: The replication configuration was not found',
      GetObjectLockConfiguration:
        'ObjectLockConfigurationNotFoundError: Object Lock configuration does not exist for this bucket',
      GetBucketTagging: 'NoSuchTagSet: The TagSet does not exist',
    };
    for (const [operation, error] of Object.entries(missing)) expect(refused(operation)).toBe(error);
    for (const operation of [
      'GetBucketVersioning',
      'GetBucketLogging',
      'GetBucketAccelerateConfiguration',
      'GetBucketNotificationConfiguration',
    ]) {
      expect(s3(operation)).toEqual({});
    }
    expect(s3('GetBucketRequestPayment')).toEqual({ Payer: 'BucketOwner' });
    expect(s3('GetBucketEncryption')).toMatchObject({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(s3('GetPublicAccessBlock')).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(s3('GetBucketOwnershipControls')).toEqual({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(s3('GetBucketAcl')).toMatchObject({ Grants: [{ Permission: 'FULL_CONTROL' }] });
  });
});

describe('configurations', () => {
  it('are kept as they were given, and deleted', () => {
    const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['*'] };
    s3('PutBucketCors', { CORSConfiguration: { CORSRules: [rule] } });
    expect(s3('GetBucketCors')).toEqual({ CORSRules: [rule] });
    s3('DeleteBucketCors');
    expect(refused('GetBucketCors')).toMatch(/^NoSuchCORSConfiguration/);
    const expire = { Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 3 } };
    s3('PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules: [expire] } });
    expect(s3('GetBucketLifecycleConfiguration')).toMatchObject({
      Rules: [{ ...expire, ID: expect.any(String) }],
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    });
    s3('DeleteBucketLifecycle');
    expect(refused('GetBucketLifecycleConfiguration')).toMatch(/^NoSuchLifecycleConfiguration/);
    s3('PutBucketTagging', { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    expect(s3('GetBucketTagging')).toEqual({ TagSet: [{ Key: 'a', Value: 'b' }] });
    s3('DeleteBucketTagging');
    expect(refused('GetBucketTagging')).toMatch(/^NoSuchTagSet/);
  });

  it('that make no sense are refused and change nothing', () => {
    const refusals = {
      PutBucketCors: { CORSConfiguration: { CORSRules: [{ AllowedMethods: ['FETCH'] }] } },
      PutBucketLifecycleConfiguration: { LifecycleConfiguration: { Rules: [{ Status: 'Enabled' }] } },
      PutBucketEncryption: { ServerSideEncryptionConfiguration: { Rules: [] } },
      PutBucketOwnershipControls: { OwnershipControls: { Rules: [{ ObjectOwnership: 'Mine' }] } },
      PutBucketTagging: { Tagging: { TagSet: [{ Key: 'aws:x', Value: '' }] } },
      PutBucketReplication: { ReplicationConfiguration: { Role: 'x', Rules: [] } },
      PutObjectLockConfiguration: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
      PutBucketLogging: {
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'nope', TargetPrefix: '' } },
      },
    };
    for (const [operation, input] of Object.entries(refusals))
      expect(refused(operation, input)).toMatch(/^\w+: ./);
    expect(refused('GetBucketCors')).toMatch(/^NoSuchCORSConfiguration/);
  });

  it('are recorded under the names that CloudTrail has for them', () => {
    rig.cloud.takeRecords();
    s3('PutPublicAccessBlock', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } });
    s3('DeleteBucketPolicy');
    const [block, policy] = rig.cloud.takeRecords();
    expect(block).toMatchObject({
      eventName: 'PutBucketPublicAccessBlock',
      readOnly: false,
      requestParameters: {
        bucketName: 'data',
        publicAccessBlock: '',
        PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      },
      resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data', accountId: '111122223333' }],
    });
    expect(policy).toMatchObject({ eventName: 'DeleteBucketPolicy', requestParameters: { policy: '' } });
  });
});
