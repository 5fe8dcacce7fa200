import type * as s3 from '@aws-sdk/client-s3';
import { type Authorization, AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Ask, arnOf, type ToBucket } from './ask.ts';
import { noSuchKey } from './errors.ts';
import { preconditionFailed } from './object-write.ts';
import type { Bucket, ObjectVersion } from './state.ts';
import { objectTrail } from './trail.ts';
import { findObject, isMarker, versionHeader, versionOf } from './versions.ts';

interface Read extends ToBucket {
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

/**
 * What a caller needs to read an object. One that isn't there is only told to those who may list the bucket: others
 * get AccessDenied ("Required permissions" of GetObject).
 */
export function askToRead(
  ask: Ask,
  input: Read,
  call: Call,
  action = 'GetObject',
  ofVersion = 'GetObjectVersion',
): readonly Authorization[] {
  const bucket = ask.find(input);
  const version = versionOf(bucket, input.Key ?? '', input.VersionId);
  const there = version !== undefined && !isMarker(version);
  const context = input.VersionId === undefined ? {} : { 's3:VersionId': input.VersionId };
  const asked = input.VersionId === undefined ? action : ofVersion;
  return [
    ask.ofObject(bucket, asked, input.Key ?? '', call, context, version),
    ...(there ? [] : [ask.question(bucket, 'ListBucket', arnOf(bucket), call)]),
  ];
}

type Conditions = Pick<
  s3.GetObjectRequest,
  'IfMatch' | 'IfNoneMatch' | 'IfModifiedSince' | 'IfUnmodifiedSince'
>;

/** RFC 9110 §13.2.2; throws PreconditionFailed (412) and NotModified (304). */
function checkConditions(input: Conditions, { etag, modifiedAt }: ObjectVersion): void {
  const seconds = Math.floor(modifiedAt / 1000) * 1000;
  const same = (asked: string) =>
    asked
      .split(',')
      .some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '').replace(/"/g, '') === etag);
  if (input.IfMatch !== undefined) {
    if (!same(input.IfMatch)) throw preconditionFailed();
  } else if (input.IfUnmodifiedSince !== undefined && seconds > input.IfUnmodifiedSince.getTime()) {
    throw preconditionFailed();
  }
  const notModified =
    input.IfNoneMatch !== undefined
      ? same(input.IfNoneMatch)
      : input.IfModifiedSince !== undefined && seconds <= input.IfModifiedSince.getTime();
  if (notModified) throw new AwsError('NotModified', 'Not Modified', 304);
}

/** First and last byte; undefined for the whole object, also for ranges that S3 doesn't understand. */
export function readRange(text: string | undefined, size: number): readonly [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= size || (from === '' && Number(to) === 0)) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return [first, last];
}

/** The bytes of one part of a multipart object. */
function partRange(
  version: ObjectVersion,
  number: number | undefined,
): readonly [number, number] | undefined {
  if (number === undefined) return undefined;
  const parts = version.parts ?? [version.body.length];
  const size = parts[number - 1];
  if (size === undefined)
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416);
  const start = parts.slice(0, number - 1).reduce((sum, n) => sum + n, 0);
  return size === 0 ? undefined : [start, start + size - 1];
}

