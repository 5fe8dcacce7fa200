import type * as s3 from '@aws-sdk/client-s3';
import type { StoredPolicy } from '../../state/stored-policy.ts';
import type { World } from '../world.ts';

/** A bucket policy: its text cut at each principal that is kept by unique id, as IAM keeps trust policies. */
export interface BucketPolicy {
  readonly parts: readonly (string | { readonly id: string })[];
  /** As it read when it was last looked at. */
  shown: StoredPolicy;
}

/** Who is granted what by an access control list; the owner always comes first. */
export interface Grant {
  /** A canonical user id, or the URI of a group. */
  readonly grantee: string;
  readonly permission: s3.Permission;
}

export interface ObjectVersion {
  /** `null` for objects written while versioning was off or suspended. */
  readonly versionId: string;
  /** ms */
  readonly modifiedAt: number;
  /** Without quotes. Absent: a delete marker. */
  readonly etag?: string;
  readonly body: Uint8Array;
  /** `ContentType`, `CacheControl` … as the output of GetObject names them. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** `x-amz-meta-…` */
  readonly metadata: Readonly<Record<string, string>>;
  /** `ChecksumCRC32` → base 64; with `ChecksumType`. */
  readonly checksums: Readonly<Record<string, string>>;
  tags: Map<string, string>;
  readonly storageClass: string;
  readonly encryption: string;
  grants: readonly Grant[];
  retention?: s3.ObjectLockRetention;
  legalHold?: string;
  /** Sizes of a multipart object's parts. */
  readonly parts?: readonly number[];
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: number;
  readonly initiator: string;
  /** What CreateMultipartUpload said of the object to come. */
  readonly input: s3.CreateMultipartUploadRequest;
  readonly parts: Map<number, Part>;
}

export interface Part {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksums: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  policy?: BucketPolicy;
  publicAccess?: s3.PublicAccessBlockConfiguration;
  /** Absent: DeleteBucketOwnershipControls was called; ACLs work then as with ObjectWriter. */
  ownership?: s3.ObjectOwnership;
  versioning?: s3.BucketVersioningStatus;
  grants: readonly Grant[];
  readonly tags: Map<string, string>;
  /** Configurations that are kept as they were given, by name: `cors`, `website` … */
  readonly settings: Map<string, object>;
  /** Versions of each key, newest last; never an empty list. */
  readonly objects: Map<string, ObjectVersion[]>;
  readonly uploads: Map<string, Upload>;
  /** Counts the keys that came and went. */
  changes: number;
}

/** All buckets of the cloud by name: names are unique across accounts. */
export type Buckets = Map<string, Bucket>;

export const bucketsOf = (world: World): Buckets => world.own<Buckets>('s3', () => new Map());

/** The account's canonical user id: 64 hexadecimal digits that stand for it here. */
export const canonicalId = (accountId: string): string => BigInt(accountId).toString(16).padStart(64, '0');

/** The account behind a canonical id; undefined for ids that aren't of this cloud. */
export function accountOfCanonicalId(id: string): string | undefined {
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
  const number = BigInt(`0x${id}`);
  return number > 999_999_999_999n ? undefined : String(number).padStart(12, '0');
}
