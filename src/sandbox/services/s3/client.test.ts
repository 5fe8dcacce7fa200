import { Readable } from 'node:stream';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxControl } from '../../control-client.ts';
import { startSandbox } from '../../index.ts';
import type { RunningSandbox } from '../../types.ts';

let sandbox: RunningSandbox;
let s3: S3;

beforeAll(async () => {
  sandbox = await startSandbox();
  const credentials = await new SandboxControl(sandbox.url).createAccount('111122223333', 'data');
  s3 = new S3({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.createBucket({ Bucket: 'data' });
});
afterAll(async () => {
  s3.destroy();
  await sandbox.close();
});

describe('S3 over HTTP with the SDK', () => {
  it('takes streamed bodies with checksums behind them, and gives objects back', async () => {
    const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.from('end')]);
    await s3.putObject({
      Bucket: 'data',
      Key: 'dir/ä b+c',
      Body,
      ContentLength: 70_003,
      Metadata: { who: 'me' },
    });
    const whole = await s3.getObject({ Bucket: 'data', Key: 'dir/ä b+c' });
    expect((await whole.Body?.transformToString())?.length).toBe(70_003);
    expect(whole).toMatchObject({ Metadata: { who: 'me' }, ServerSideEncryption: 'AES256' });
    const part = await s3.getObject({ Bucket: 'data', Key: 'dir/ä b+c', Range: 'bytes=-3' });
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect(await part.Body?.transformToString()).toBe('end');
    const head = await s3.headObject({ Bucket: 'data', Key: 'dir/ä b+c' });
    expect(head.ContentLength).toBe(70_003);
    const list = await s3.listObjectsV2({ Bucket: 'data', Delimiter: '/' });
    expect(list.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
    expect((await s3.listObjectsV2({ Bucket: 'data', EncodingType: 'url' })).Contents?.[0]?.Key).toBe(
      'dir/%C3%A4%20b%2Bc',
    );
  });

  it('tells errors as the SDK knows them', async () => {
    const nowhere = { Bucket: 'data', Key: 'nope' };
    await expect(s3.getObject(nowhere)).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.headObject(nowhere)).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.headBucket({ Bucket: 'not-there' })).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.getBucketCors({ Bucket: 'data' })).rejects.toMatchObject({
      name: 'NoSuchCORSConfiguration',
    });
    const { ETag } = await s3.putObject({ Bucket: 'data', Key: 'etag', Body: 'x' });
    await expect(s3.getObject({ Bucket: 'data', Key: 'etag', IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
  });

  it('keeps configurations through XML', async () => {
    const rule = {
      ID: 'old',
      Status: 'Enabled' as const,
      Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'k', Value: 'v' }] } },
      Transitions: [{ Days: 30, StorageClass: 'GLACIER' as const }],
      Expiration: { Days: 90 },
    };
    await s3.putBucketLifecycleConfiguration({ Bucket: 'data', LifecycleConfiguration: { Rules: [rule] } });
    expect((await s3.getBucketLifecycleConfiguration({ Bucket: 'data' })).Rules).toEqual([rule]);
    await s3.putBucketVersioning({ Bucket: 'data', VersioningConfiguration: { Status: 'Enabled' } });
    expect((await s3.getBucketVersioning({ Bucket: 'data' })).Status).toBe('Enabled');
    const deleted = await s3.deleteObjects({ Bucket: 'data', Delete: { Objects: [{ Key: 'etag' }] } });
    expect(deleted.Deleted).toMatchObject([{ Key: 'etag', DeleteMarker: true }]);
  });
});
