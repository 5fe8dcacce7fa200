import { expect, it } from 'vitest';
import { readGraph, writeGraph } from '../../state/graph.ts';
import { type Keys, Rig } from '../testing.ts';
import { trailBucketPolicy } from './testing.ts';

const ACCOUNT = '111122223333';
const ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main`;

it('buckets, objects and trails go on after the cloud was saved and loaded', () => {
  const rig = new Rig();
  const root: Keys = rig.account(ACCOUNT);
  const s3 = <T = Record<string, unknown>>(on: Rig, operation: string, input: object = {}) =>
    on.call<T>(root, 's3', operation, { Bucket: 'logs', ...input });
  s3(rig, 'CreateBucket');
  s3(rig, 'PutBucketPolicy', { Policy: trailBucketPolicy('logs', ARN, [`AWSLogs/${ACCOUNT}`]) });
  s3(rig, 'PutObject', { Key: 'a', Body: 'hello' });
  rig.call(root, 'cloudtrail', 'CreateTrail', {
    Name: 'main',
    S3BucketName: 'logs',
    EnableLogFileValidation: true,
  });
  rig.call(root, 'cloudtrail', 'UpdateTrail', { Name: 'main', S3KeyPrefix: '' });
  rig.call(root, 'cloudtrail', 'StartLogging', { Name: 'main' });
  rig.iam(root, 'CreateUser', { UserName: 'alice' });

  const later = new Rig();
  later.now = rig.now;
  later.cloud.load(readGraph(writeGraph(rig.cloud.save() as object)) as object);
  later.now += 3_700_000;
  later.cloud.tick(later.now);
  const { Body } = s3<{ Body: Uint8Array }>(later, 'GetObject', { Key: 'a' });
  expect(Buffer.from(Body).toString()).toBe('hello');
  const { Contents } = s3<{ Contents: { Key: string }[] }>(later, 'ListObjectsV2', { Prefix: 'AWSLogs/' });
  expect(Contents.map(({ Key }) => Key.split('/')[2])).toEqual(['CloudTrail-Digest', 'CloudTrail']);
});
