import type * as s3 from '@aws-sdk/client-s3';
import type { Random } from '../../../base/index.ts';
import type { RequestContext } from '../../../engine/index.ts';
import { type Authorization, AwsError, type Call } from '../../types.ts';
import { type Ask, requestObjectTags, type ToBucket } from './ask.ts';
import { md5 } from './checksums.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { type AclInput, aclContext, assertAclAllowed, grantsOf } from './grants.ts';
import { encryptionRules } from './settings.ts';
import { type Bucket, canonicalId, type ObjectVersion } from './state.ts';
import { tagHeader } from './tagging.ts';
import { addVersion, latest, versionHeader } from './versions.ts';

/** What requests that make an object have in common: PutObject, CopyObject, CreateMultipartUpload. */
export interface NewObject extends ToBucket, AclInput {
  readonly Key: string | undefined;
  readonly Tagging?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly StorageClass?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly ObjectLockMode?: s3.ObjectLockMode | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly ContentEncoding?: string | undefined;
}

const kept = [
  'ContentType',
  'CacheControl',
  'ContentDisposition',
  'ContentLanguage',
  'Expires',
  'WebsiteRedirectLocation',
] as const;

/** Headers that come back with the object. */
export function objectHeaders(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const headers: Record<string, unknown> = { ContentType: 'binary/octet-stream' };
  for (const name of kept) if (input[name] !== undefined) headers[name] = input[name];
  // `aws-chunked` is how the body travelled, not what the object is.
  const encoding = String(input['ContentEncoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked')
    .join(',');
  if (encoding !== '') headers['ContentEncoding'] = encoding;
  return headers;
}

/** What a caller needs to make an object that way. */
export function askToWrite(
  ask: Ask,
  input: NewObject,
  call: Call,
  more: RequestContext = {},
): readonly Authorization[] {
  const bucket = ask.find(input);
  const tags = tagHeader(input.Tagging);
  const context: RequestContext = {
    ...aclContext(input),
    ...requestObjectTags(tags),
    's3:x-amz-server-side-encryption': input.ServerSideEncryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
    's3:x-amz-storage-class': input.StorageClass,
    's3:object-lock-mode': input.ObjectLockMode,
    's3:object-lock-legal-hold': input.ObjectLockLegalHoldStatus,
    ...more,
  };
  const actions = [
    'PutObject',
    ...(tags.size > 0 ? ['PutObjectTagging'] : []),
    ...(setsAcl(input) ? ['PutObjectAcl'] : []),
    ...(input.ObjectLockMode !== undefined ? ['PutObjectRetention'] : []),
    ...(input.ObjectLockLegalHoldStatus !== undefined ? ['PutObjectLegalHold'] : []),
  ];
  return actions.map((action) => ask.ofObject(bucket, action, input.Key ?? '', call, context));
}

/**
 * unverified: that these two canned ACLs need no s3:PutObjectAcl; AWS's example policies for uploads with
 * bucket-owner-full-control grant s3:PutObject alone.
 */
const setsAcl = (input: NewObject): boolean =>
  Object.keys(aclContext(input)).length > 0 &&
  input.ACL !== 'bucket-owner-full-control' &&
  input.ACL !== 'private';

/** Everything of a new object but its bytes; throws for what S3 refuses. */
export function objectFacts(bucket: Bucket, input: NewObject, call: Call) {
  const owner = canonicalId(bucket.accountId);
  if ((Buffer.byteLength(input.Key ?? '') || 0) > 1024) {
    throw new AwsError('KeyTooLongError', 'Your key is too long');
  }
  if (input.SSECustomerAlgorithm !== undefined) {
    throw new AwsError(
      'NotImplemented',
      'Customer-provided keys (SSE-C) are not implemented by this sandbox.',
      501,
    );
  }
  const said = grantsOf(input, owner, owner);
  assertAclAllowed(bucket, input, said, call);
  const size = Object.entries(input.Metadata ?? {}).reduce(
    (sum, [k, v]) => sum + k.length + Buffer.byteLength(v),
    0,
  );
  if (size > 2048) {
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  const encryption =
    input.ServerSideEncryption ??
    encryptionRules(bucket)[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ??
    'AES256';
  if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(encryption)) {
    throw new AwsError(
      'InvalidEncryptionAlgorithmError',
      'The encryption request you specified is not valid. Supported value: AES256.',
    );
  }
  const retention = retentionOf(bucket, input, call.now);
  return {
    headers: objectHeaders(input as unknown as Record<string, unknown>),
    metadata: { ...input.Metadata },
    tags: tagHeader(input.Tagging),
    storageClass: input.StorageClass ?? 'STANDARD',
    encryption,
    grants: said ?? [{ grantee: owner, permission: 'FULL_CONTROL' as const }],
    ...(retention && { retention }),
    ...(input.ObjectLockLegalHoldStatus !== undefined && { legalHold: input.ObjectLockLegalHoldStatus }),
  };
}

const DAY = 86_400_000;

function retentionOf(bucket: Bucket, input: NewObject, now: number): s3.ObjectLockRetention | undefined {
  const lock = bucket.settings.get('object-lock') as s3.ObjectLockConfiguration | undefined;
  const { ObjectLockMode: Mode, ObjectLockRetainUntilDate: RetainUntilDate } = input;
  if (lock === undefined) {
    if (Mode === undefined && input.ObjectLockLegalHoldStatus === undefined) return undefined;
    throw invalidRequest('Bucket is missing Object Lock Configuration');
  }
  if ((Mode === undefined) !== (RetainUntilDate === undefined)) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  }
  if (Mode !== undefined && RetainUntilDate !== undefined) {
    if (RetainUntilDate.getTime() <= now)
      throw invalidArgument('The retain until date must be in the future!');
    return { Mode, RetainUntilDate };
  }
  const rule = lock.Rule?.DefaultRetention;
  if (rule === undefined) return undefined;
  const days = rule.Days ?? (rule.Years ?? 0) * 365;
  return { ...(rule.Mode && { Mode: rule.Mode }), RetainUntilDate: new Date(now + days * DAY) };
}

/** If-Match and If-None-Match of a write: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function checkWriteConditions(
  bucket: Bucket,
  key: string,
  {
    IfMatch,
    IfNoneMatch,
  }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): void {
  const now = latest(bucket, key);
  const etag = now?.etag;
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') {
      throw new AwsError(
        'NotImplemented',
        'A header you provided implies functionality that is not implemented',
        501,
      );
    }
    if (etag !== undefined) throw preconditionFailed();
  }
  if (IfMatch !== undefined) {
    if (etag === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    if (IfMatch !== '*' && IfMatch.replace(/"/g, '') !== etag) throw preconditionFailed();
  }
}

export const preconditionFailed = (): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);

/** Makes the object and answers what every write answers. */
export function writeObject(
  bucket: Bucket,
  key: string,
  random: Random,
  now: number,
  facts: ReturnType<typeof objectFacts>,
  content: {
    readonly body: Uint8Array;
    readonly checksums: Readonly<Record<string, string>>;
    readonly etag?: string;
    readonly parts?: readonly number[];
  },
): { readonly version: ObjectVersion; readonly output: s3.PutObjectOutput } {
  const version = addVersion(bucket, key, random, {
    modifiedAt: now,
    etag: content.etag ?? md5(content.body),
    ...content,
    ...facts,
  });
  return {
    version,
    output: {
      ETag: `"${version.etag}"`,
      ServerSideEncryption: version.encryption as s3.ServerSideEncryption,
      ...content.checksums,
      ...versionHeader(bucket, version),
    },
  };
}

/** A copy of its own: what the wire hands over may lie in a larger buffer. */
export const bytesOf = (body: unknown): Uint8Array =>
  typeof body === 'string'
    ? new Uint8Array(Buffer.from(body))
    : new Uint8Array((body as Uint8Array | undefined) ?? []);
