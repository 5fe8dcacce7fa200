import { beforeEach, describe, expect, it } from 'vitest';
import { type Keys, Rig } from '../testing.ts';

let rig: Rig;
let root: Keys;
let auditor: Keys;

const names = (keys: Keys, input: object = {}) =>
  rig.call<{ Buckets: { Name: string }[] }>(keys, 's3', 'ListBuckets', input).Buckets.map(({ Name }) => Name);

beforeEach(() => {
  rig = new Rig();
  root = rig.account('657654036224');
  auditor = rig.user(root, 'auditor', {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:ListAllMyBuckets', 's3:DeleteBucket'], Resource: '*' },
      { Effect: 'Deny', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::logs' },
    ],
  });
});

describe('S3 buckets', () => {
  it('are made, listed, looked at and deleted by those who may', () => {
    rig.call(root, 's3', 'CreateBucket', { Bucket: 'logs' });
    rig.call(root, 's3', 'CreateBucket', { Bucket: 'data' });
    expect(names(auditor)).toEqual(['data', 'logs']);
    expect(names(auditor, { Prefix: 'l' })).toEqual(['logs']);
    expect(rig.refusal(auditor, 's3', 'DeleteBucket', { Bucket: 'logs' })).toBe(
      'AccessDenied: User: arn:aws:iam::657654036224:user/auditor is not authorized to perform: s3:DeleteBucket on resource: "arn:aws:s3:::logs" with an explicit deny in an identity-based policy',
    );
    rig.call(auditor, 's3', 'DeleteBucket', { Bucket: 'data' });
    expect(names(auditor)).toEqual(['logs']);
    expect(rig.refusal(auditor, 's3', 'CreateBucket', { Bucket: 'more' })).toContain('not authorized');
    expect(rig.refusal(auditor, 's3', 'HeadBucket', { Bucket: 'logs' })).toContain('s3:ListBucket');
    expect(rig.call(root, 's3', 'HeadBucket', { Bucket: 'logs' })).toMatchObject({
      BucketRegion: 'us-east-1',
    });
    expect(rig.call(root, 's3', 'GetBucketLocation', { Bucket: 'logs' })).toEqual({});
    expect(rig.refusal(root, 's3', 'DeleteBucket', { Bucket: 'data' })).toBe(
      'NoSuchBucket: The specified bucket does not exist',
    );
  });

  it("belong to one account: others can't see, delete or take their names", () => {
    rig.call(root, 's3', 'CreateBucket', { Bucket: 'logs' });
    const other = rig.account('111122223333');
    expect(names(other)).toEqual([]);
    expect(rig.refusal(other, 's3', 'CreateBucket', { Bucket: 'logs' })).toMatch(/^BucketAlreadyExists/);
    expect(rig.refusal(other, 's3', 'DeleteBucket', { Bucket: 'logs' })).toMatch(/^AccessDenied/);
    expect(rig.refusal(other, 's3', 'HeadBucket', { Bucket: 'logs' })).toMatch(/^AccessDenied/);
    expect(names(root)).toEqual(['logs']);
  });

  it('live in a region and have decent names', () => {
    const make = (Bucket: string, LocationConstraint?: string) => ({
      Bucket,
      ...(LocationConstraint && { CreateBucketConfiguration: { LocationConstraint } }),
    });
    rig.call(root, 's3', 'CreateBucket', make('ours', 'eu-west-1'));
    expect(rig.call(root, 's3', 'GetBucketLocation', { Bucket: 'ours' })).toEqual({
      LocationConstraint: 'eu-west-1',
    });
    expect(rig.refusal(root, 's3', 'CreateBucket', make('ours', 'eu-west-1'))).toMatch(
      /^BucketAlreadyOwnedByYou/,
    );
    for (const bad of ['UPPER', 'a', '-x-', 'a..b', '10.0.0.1']) {
      expect(rig.refusal(root, 's3', 'CreateBucket', make(bad))).toMatch(/^InvalidBucketName/);
    }
  });

  it('page by continuation token', () => {
    for (const Bucket of ['aaa', 'bbb', 'ccc']) rig.call(root, 's3', 'CreateBucket', { Bucket });
    const first = rig.call<{ ContinuationToken: string }>(root, 's3', 'ListBuckets', { MaxBuckets: 2 });
    expect(first).toMatchObject({ Buckets: [{ Name: 'aaa' }, { Name: 'bbb' }] });
    expect(names(root, { MaxBuckets: 2, ContinuationToken: first.ContinuationToken })).toEqual(['ccc']);
  });
});
