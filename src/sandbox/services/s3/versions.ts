import type { Random } from '../../../base/index.ts';
import { accessDenied, noSuchKey, noSuchVersion } from './errors.ts';
import type { Bucket, ObjectVersion } from './state.ts';

/** unverified: the alphabet; AWS says "Unicode, UTF-8 encoded, URL-ready, opaque", and its examples look like this. */
const versionId = (random: Random): string =>
  Buffer.from(random.bytes(24)).toString('base64url').replace(/-/g, '.');

export const latest = (bucket: Bucket, key: string): ObjectVersion | undefined =>
  bucket.objects.get(key)?.at(-1);

export const isMarker = ({ etag }: ObjectVersion): boolean => etag === undefined;

/** The version that a read is about, delete markers included; undefined when there is none. */
export const versionOf = (bucket: Bucket, key: string, id: string | undefined): ObjectVersion | undefined =>
  id === undefined
    ? latest(bucket, key)
    : bucket.objects.get(key)?.find((version) => version.versionId === id);

/** The object that a read is about; throws NoSuchKey, NoSuchVersion. */
export function findObject(bucket: Bucket, key: string, id: string | undefined): ObjectVersion {
  const found = versionOf(bucket, key, id);
  if (found === undefined) throw id === undefined ? noSuchKey() : noSuchVersion();
  if (isMarker(found)) throw noSuchKey();
  return found;
}

/** Puts an object or a delete marker where versioning says: a new version, the `null` version, or the only one. */
export function addVersion(
  bucket: Bucket,
  key: string,
  random: Random,
  version: Omit<ObjectVersion, 'versionId'>,
): ObjectVersion {
  const enabled = bucket.versioning === 'Enabled';
  const made: ObjectVersion = { ...version, versionId: enabled ? versionId(random) : 'null' };
  const known = bucket.objects.get(key);
  if (known === undefined) bucket.changes++;
  const others = (known ?? []).filter(({ versionId: id }) => enabled || id !== 'null');
  bucket.objects.set(key, bucket.versioning === undefined ? [made] : [...others, made]);
  return made;
}

export function removeVersion(bucket: Bucket, key: string, id: string): ObjectVersion | undefined {
  const versions = bucket.objects.get(key) ?? [];
  const gone = versions.find(({ versionId: known }) => known === id);
  if (gone === undefined) return undefined;
  const rest = versions.filter((version) => version !== gone);
  if (rest.length > 0) bucket.objects.set(key, rest);
  else removeKey(bucket, key);
  return gone;
}

export function removeKey(bucket: Bucket, key: string): void {
  if (bucket.objects.delete(key)) bucket.changes++;
}

/** Object Lock: a locked version can't be deleted nor overwritten. `bypass`: governance mode gives way. */
export function assertUnlocked(version: ObjectVersion | undefined, now: number, bypass: boolean): void {
  const { retention, legalHold } = version ?? {};
  const until = retention?.RetainUntilDate?.getTime() ?? 0;
  const held = until > now && !(bypass && retention?.Mode === 'GOVERNANCE');
  if (held || legalHold === 'ON')
    throw accessDenied('Access Denied because object protected by object lock.');
}

/** `x-amz-version-id` of an answer: not there in buckets that never had versioning. */
export const versionHeader = (bucket: Bucket, { versionId: id }: ObjectVersion): { VersionId?: string } =>
  bucket.versioning === undefined ? {} : { VersionId: id };
