import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';

let rig: Rig;
let root: Keys;
let other: Keys;
let reader: Keys;

const s3 = (keys: Keys, operation: string, input: object = {}) =>
  rig.call(keys, 's3', operation, { Bucket: 'shared', ...input });
const refused = (keys: Keys, operation: string, input: object = {}) =>
  rig.refusal(keys, 's3', operation, { Bucket: 'shared', ...input });

const statement = (Principal: unknown, Action: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: Action === 's3:ListBucket' ? 'arn:aws:s3:::shared' : 'arn:aws:s3:::shared/*',
  ...more,
});
const put = (...Statement: object[]) =>
  s3(root, 'PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
const key = { Key: 'a.txt' };

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  other = rig.account(OTHER);
  reader = rig.user(other, 'reader', allow('s3:*'));
  s3(root, 'CreateBucket');
  s3(root, 'PutObject', { ...key, Body: 'hello' });
});

describe('a bucket of another account', () => {
  it('is closed without a bucket policy, whatever the own policies allow, and gives no reason', () => {
    for (const operation of ['GetObject', 'PutObject', 'DeleteObject', 'GetObjectTagging', 'GetObjectAcl']) {
      expect(refused(reader, operation, key)).toBe('AccessDenied: Access Denied');
    }
    for (const operation of [
      'ListObjectsV2',
      'GetBucketPolicy',
      'GetBucketAcl',
      'DeleteBucket',
      'GetBucketVersioning',
    ]) {
      expect(refused(reader, operation)).toBe('AccessDenied: Access Denied');
    }
    expect(refused(reader, 'PutBucketPolicy', { Policy: '{}' })).toBe('AccessDenied: Access Denied');
  });

  it('opens for those whom policy and own permissions both let in', () => {
    put(statement({ AWS: OTHER }, 's3:GetObject'));
    expect(s3(reader, 'GetObject', key)).toMatchObject({ ContentLength: 5 });
    const poor = rig.user(other, 'poor');
    expect(refused(poor, 'GetObject', key)).toBe('AccessDenied: Access Denied');
    expect(refused(reader, 'PutObject', key)).toBe('AccessDenied: Access Denied');
  });

  it('shows that an object is missing only to those who may list', () => {
    put(statement({ AWS: OTHER }, 's3:GetObject'));
    expect(refused(reader, 'GetObject', { Key: 'nope' })).toBe('AccessDenied: Access Denied');
    put(statement({ AWS: OTHER }, 's3:GetObject'), statement({ AWS: OTHER }, 's3:ListBucket'));
    expect(refused(reader, 'GetObject', { Key: 'nope' })).toMatch(/^NoSuchKey/);
  });

  it('obeys conditions on how a request was signed', () => {
    const get = (form: 'header' | 'presigned', seconds: number, payload?: string) => () =>
      rig.call(
        reader,
        's3',
        'GetObject',
        { Bucket: 'shared', ...key },
        { signed: { form, at: rig.now - seconds * 1000, ...(payload !== undefined && { payload }) } },
      );
    const denied = (Condition: object) => {
      put(statement({ AWS: OTHER }, 's3:GetObject'), {
        ...statement('*', 's3:GetObject', { Condition }),
        Effect: 'Deny',
      });
    };
    denied({ StringNotEquals: { 's3:authType': 'REST-HEADER' } });
    expect(get('header', 0)).not.toThrow();
    expect(get('presigned', 0)).toThrow('Access Denied');
    denied({ NumericGreaterThan: { 's3:signatureAge': '600000' } });
    expect(get('presigned', 600)).not.toThrow();
    expect(get('presigned', 601)).toThrow('Access Denied');
    denied({ StringEquals: { 's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(get('header', 0, 'e3b0c442')).not.toThrow();
    expect(get('header', 0, 'UNSIGNED-PAYLOAD')).toThrow('Access Denied');
    expect(get('presigned', 0)).toThrow('Access Denied');
  });

  it('obeys conditions: a prefix, a canned ACL, an explicit deny', () => {
    put(
      statement({ AWS: OTHER }, 's3:ListBucket', { Condition: { StringLike: { 's3:prefix': 'in/*' } } }),
      statement({ AWS: OTHER }, 's3:PutObject', {
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
      { ...statement('*', 's3:PutObject'), Effect: 'Deny', Resource: 'arn:aws:s3:::shared/locked/*' },
    );
    s3(reader, 'ListObjectsV2', { Prefix: 'in/x' });
    expect(refused(reader, 'ListObjectsV2')).toMatch(/^AccessDenied/);
    expect(refused(reader, 'PutObject', { Key: 'in/b' })).toMatch(/^AccessDenied/);
    s3(reader, 'PutObject', { Key: 'in/b', Body: '', ACL: 'bucket-owner-full-control' });
    expect(refused(root, 'PutObject', { Key: 'locked/b' })).toBe(
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:root is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::shared/locked/b" with an explicit deny in a resource-based policy`,
    );
  });

  it("doesn't trust a new user of a deleted one's name, and shows the old one's id", () => {
    put(statement({ AWS: `arn:aws:iam::${OTHER}:user/reader` }, 's3:GetObject'));
    s3(reader, 'GetObject', key);
    rig.iam(other, 'DeleteAccessKey', { UserName: 'reader', AccessKeyId: reader.AccessKeyId });
    rig.iam(other, 'DeleteUserPolicy', { UserName: 'reader', PolicyName: 'own' });
    rig.iam(other, 'DeleteUser', { UserName: 'reader' });
    const again = rig.user(other, 'reader', allow('s3:*'));
    expect(refused(again, 'GetObject', key)).toMatch(/^AccessDenied/);
    expect(s3(root, 'GetBucketPolicy')['Policy']).toMatch(/"AWS":\s?"AIDA[A-Z2-7]{17}"/);
  });

  it('refuses callers who expected another owner', () => {
    expect(refused(root, 'GetObject', { ...key, ExpectedBucketOwner: OTHER })).toBe(
      'AccessDenied: Access Denied',
    );
    s3(root, 'GetObject', { ...key, ExpectedBucketOwner: ACCOUNT });
  });
});

describe('a bucket policy', () => {
  const refusedPolicy = (...Statement: object[]) =>
    refused(root, 'PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });

  it('is kept, read and deleted', () => {
    expect(refused(root, 'GetBucketPolicy')).toBe('NoSuchBucketPolicy: The bucket policy does not exist');
    put(statement({ AWS: OTHER }, 's3:GetObject'));
    expect(JSON.parse(String(s3(root, 'GetBucketPolicy')['Policy']))).toMatchObject({
      Statement: [{ Principal: { AWS: `arn:aws:iam::${OTHER}:root` } }],
    });
    s3(root, 'DeleteBucketPolicy');
    expect(refused(reader, 'GetObject', key)).toMatch(/^AccessDenied/);
  });

  it('must be about this bucket and name principals that exist', () => {
    expect(refused(root, 'PutBucketPolicy', { Policy: 'nonsense' })).toMatch(/^MalformedPolicy/);
    const elsewhere = { ...statement({ AWS: OTHER }, 's3:GetObject'), Resource: 'arn:aws:s3:::others/*' };
    expect(refusedPolicy(elsewhere)).toBe('MalformedPolicy: Policy has invalid resource');
    expect(refusedPolicy(statement({ AWS: `arn:aws:iam::${OTHER}:user/nobody` }, 's3:GetObject'))).toBe(
      'MalformedPolicy: Invalid principal in policy',
    );
    expect(refusedPolicy(statement({ AWS: OTHER }, 'ec2:RunInstances'))).toBe(
      'MalformedPolicy: Policy has invalid action',
    );
  });

  it('of everyone is kept out by Block Public Access, and is public without it', () => {
    expect(refusedPolicy(statement('*', 's3:GetObject'))).toMatch(
      /public policies are prevented by the BlockPublicPolicy/,
    );
    put(
      statement('*', 's3:GetObject', {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } },
      }),
    );
    expect(s3(root, 'GetBucketPolicyStatus')).toEqual({ PolicyStatus: { IsPublic: false } });
    s3(root, 'DeletePublicAccessBlock');
    put(statement('*', 's3:GetObject'));
    expect(s3(root, 'GetBucketPolicyStatus')).toEqual({ PolicyStatus: { IsPublic: true } });
    s3(reader, 'GetObject', key);
    s3(root, 'PutPublicAccessBlock', { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } });
    expect(refused(reader, 'GetObject', key)).toMatch(/^AccessDenied/);
    s3(root, 'GetObject', key);
  });

  it('that locks everyone out can be taken away by the root user alone', () => {
    const admin = rig.user(root, 'admin', allow('s3:*'));
    put({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::shared', 'arn:aws:s3:::shared/*'],
    });
    expect(refused(admin, 'DeleteBucketPolicy')).toContain(
      'with an explicit deny in a resource-based policy',
    );
    expect(refused(root, 'GetObject', key)).toContain('explicit deny');
    s3(root, 'DeleteBucketPolicy');
    s3(admin, 'GetObject', key);
  });
});

describe('access control lists', () => {
  const canonical = (keys: Keys) => rig.call<{ Owner: { ID: string } }>(keys, 's3', 'ListBuckets').Owner.ID;

  it('are off in new buckets, and grant where Object Ownership lets them', () => {
    const GrantRead = `id=${canonical(other)}`;
    expect(refused(root, 'PutObjectAcl', { ...key, GrantRead })).toMatch(/^AccessControlListNotSupported/);
    s3(root, 'PutBucketOwnershipControls', {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    });
    expect(refused(reader, 'GetObject', key)).toMatch(/^AccessDenied/);
    s3(root, 'PutObjectAcl', { ...key, GrantRead });
    s3(reader, 'GetObject', key);
    expect(refused(reader, 'GetObjectAcl', key)).toMatch(/^AccessDenied/);
    expect(refused(root, 'PutBucketAcl', { ACL: 'public-read' })).toContain('BlockPublicAcls');
    s3(root, 'DeletePublicAccessBlock');
    s3(root, 'PutBucketAcl', { ACL: 'public-read' });
    s3(reader, 'ListObjectsV2');
    s3(root, 'PutPublicAccessBlock', { PublicAccessBlockConfiguration: { IgnorePublicAcls: true } });
    expect(refused(reader, 'ListObjectsV2')).toMatch(/^AccessDenied/);
  });
});
