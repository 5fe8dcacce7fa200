import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { keptChecksums } from './checksums.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { askToRead } from './object-read.ts';
import {
  askToWrite,
  bytesOf,
  checkWriteConditions,
  objectFacts,
  preconditionFailed,
  writeObject,
} from './object-write.ts';
import { tagSet } from './tagging.ts';
import { objectTrail } from './trail.ts';
import { findObject } from './versions.ts';

/** `/bucket/key?versionId=…`, percent-encoded; throws InvalidArgument. */
export function copySource(text: string): {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
} {
  const [path = '', query = ''] = text.split('?');
  const bad = invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.replace(/\+/g, '%20')).replace(/^\//, '');
  } catch {
    throw bad;
  }
  const slash = decoded.indexOf('/');
  if (slash <= 0 || slash === decoded.length - 1) throw bad;
  const id = new URLSearchParams(query).get('versionId');
  return {
    Bucket: decoded.slice(0, slash),
    Key: decoded.slice(slash + 1),
    ...(id !== null && { VersionId: id }),
  };
}

export const putOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<s3.PutObjectRequest, s3.PutObjectOutput>({
    name: 'PutObject',
    readOnly: false,
    authorize: (input, call) => askToWrite(ask, input, call),
    handle: (input, call) => {
      const bucket = ask.find(input);
      if (input.WriteOffsetBytes !== undefined) throw invalidRequest('Append is for directory buckets only');
      const body = bytesOf(input.Body);
      const facts = objectFacts(bucket, input, call);
      const checksums = keptChecksums(input as unknown as Record<string, unknown>, body);
      checkWriteConditions(bucket, input.Key, input);
      return writeObject(bucket, input.Key, store.random, call.now, facts, { body, checksums }).output;
    },
    trail: (input, _output, call) => objectTrail(call, ask.buckets.get(input.Bucket), input),
  }),
  operation<s3.CopyObjectRequest, s3.CopyObjectOutput>({
    name: 'CopyObject',
    readOnly: false,
    authorize: (input, call) => [
      ...askToRead(ask, copySource(input.CopySource), call),
      ...askToWrite(ask, input, call, {
        's3:x-amz-copy-source': input.CopySource.replace(/^\//, ''),
        's3:x-amz-metadata-directive': input.MetadataDirective,
      }),
    ],
    handle: (input, call) => {
      const bucket = ask.find(input);
      const at = copySource(input.CopySource);
      const source = findObject(
        ask.find({ ...at, ExpectedBucketOwner: input.ExpectedSourceBucketOwner }),
        at.Key,
        at.VersionId,
      );
      checkCopyConditions(input, source);
      const replaces = input.MetadataDirective === 'REPLACE';
      const itself = at.Bucket === input.Bucket && at.Key === input.Key && at.VersionId === undefined;
      if (
        itself &&
        !replaces &&
        !input.StorageClass &&
        !input.ServerSideEncryption &&
        !input.WebsiteRedirectLocation
      ) {
        throw invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const facts = objectFacts(bucket, input, call);
      const checksums = keptChecksums(input as unknown as Record<string, unknown>, source.body);
      const { version } = writeObject(
        bucket,
        input.Key,
        store.random,
        call.now,
        {
          ...facts,
          ...(!replaces && { headers: source.headers, metadata: { ...source.metadata } }),
          ...(input.TaggingDirective !== 'REPLACE' && { tags: new Map(source.tags) }),
        },
        { body: source.body, checksums },
      );
      return {
        CopyObjectResult: {
          ETag: `"${version.etag}"`,
          LastModified: new Date(version.modifiedAt),
          ...checksums,
        },
        ServerSideEncryption: version.encryption as s3.ServerSideEncryption,
        ...(bucket.versioning !== undefined && { VersionId: version.versionId }),
        ...(source.versionId !== 'null' && { CopySourceVersionId: source.versionId }),
      };
    },
    trail: (input, _output, call) =>
      objectTrail(call, ask.buckets.get(input.Bucket), input, { 'x-amz-copy-source': input.CopySource }),
  }),
  operation<s3.GetObjectTaggingRequest, s3.GetObjectTaggingOutput>({
    name: 'GetObjectTagging',
    readOnly: true,
    authorize: (input, call) => askToRead(ask, input, call, 'GetObjectTagging', 'GetObjectVersionTagging'),
    handle: (input) => {
      const bucket = ask.find(input);
      const version = findObject(bucket, input.Key, input.VersionId);
      return {
        TagSet: tagSet(version.tags),
        ...(bucket.versioning !== undefined && { VersionId: version.versionId }),
      };
    },
    trail: (input, _output, call) => objectTrail(call, ask.buckets.get(input.Bucket), input, { tagging: '' }),
  }),
];

/** x-amz-copy-source-if-…; throws PreconditionFailed. */
function checkCopyConditions(
  input: s3.CopyObjectRequest,
  source: { readonly etag?: string; readonly modifiedAt: number },
): void {
  const same = (asked: string) => asked === '*' || asked.replace(/"/g, '') === source.etag;
  const { CopySourceIfMatch, CopySourceIfNoneMatch, CopySourceIfModifiedSince, CopySourceIfUnmodifiedSince } =
    input;
  if (CopySourceIfMatch !== undefined && !same(CopySourceIfMatch)) throw preconditionFailed();
  if (CopySourceIfNoneMatch !== undefined && same(CopySourceIfNoneMatch)) throw preconditionFailed();
  const seconds = Math.floor(source.modifiedAt / 1000) * 1000;
  if (CopySourceIfModifiedSince !== undefined && seconds <= CopySourceIfModifiedSince.getTime())
    throw preconditionFailed();
  if (
    CopySourceIfMatch === undefined &&
    CopySourceIfUnmodifiedSince !== undefined &&
    seconds > CopySourceIfUnmodifiedSince.getTime()
  ) {
    throw preconditionFailed();
  }
}
