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

describe('requests that nobody signed', () => {
  const ask = (path: string, init: RequestInit = {}) => fetch(`${sandbox.url}/${path}`, init);
  const everyone = (...Action: string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: 'arn:aws:s3:::open/*' }],
    });
  const makeOpen = async (...actions: string[]) => {
    await s3.deletePublicAccessBlock({ Bucket: 'open' });
    await s3.putBucketPolicy({ Bucket: 'open', Policy: everyone(...actions) });
  };

  beforeAll(async () => {
    await s3.createBucket({
      Bucket: 'open',
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    });
    await s3.putObject({ Bucket: 'open', Key: 'page', Body: 'hello' });
  });

  it('are refused by a bucket as it is made, and by the account', async () => {
    for (const path of ['open/page', 'open?list-type=2', 'open?policy']) {
      const refused = await ask(path);
      expect(refused.status).toBe(403);
      expect(await refused.text()).toContain('<Code>AccessDenied</Code>');
    }
    expect((await ask('')).status).toBe(403);
    expect((await ask('new', { method: 'PUT' })).status).toBe(403);
  });

  it('read what the policy opens to everyone, and nothing more', async () => {
    await makeOpen('s3:GetObject');
    const page = await ask('open/page');
    expect([page.status, await page.text()]).toEqual([200, 'hello']);
    expect((await ask('open/page', { method: 'DELETE' })).status).toBe(403);
    expect((await ask('open/new', { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await ask('open?list-type=2')).status).toBe(403);
  });

  it('are refused again once public access is blocked, whatever the policy says', async () => {
    await makeOpen('s3:GetObject');
    await s3.putPublicAccessBlock({
      Bucket: 'open',
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    expect((await ask('open/page')).status).toBe(403);
  });

  it('write where everyone may, but never in chunks that claim a signature', async () => {
    await makeOpen('s3:PutObject');
    expect((await ask('open/drop', { method: 'PUT', body: 'x' })).status).toBe(200);
    const signed = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '1',
    };
    const body = `1;chunk-signature=${'0'.repeat(64)}\r\nx\r\n0;chunk-signature=${'0'.repeat(64)}\r\n\r\n`;
    const forged = await ask('open/forged', { method: 'PUT', body, headers: signed });
    expect(forged.status).toBe(403);
  });
});
