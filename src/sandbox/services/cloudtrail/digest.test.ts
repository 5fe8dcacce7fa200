import { createHash, createPublicKey, verify } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Keys, Rig } from '../testing.ts';
import { trailBucketPolicy } from './testing.ts';

const ACCOUNT = '111122223333';
const ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main`;

let rig: Rig;
let root: Keys;

interface Digest {
  readonly digestEndTime: string;
  readonly digestS3Bucket: string;
  readonly digestS3Object: string;
  readonly digestPublicKeyFingerprint: string;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestSignature: string | null;
  readonly logFiles: readonly { readonly s3Object: string; readonly hashValue: string }[];
}

const get = (Key: string) =>
  rig.call<{ Body: Uint8Array; Metadata: Record<string, string> }>(root, 's3', 'GetObject', {
    Bucket: 'logs',
    Key,
  });
const text = (Key: string) => gunzipSync(get(Key).Body).toString();
const digests = () =>
  rig
    .call<{ Contents: { Key: string }[] }>(root, 's3', 'ListObjectsV2', {
      Bucket: 'logs',
      Prefix: `AWSLogs/${ACCOUNT}/CloudTrail-Digest/us-east-1/`,
    })
    .Contents.map(({ Key }) => Key);
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

/** What `aws cloudtrail validate-logs` does, from the documents; the names of what is wrong. */
function validate(): string[] {
  const { PublicKeyList } = rig.call<{ PublicKeyList: { Value: Uint8Array; Fingerprint: string }[] }>(
    root,
    'cloudtrail',
    'ListPublicKeys',
    { StartTime: new Date(rig.now - 86_400_000 * 500), EndTime: new Date(rig.now) },
  );
  const wrong: string[] = [];
  let hash: string | undefined;
  for (let key: string | null | undefined = digests().at(-1); key; ) {
    const content = text(key);
    const digest = JSON.parse(content) as Digest;
    const { Value } = PublicKeyList.find((k) => k.Fingerprint === digest.digestPublicKeyFingerprint) ?? {};
    const signed = `${digest.digestEndTime}\n${digest.digestS3Bucket}/${digest.digestS3Object}\n${sha256(content)}\n${digest.previousDigestSignature}`;
    const publicKey = createPublicKey({ key: Buffer.from(Value ?? []), format: 'der', type: 'pkcs1' });
    const signature = Buffer.from(get(key).Metadata['signature'] ?? '', 'hex');
    if (!verify('sha256', Buffer.from(signed), publicKey, signature)) wrong.push(`signature of ${key}`);
    if (hash !== undefined && hash !== sha256(content)) wrong.push(`hash of ${key}`);
    for (const file of digest.logFiles) {
      if (sha256(text(file.s3Object)) !== file.hashValue) wrong.push(`hash of ${file.s3Object}`);
    }
    hash = digest.previousDigestHashValue ?? undefined;
    key = digest.previousDigestS3Object;
  }
  return wrong;
}

const pass = (seconds: number) => {
  rig.now += seconds * 1000;
  rig.cloud.tick(rig.now);
};
/** Changes an object behind CloudTrail's back; the answer puts it right again. */
function forge(Key: string, from: string, to: string): () => void {
  const { Body, Metadata } = get(Key);
  const put = (body: Uint8Array) =>
    rig.call(root, 's3', 'PutObject', { Bucket: 'logs', Key, Body: body, Metadata });
  put(gzipSync(gunzipSync(Body).toString().replaceAll(from, to)));
  return () => put(Body);
}

beforeAll(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  rig.call(root, 's3', 'CreateBucket', { Bucket: 'logs' });
  rig.call(root, 's3', 'PutBucketPolicy', {
    Bucket: 'logs',
    Policy: trailBucketPolicy('logs', ARN, [`AWSLogs/${ACCOUNT}`]),
  });
  rig.call(root, 'cloudtrail', 'CreateTrail', {
    Name: 'main',
    S3BucketName: 'logs',
    EnableLogFileValidation: true,
  });
  rig.call(root, 'cloudtrail', 'StartLogging', { Name: 'main' });
  rig.iam(root, 'CreateUser', { UserName: 'mallory' });
  pass(3_700);
  rig.iam(root, 'CreateUser', { UserName: 'alice' });
  pass(3_700);
});

describe('digests', () => {
  it('come each hour, name the log files and the digest before, and are signed by a published key', () => {
    expect(digests()).toHaveLength(2);
    expect(digests()[0]).toBe(
      `AWSLogs/${ACCOUNT}/CloudTrail-Digest/us-east-1/2026/11/23/${ACCOUNT}_CloudTrail-Digest_us-east-1_main_us-east-1_20261123T100000Z.json.gz`,
    );
    const [first, second] = digests().map((key) => JSON.parse(text(key)) as Digest);
    expect(first?.previousDigestS3Object).toBeNull();
    expect(second?.previousDigestS3Object).toBe(first?.digestS3Object);
    expect(first?.logFiles).toHaveLength(1);
    expect(validate()).toEqual([]);
    expect(rig.call(root, 'cloudtrail', 'GetTrailStatus', { Name: 'main' })).toMatchObject({
      LatestDigestDeliveryTime: new Date('2026-11-23T11:00:00Z'),
    });
  });

  it('betray a changed log file', () => {
    const file = (JSON.parse(text(digests()[0] ?? '')) as Digest).logFiles[0]?.s3Object ?? '';
    const undo = forge(file, 'mallory', 'gardener');
    expect(validate()).toEqual([`hash of ${file}`]);
    undo();
  });

  it('betray a changed digest, by its signature and by the one after it', () => {
    const [first = ''] = digests();
    const undo = forge(first, '"logFiles":[{', '"logFiles":[],"were":[{');
    expect(validate()).toEqual([`signature of ${first}`, `hash of ${first}`]);
    undo();
  });

  it('of a year without events are made up for a day, in one chain', () => {
    const before = digests().length;
    pass(365 * 86_400);
    expect(digests().length - before).toBeLessThan(30);
    expect(validate()).toEqual([]);
  });

  it('go on after the clock was set back', () => {
    const before = digests();
    rig.now -= 400 * 86_400_000;
    rig.cloud.change({ clockOffset: -1 });
    pass(3_601);
    pass(3_601);
    const made = digests().filter((key) => !before.includes(key));
    expect(made).toHaveLength(2);
    for (const key of made) expect(get(key).Metadata['signature']).toMatch(/^[0-9a-f]+$/);
  });
});