/** The answer's headers, of HEAD as of GET. */
function described(
  bucket: Bucket,
  version: ObjectVersion,
  input: s3.GetObjectRequest | s3.HeadObjectRequest,
) {
  const size = version.body.length;
  const range = partRange(version, input.PartNumber) ?? readRange(input.Range, size);
  const { retention } = version;
  return {
    range,
    output: {
      ...version.headers,
      AcceptRanges: 'bytes',
      LastModified: new Date(version.modifiedAt),
      ETag: `"${version.etag}"`,
      ContentLength: range === undefined ? size : range[1] - range[0] + 1,
      ServerSideEncryption: version.encryption as s3.ServerSideEncryption,
      Metadata: version.metadata,
      ...(range !== undefined && { ContentRange: `bytes ${range[0]}-${range[1]}/${size}` }),
      ...(version.storageClass !== 'STANDARD' && { StorageClass: version.storageClass as s3.StorageClass }),
      ...(input.ChecksumMode === 'ENABLED' && range === undefined && version.checksums),
      ...(version.tags.size > 0 && { TagCount: version.tags.size }),
      ...(input.PartNumber !== undefined && version.parts && { PartsCount: version.parts.length }),
      ...(retention && {
        ObjectLockMode: retention.Mode as s3.ObjectLockMode,
        ObjectLockRetainUntilDate: retention.RetainUntilDate,
      }),
      ...(version.legalHold !== undefined && {
        ObjectLockLegalHoldStatus: version.legalHold as s3.ObjectLockLegalHoldStatus,
      }),
      ...versionHeader(bucket, version),
      ...overrides(input),
    },
  };
}

/** `response-content-type=…` and its like. */
const overrides = (input: s3.GetObjectRequest | s3.HeadObjectRequest): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) =>
      name.startsWith('Response') && value !== undefined ? [[name.slice('Response'.length), value]] : [],
    ),
  );

function readable(bucket: Bucket, input: Read & Conditions): ObjectVersion {
  const named = versionOf(bucket, input.Key ?? '', input.VersionId);
  if (named !== undefined && isMarker(named) && input.VersionId !== undefined) {
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
  const version = findObject(bucket, input.Key ?? '', input.VersionId);
  checkConditions(input, version);
  return version;
}

export const readOperations = (ask: Ask): readonly Operation[] => [
  operation<s3.GetObjectRequest, object>({
    name: 'GetObject',
    readOnly: true,
    authorize: (input, call) => askToRead(ask, input, call),
    handle: (input) => {
      const bucket = ask.find(input);
      const version = readable(bucket, input);
      const { range, output } = described(bucket, version, input);
      const Body = range === undefined ? version.body : version.body.subarray(range[0], range[1] + 1);
      return { ...output, Body };
    },
    trail: (input, _output, call) => objectTrail(call, ask.buckets.get(input.Bucket), input),
  }),
  operation<s3.HeadObjectRequest, object>({
    name: 'HeadObject',
    readOnly: true,
    authorize: (input, call) => askToRead(ask, input, call),
    handle: (input) => {
      const bucket = ask.find(input);
      return described(bucket, readable(bucket, input), input).output;
    },
    trail: (input, _output, call) => objectTrail(call, ask.buckets.get(input.Bucket), input),
  }),
  operation<s3.GetObjectAttributesRequest, s3.GetObjectAttributesOutput>({
    name: 'GetObjectAttributes',
    readOnly: true,
    authorize: (input, call) => [
      ...askToRead(ask, input, call),
      ...askToRead(ask, input, call, 'GetObjectAttributes', 'GetObjectVersionAttributes'),
    ],
    handle: (input) => {
      const bucket = ask.find(input);
      const version = findObject(bucket, input.Key, input.VersionId);
      if (version.etag === undefined) throw noSuchKey();
      const wants = (name: s3.ObjectAttributes) => input.ObjectAttributes.includes(name);
      return {
        LastModified: new Date(version.modifiedAt),
        ...versionHeader(bucket, version),
        ...(wants('ETag') && { ETag: version.etag }),
        ...(wants('ObjectSize') && { ObjectSize: version.body.length }),
        ...(wants('StorageClass') && { StorageClass: version.storageClass as s3.StorageClass }),
        ...(wants('Checksum') && { Checksum: version.checksums }),
        ...(wants('ObjectParts') &&
          version.parts && { ObjectParts: { TotalPartsCount: version.parts.length } }),
      };
    },
    trail: (input, _output, call) =>
      objectTrail(call, ask.buckets.get(input.Bucket), input, { attributes: '' }),
  }),
];
