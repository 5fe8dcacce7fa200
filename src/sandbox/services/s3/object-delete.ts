import type * as s3 from '@aws-sdk/client-s3';
import { type Authorization, AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask, ToBucket } from './ask.ts';
import { malformedXml } from './errors.ts';
import { preconditionFailed } from './object-write.ts';
import type { Bucket } from './state.ts';
import { objectTrail } from './trail.ts';
import {
  addVersion,
  assertUnlocked,
  isMarker,
  latest,
  removeKey,
  removeVersion,
  versionOf,
} from './versions.ts';

interface Deletion {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

function askToDelete(
  ask: Ask,
  bucket: Bucket,
  { Key = '', VersionId }: Deletion,
  call: Call,
  bypass: boolean,
): readonly Authorization[] {
  const version = versionOf(bucket, Key, VersionId);
  const context = VersionId === undefined ? {} : { 's3:VersionId': VersionId };
  const action = VersionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion';
  return [action, ...(bypass ? ['BypassGovernanceRetention'] : [])].map((name) =>
    ask.ofObject(bucket, name, Key, call, context, version),
  );
}

interface Deleted {
  readonly DeleteMarker?: boolean;
  readonly VersionId?: string;
}

/** Deletes what is there; what isn't there is deleted too. */
function deleteOne(
  { store }: World,
  bucket: Bucket,
  { Key = '', VersionId }: Deletion,
  now: number,
  bypass: boolean,
): Deleted {
  if (VersionId !== undefined) {
    const version = versionOf(bucket, Key, VersionId);
    assertUnlocked(version, now, bypass);
    const gone = removeVersion(bucket, Key, VersionId);
    return { VersionId, ...(gone !== undefined && isMarker(gone) && { DeleteMarker: true }) };
  }
  if (bucket.versioning === undefined) {
    removeKey(bucket, Key);
    return {};
  }
  const marker = addVersion(bucket, Key, store.random, {
    modifiedAt: now,
    body: new Uint8Array(),
    headers: {},
    metadata: {},
    checksums: {},
    tags: new Map(),
    storageClass: 'STANDARD',
    encryption: '',
    grants: [],
  });
  return { DeleteMarker: true, VersionId: marker.versionId };
}

export const deleteOperations = (world: World, ask: Ask): readonly Operation[] => [
  operation<s3.DeleteObjectRequest, s3.DeleteObjectOutput>({
    name: 'DeleteObject',
    readOnly: false,
    authorize: (input, call) =>
      askToDelete(ask, ask.find(input), input, call, input.BypassGovernanceRetention === true),
    handle: (input, call) => {
      const bucket = ask.find(input);
      const etag = latest(bucket, input.Key)?.etag;
      if (input.IfMatch !== undefined && input.IfMatch !== '*' && input.IfMatch.replace(/"/g, '') !== etag) {
        throw preconditionFailed();
      }
      return deleteOne(world, bucket, input, call.now, input.BypassGovernanceRetention === true);
    },
    trail: (input, _output, call) => objectTrail(call, ask.buckets.get(input.Bucket), input),
  }),
  operation<s3.DeleteObjectsRequest, s3.DeleteObjectsOutput>({
    name: 'DeleteObjects',
    readOnly: false,
    // Each key is asked for below, and refused on its own.
    authorize: (input) => {
      ask.find(input);
      return [];
    },
    handle: (input, call) => {
      const bucket = ask.find(input);
      const objects = input.Delete.Objects ?? [];
      if (objects.length === 0 || objects.length > 1000) throw malformedXml();
      const bypass = input.BypassGovernanceRetention === true;
      const Deleted: s3.DeletedObject[] = [];
      const Errors: s3._Error[] = [];
      for (const one of objects) {
        try {
          world.authorize(askToDelete(ask, bucket, one, call, bypass), call);
          const done = deleteOne(world, bucket, one, call.now, bypass);
          Deleted.push({
            Key: one.Key,
            ...(one.VersionId !== undefined && { VersionId: one.VersionId }),
            ...(done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
          });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Errors.push({ Key: one.Key, VersionId: one.VersionId, Code: error.code, Message: error.message });
        }
      }
      return { ...(input.Delete.Quiet !== true && { Deleted }), ...(Errors.length > 0 && { Errors }) };
    },
    trail: (input, _output, call) =>
      objectTrail(call, ask.buckets.get(input.Bucket), { Bucket: input.Bucket } satisfies ToBucket, {
        delete: '',
      }),
  }),
];
