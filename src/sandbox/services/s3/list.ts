import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { invalidArgument } from './errors.ts';
import { encoder, list, sortedKeys } from './listing.ts';
import { type Bucket, canonicalId, type ObjectVersion } from './state.ts';
import { objectTrail } from './trail.ts';
import { isMarker, latest } from './versions.ts';

const MOST = 1000;

interface Listed {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
  readonly EncodingType?: string | undefined;
}

const listContext = ({ Prefix, Delimiter, MaxKeys }: Listed) => ({
  's3:prefix': Prefix,
  's3:delimiter': Delimiter,
  's3:max-keys': MaxKeys === undefined ? undefined : String(MaxKeys),
});

export function mostKeys(asked: number | undefined): number {
  if (asked !== undefined && !(asked >= 0))
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647');
  return Math.min(asked ?? MOST, MOST);
}

const currentKeys = (bucket: Bucket): readonly string[] => {
  const keys = sortedKeys(bucket);
  if (bucket.versioning === undefined) return keys;
  return keys.filter((key) => {
    const version = latest(bucket, key);
    return version !== undefined && !isMarker(version);
  });
};

export const summary = (version: ObjectVersion) => ({
  LastModified: new Date(version.modifiedAt),
  ETag: `"${version.etag}"`,
  Size: version.body.length,
  StorageClass: version.storageClass as s3.ObjectStorageClass,
  ChecksumAlgorithm: Object.keys(version.checksums).flatMap((name) =>
    name === 'ChecksumType' ? [] : [name.slice('Checksum'.length) as s3.ChecksumAlgorithm],
  ),
});

function page(bucket: Bucket, input: Listed, after: string) {
  const { Prefix: prefix = '', Delimiter: delimiter } = input;
  const encode = encoder(input.EncodingType);
  const found = list(currentKeys(bucket), { prefix, delimiter, after, most: mostKeys(input.MaxKeys) });
  return {
    found,
    encode,
    shared: {
      Name: bucket.name,
      Prefix: encode(prefix),
      MaxKeys: mostKeys(input.MaxKeys),
      IsTruncated: found.truncated,
      ...(delimiter && { Delimiter: encode(delimiter) }),
      ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType as s3.EncodingType }),
      CommonPrefixes: found.prefixes.map((text) => ({ Prefix: encode(text) })),
    },
    contents: (owner: boolean): s3._Object[] =>
      found.keys.flatMap((key) => {
        const version = latest(bucket, key);
        return version === undefined
          ? []
          : [
              {
                Key: encode(key),
                ...summary(version),
                ...(version.checksums['ChecksumType'] && {
                  ChecksumType: version.checksums['ChecksumType'] as s3.ChecksumType,
                }),
                ...(owner && { Owner: { ID: canonicalId(bucket.accountId) } }),
              },
            ];
      }),
  };
}

const token = {
  write: (key: string): string => Buffer.from(key).toString('base64'),
  read: (text: string): string => Buffer.from(text, 'base64').toString(),
};

export const listOperations = (ask: Ask): readonly Operation[] => [
  operation<s3.ListObjectsV2Request, s3.ListObjectsV2Output>({
    name: 'ListObjectsV2',
    readOnly: true,
    authorize: (input, call) => ask.bucket('ListBucket', input, call, listContext(input)),
    handle: (input) => {
      const bucket = ask.find(input);
      const { ContinuationToken, StartAfter = '' } = input;
      if (ContinuationToken === '') throw invalidArgument('The continuation token provided is incorrect');
      const after = ContinuationToken === undefined ? StartAfter : token.read(ContinuationToken);
      const { found, encode, shared, contents } = page(bucket, input, after);
      return {
        ...shared,
        Contents: contents(input.FetchOwner === true),
        KeyCount: found.keys.length + found.prefixes.length,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
        ...(StartAfter !== '' && { StartAfter: encode(StartAfter) }),
        ...(found.truncated &&
          found.last !== undefined && { NextContinuationToken: token.write(found.last) }),
      };
    },
    trail: (input, _output, call) => listTrail(ask, input, call, { 'list-type': '2' }),
  }),
  operation<s3.ListObjectsRequest, s3.ListObjectsOutput>({
    name: 'ListObjects',
    readOnly: true,
    authorize: (input, call) => ask.bucket('ListBucket', input, call, listContext(input)),
    handle: (input) => {
      const { found, encode, shared, contents } = page(ask.find(input), input, input.Marker ?? '');
      return {
        ...shared,
        Marker: encode(input.Marker ?? ''),
        Contents: contents(true),
        // "This element is returned only if you have the delimiter request parameter specified."
        ...(found.truncated &&
          found.last !== undefined &&
          input.Delimiter && { NextMarker: encode(found.last) }),
      };
    },
    trail: (input, _output, call) => listTrail(ask, input, call, {}),
  }),
  operation<s3.ListObjectVersionsRequest, s3.ListObjectVersionsOutput>({
    name: 'ListObjectVersions',
    readOnly: true,
    authorize: (input, call) => ask.bucket('ListBucketVersions', input, call, listContext(input)),
    handle: (input) => versionsPage(ask.find(input), input),
    trail: (input, _output, call) => listTrail(ask, input, call, { versions: '' }, 'ListObjectVersions'),
  }),
];

