import type { NamedPolicy, RequestContext } from '../../../engine/index.ts';
import type { Authorization, Call } from '../../types.ts';
import type { World } from '../world.ts';
import { aclPolicy } from './acl-policy.ts';
import { policyOf } from './bucket-policy.ts';
import { accessDenied, noSuchBucket } from './errors.ts';
import { isPublicPolicy } from './public.ts';
import { type Bucket, type Buckets, bucketsOf, type ObjectVersion } from './state.ts';

/** Members that every request to a bucket has. */
export interface ToBucket {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Finds buckets, and builds the engine's questions about them and their objects. */
export class Ask {
  readonly buckets: Buckets;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.buckets = bucketsOf(world);
  }

  /** The bucket that a request names; throws NoSuchBucket, and AccessDenied when it isn't the expected account's. */
  find({ Bucket: name = '', ExpectedBucketOwner }: ToBucket): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket();
    if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== bucket.accountId) throw accessDenied();
    return bucket;
  }

  bucket(
    action: string,
    input: ToBucket,
    call: Call,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const bucket = this.find(input);
    return [this.question(bucket, action, arnOf(bucket), call, context)];
  }

  object(
    action: string,
    input: ToBucket & { readonly Key: string | undefined },
    call: Call,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const bucket = this.find(input);
    return [this.ofObject(bucket, action, input.Key ?? '', call, context)];
  }

  /** `version`: the one that the action is about; its tags and its ACL take part. */
  ofObject(
    bucket: Bucket,
    action: string,
    key: string,
    call: Call,
    context: RequestContext = {},
    version?: ObjectVersion,
  ): Authorization {
    return this.question(
      bucket,
      action,
      `${arnOf(bucket)}/${key}`,
      call,
      { ...existingTags(version), ...context },
      version,
    );
  }

  question(
    bucket: Bucket,
    action: string,
    resource: string,
    call: Call,
    context: RequestContext = {},
    version?: ObjectVersion,
  ): Authorization {
    const own = policyOf(bucket, this.#world.store);
    this.#restrictPublic(bucket, own, call);
    const policy = aclPolicy(bucket, own, version);
    return {
      action: `s3:${action}`,
      resource,
      resourceAccount: bucket.accountId,
      ...(policy !== undefined && { resourcePolicy: policy }),
      context: { 's3:ResourceAccount': bucket.accountId, ...requestContext(call), ...context },
    };
  }

  /** "Only AWS service principals and authorized users within the bucket owner's account can access buckets with public policies." */
  #restrictPublic(bucket: Bucket, policy: NamedPolicy | undefined, { caller }: Call): void {
    if (bucket.publicAccess?.RestrictPublicBuckets !== true || policy === undefined) return;
    if (caller.accountId === bucket.accountId || caller.principal.type === 'service') return;
    if (isPublicPolicy(policy.document)) throw accessDenied();
  }
}

export const arnOf = (bucket: Bucket): string => `arn:aws:s3:::${bucket.name}`;

/**
 * Of the request itself. What services do is signed too; what anybody may do unsigned has none of the keys of signing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function requestContext({ caller, signed, now }: Call): RequestContext {
  const context: Record<string, string> = { 's3:TlsVersion': '1.3' };
  if (caller.principal.type === 'anonymous') return context;
  context['s3:authType'] = signed?.form === 'presigned' ? 'REST-QUERY-STRING' : 'REST-HEADER';
  context['s3:signatureversion'] = 'AWS4-HMAC-SHA256';
  if (signed === undefined) return context;
  context['s3:signatureAge'] = String(Math.max(0, now - signed.at));
  // A presigned URL leaves the body unsigned unless it says otherwise.
  const payload = signed.payload ?? (signed.form === 'presigned' ? 'UNSIGNED-PAYLOAD' : undefined);
  if (payload !== undefined) context['s3:x-amz-content-sha256'] = payload;
  return context;
}

function existingTags(version: ObjectVersion | undefined): RequestContext {
  const context: Record<string, string> = {};
  for (const [key, value] of version?.tags ?? []) context[`s3:ExistingObjectTag/${key}`] = value;
  return context;
}

/** s3:RequestObjectTag/… of a request that sets an object's tags. */
export function requestObjectTags(tags: ReadonlyMap<string, string>): RequestContext {
  if (tags.size === 0) return {};
  const context: Record<string, string | readonly string[]> = { 's3:RequestObjectTagKeys': [...tags.keys()] };
  for (const [key, value] of tags) context[`s3:RequestObjectTag/${key}`] = value;
  return context;
}
