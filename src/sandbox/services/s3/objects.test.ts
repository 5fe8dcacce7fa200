import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';
import { checksum } from './checksums.ts';
import { compareKeys, list } from './listing.ts';

let rig: Rig;
let root: Keys;

const s3 = <T = Record<string, unknown>>(operation: string, input: object = {}) =>
  rig.call<T>(root, 's3', operation, { Bucket: 'data', ...input });
const refused = (operation: string, input: object = {}) =>
  rig.refusal(root, 's3', operation, { Bucket: 'data', ...input });
const put = (Key: string, Body = 'hello', more: object = {}) =>
  s3<{ ETag: string; VersionId?: string }>('PutObject', { Key, Body, ...more });
const text = (input: object) => Buffer.from(s3<{ Body: Uint8Array }>('GetObject', input).Body).toString();

beforeEach(() => {
  rig = new Rig();
  root = rig.account('111122223333');
  s3('CreateBucket');
});

describe('objects', () => {
  it('come back as they were put, with their headers', () => {
    put('a', 'hello', {
      ContentType: 'text/plain',
      ContentEncoding: 'aws-chunked,gzip',
      Metadata: { x: 'y' },
    });
    expect(s3('HeadObject', { Key: 'a' })).toMatchObject({
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      ContentLength: 5,
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      Metadata: { x: 'y' },
      ServerSideEncryption: 'AES256',
    });
    expect(text({ Key: 'a' })).toBe('hello');
    expect(refused('GetObject', { Key: 'b' })).toBe('NoSuchKey: The specified key does not exist.');
    expect(refused('GetObject', { Bucket: 'nope', Key: 'b' })).toMatch(/^NoSuchBucket/);
  });

  it('can be read in part', () => {
    put('a');
    expect(text({ Key: 'a', Range: 'bytes=1-2' })).toBe('el');
    expect(text({ Key: 'a', Range: 'bytes=-2' })).toBe('lo');
    expect(s3('GetObject', { Key: 'a', Range: 'bytes=3-99' })).toMatchObject({ ContentRange: 'bytes 3-4/5' });
    expect(text({ Key: 'a', Range: 'lines=1-2' })).toBe('hello');
    expect(refused('GetObject', { Key: 'a', Range: 'bytes=5-' })).toMatch(/^InvalidRange/);
  });

  it('obey conditions on reads and writes', () => {
    const { ETag } = put('a');
    expect(refused('GetObject', { Key: 'a', IfNoneMatch: ETag })).toMatch(/^NotModified/);
    expect(refused('GetObject', { Key: 'a', IfMatch: '"other"' })).toMatch(/^PreconditionFailed/);
    expect(text({ Key: 'a', IfMatch: ETag })).toBe('hello');
    expect(refused('PutObject', { Key: 'a', IfNoneMatch: '*' })).toMatch(/^PreconditionFailed/);
    put('b', 'x', { IfNoneMatch: '*' });
  });

  it('are refused when they arrive damaged', () => {
    expect(refused('PutObject', { Key: 'a', Body: 'x', ChecksumCRC32: 'AAAAAA==' })).toMatch(/^BadDigest/);
    expect(refused('PutObject', { Key: 'a', Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).toMatch(
      /^BadDigest/,
    );
    put('a', '123456789', { ChecksumCRC32C: '4waSgw==' });
    expect(s3('HeadObject', { Key: 'a', ChecksumMode: 'ENABLED' })).toMatchObject({
      ChecksumCRC32C: '4waSgw==',
    });
  });

  it('are copied with or without their metadata', () => {
    put('a', 'hello', { Metadata: { x: 'y' }, Tagging: 'k=v' });
    s3('CopyObject', { Key: 'b', CopySource: 'data/a' });
    expect(s3('HeadObject', { Key: 'b' })).toMatchObject({ Metadata: { x: 'y' }, TagCount: 1 });
    s3('CopyObject', { Key: 'c', CopySource: '/data/a', MetadataDirective: 'REPLACE', Metadata: { z: '1' } });
    expect(s3('HeadObject', { Key: 'c' })).toMatchObject({ Metadata: { z: '1' } });
    expect(refused('CopyObject', { Key: 'a', CopySource: 'data/a' })).toMatch(/^InvalidRequest/);
    expect(refused('CopyObject', { Key: 'x', CopySource: 'data/nope' })).toMatch(/^NoSuchKey/);
  });

  it('need a permission each, also when many are deleted at once', () => {
    const poor = rig.user(root, 'poor', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::data/mine/*' }],
    });
    put('mine/a');
    put('yours/a');
    const Objects = [{ Key: 'mine/a' }, { Key: 'yours/a' }];
    expect(rig.call(poor, 's3', 'DeleteObjects', { Bucket: 'data', Delete: { Objects } })).toMatchObject({
      Deleted: [{ Key: 'mine/a' }],
      Errors: [{ Key: 'yours/a', Code: 'AccessDenied' }],
    });
    expect(text({ Key: 'yours/a' })).toBe('hello');
    const tagger = rig.user(root, 'tagger', allow('s3:PutObject'));
    expect(rig.refusal(tagger, 's3', 'PutObject', { Bucket: 'data', Key: 'a', Tagging: 'a=b' })).toContain(
      's3:PutObjectTagging',
    );
  });

  it('are put together from parts', () => {
    const { UploadId } = s3<{ UploadId: string }>('CreateMultipartUpload', { Key: 'big' });
    const part = (PartNumber: number, Body: string) => ({
      PartNumber,
      ETag: s3<{ ETag: string }>('UploadPart', { Key: 'big', UploadId, PartNumber, Body }).ETag,
    });
    const parts = [part(1, 'a'.repeat(5 * 1024 * 1024)), part(2, 'end')];
    const complete = (Parts: object[]) => ({ Key: 'big', UploadId, MultipartUpload: { Parts } });
    expect(refused('CompleteMultipartUpload', complete(parts.toReversed()))).toMatch(/^InvalidPartOrder/);
    expect(refused('CompleteMultipartUpload', complete([{ PartNumber: 1, ETag: 'x' }]))).toMatch(
      /^InvalidPart:/,
    );
    expect(s3<{ ETag: string }>('CompleteMultipartUpload', complete(parts)).ETag).toMatch(/-2"$/);
    expect(text({ Key: 'big', Range: 'bytes=-4' })).toBe('aend');
    expect(refused('ListParts', { Key: 'big', UploadId })).toMatch(/^NoSuchUpload/);
  });
});

describe('versions', () => {
  it('stay behind deletions and overwritings, and come back', () => {
    s3('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    const first = put('a', 'one').VersionId;
    put('a', 'two');
    expect(text({ Key: 'a', VersionId: first })).toBe('one');
    const { VersionId, DeleteMarker } = s3('DeleteObject', { Key: 'a' });
    expect(DeleteMarker).toBe(true);
    expect(refused('GetObject', { Key: 'a' })).toMatch(/^NoSuchKey/);
    expect(s3('ListObjectsV2')).toMatchObject({ KeyCount: 0 });
    expect(s3('ListObjectVersions')).toMatchObject({
      Versions: [{ IsLatest: false }, { VersionId: first }],
      DeleteMarkers: [{ IsLatest: true, VersionId }],
    });
    expect(refused('DeleteBucket')).toMatch(
      /^BucketNotEmpty: .* You must delete all versions in the bucket\.$/,
    );
    s3('DeleteObject', { Key: 'a', VersionId });
    expect(text({ Key: 'a' })).toBe('two');
  });

  it('need the permission for versions', () => {
    s3('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    const { VersionId } = put('a');
    const poor = rig.user(root, 'poor', allow(['s3:GetObject', 's3:DeleteObject']));
    for (const operation of ['GetObject', 'DeleteObject']) {
      expect(rig.refusal(poor, 's3', operation, { Bucket: 'data', Key: 'a', VersionId })).toContain(
        `s3:${operation}Version`,
      );
    }
  });

  it('page through keys and versions without a loss', () => {
    s3('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    const made = ['a', 'b', 'a', 'c', 'b', 'a'].map((key) => put(key).VersionId);
    const seen: string[] = [];
    let at: object = {};
    for (;;) {
      const page = s3<{
        Versions: { VersionId: string }[];
        IsTruncated: boolean;
        NextKeyMarker: string;
        NextVersionIdMarker: string;
      }>('ListObjectVersions', { MaxKeys: 2, ...at });
      seen.push(...page.Versions.map(({ VersionId }) => VersionId));
      if (!page.IsTruncated) break;
      at = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it('under object lock resist deletion', () => {
    s3('CreateBucket', { Bucket: 'vault', ObjectLockEnabledForBucket: true });
    const until = new Date(rig.now + 1_000_000);
    const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: until };
    const at = { Bucket: 'vault', Key: 'a' };
    const { VersionId } = s3<{ VersionId: string }>('PutObject', { ...at, Body: 'x' });
    s3('PutObjectRetention', { ...at, Retention });
    const gone = { ...at, VersionId, BypassGovernanceRetention: true };
    expect(refused('DeleteObject', gone)).toBe(
      'AccessDenied: Access Denied because object protected by object lock.',
    );
    rig.now += 2_000_000;
    s3('DeleteObject', gone);
  });
});

describe('listing', () => {
  it('rolls up at the delimiter, and pages', () => {
    for (const key of ['a', 'dir/x', 'dir/y', 'dir2/z', 'e']) put(key);
    expect(s3('ListObjectsV2', { Delimiter: '/' })).toMatchObject({
      Contents: [{ Key: 'a' }, { Key: 'e' }],
      CommonPrefixes: [{ Prefix: 'dir/' }, { Prefix: 'dir2/' }],
      KeyCount: 4,
    });
    expect(s3('ListObjectsV2', { Prefix: 'dir/' })).toMatchObject({
      Contents: [{ Key: 'dir/x' }, { Key: 'dir/y' }],
    });
  });

  it('property: pages together are all keys with the prefix in UTF-8 order, each once, rolled up alike', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '\u{1f600}', '\uffee'),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(word),
        fc.constantFrom('', 'a', 'a/'),
        fc.constantFrom(undefined, '/'),
        fc.integer({ min: 1, max: 4 }),
        (words, prefix, delimiter, most) => {
          const all = words.toSorted(compareKeys);
          const roll = (key: string) => {
            const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
            return cut === -1 ? key : key.slice(0, cut + 1);
          };
          const expected = [...new Set(all.filter((key) => key.startsWith(prefix)).map(roll))];
          const seen: string[] = [];
          let after = '';
          for (;;) {
            const page = list(all, { prefix, delimiter, after, most });
            seen.push(...[...page.keys, ...page.prefixes].toSorted(compareKeys));
            if (!page.truncated) break;
            after = page.last ?? '';
          }
          expect(seen).toEqual(expected);
        },
      ),
    );
  });

  it('compares keys as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });
});

it('checksums are those of the published check values', () => {
  const bytes = Buffer.from('123456789');
  const hex = (algorithm: string) => Buffer.from(checksum(algorithm, bytes) ?? '', 'base64').toString('hex');
  expect(['CRC32', 'CRC32C', 'CRC64NVME'].map(hex)).toEqual(['cbf43926', 'e3069283', 'ae8b14860a799888']);
  expect(checksum('CRC7', bytes)).toBeUndefined();
});