function listTrail(
  ask: Ask,
  input: Listed & { readonly Bucket: string },
  call: Parameters<typeof objectTrail>[0],
  more: object,
  event = 'ListObjects',
) {
  const asked = {
    ...more,
    ...(input.Prefix !== undefined && { prefix: input.Prefix }),
    ...(input.Delimiter !== undefined && { delimiter: input.Delimiter }),
    ...(input.EncodingType !== undefined && { 'encoding-type': input.EncodingType }),
  };
  return objectTrail(call, ask.buckets.get(input.Bucket), { Bucket: input.Bucket }, asked, event);
}

/** Newest first within a key; a page may end between two versions of one. */
function versionsPage(bucket: Bucket, input: s3.ListObjectVersionsRequest): s3.ListObjectVersionsOutput {
  const { Prefix: prefix = '', Delimiter: delimiter, KeyMarker = '', VersionIdMarker } = input;
  const most = mostKeys(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  const Versions: s3.ObjectVersion[] = [];
  const DeleteMarkers: s3.DeleteMarkerEntry[] = [];
  const Owner = { ID: canonicalId(bucket.accountId) };
  const keys = sortedKeys(bucket);
  // With a version marker the rest of the marker's key comes first.
  const started =
    VersionIdMarker === undefined || !KeyMarker.startsWith(prefix)
      ? []
      : (bucket.objects.get(KeyMarker) ?? []);
  const rest = started.slice(
    0,
    Math.max(
      0,
      started.findIndex(({ versionId }) => versionId === VersionIdMarker),
    ),
  );
  let last: { readonly key: string; readonly id?: string } | undefined;
  const take = (key: string, versions: readonly ObjectVersion[]): boolean => {
    for (const version of versions.toReversed()) {
      if (Versions.length + DeleteMarkers.length >= most) return false;
      const entry = {
        Key: encode(key),
        VersionId: version.versionId,
        IsLatest: version === latest(bucket, key),
        LastModified: new Date(version.modifiedAt),
        Owner,
      };
      if (isMarker(version)) DeleteMarkers.push(entry);
      else
        Versions.push({
          ...summary(version),
          ...entry,
          StorageClass: version.storageClass as s3.ObjectVersionStorageClass,
        });
      last = { key, id: version.versionId };
    }
    return true;
  };
  let whole = take(KeyMarker, rest);
  const found = list(keys, { prefix, delimiter, after: KeyMarker, most: Math.max(0, most - rest.length) });
  if (whole) {
    for (const key of found.keys) {
      whole = take(key, bucket.objects.get(key) ?? []);
      if (!whole) break;
    }
  }
  const truncated = !whole || found.truncated;
  const next = whole && found.last !== undefined ? { key: found.last, id: last?.id } : last;
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker: VersionIdMarker ?? '',
    MaxKeys: most,
    IsTruncated: truncated,
    ...(delimiter && { Delimiter: encode(delimiter) }),
    ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType }),
    ...(truncated &&
      next !== undefined && {
        NextKeyMarker: encode(next.key),
        ...(next.id !== undefined && { NextVersionIdMarker: next.id }),
      }),
    Versions,
    DeleteMarkers,
    CommonPrefixes: found.prefixes.map((text) => ({ Prefix: encode(text) })),
  };
}
