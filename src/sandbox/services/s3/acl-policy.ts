import type { NamedPolicy } from '../../../engine/index.ts';
import { parsePolicy } from '../../../policy/index.ts';
import { isPublicGrant } from './public.ts';
import { accountOfCanonicalId, type Bucket, canonicalId, type Grant, type ObjectVersion } from './state.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping */
const bucketActions: Readonly<Record<string, readonly string[]>> = {
  READ: ['ListBucket', 'ListBucketVersions', 'ListBucketMultipartUploads'],
  WRITE: ['PutObject', 'DeleteObject', 'DeleteObjectVersion'],
  READ_ACP: ['GetBucketAcl'],
  WRITE_ACP: ['PutBucketAcl'],
};
const objectActions: Readonly<Record<string, readonly string[]>> = {
  READ: ['GetObject', 'GetObjectVersion'],
  READ_ACP: ['GetObjectAcl', 'GetObjectVersionAcl'],
  WRITE_ACP: ['PutObjectAcl', 'PutObjectVersionAcl'],
};

/**
 * What the engine gets as the resource's policy: the bucket policy, and what access control lists grant to others than
 * the owner, written as statements. Lists have no effect where BucketOwnerEnforced switches them off; IgnorePublicAcls
 * takes the public grants away.
 */
export function aclPolicy(
  bucket: Bucket,
  policy: NamedPolicy | undefined,
  version: ObjectVersion | undefined,
): NamedPolicy | undefined {
  if (bucket.ownership === 'BucketOwnerEnforced') return policy;
  const statements = [
    ...statementsOf(bucket, bucket.grants, bucketActions, [
      `arn:aws:s3:::${bucket.name}`,
      `arn:aws:s3:::${bucket.name}/*`,
    ]),
    ...statementsOf(bucket, version?.grants ?? [], objectActions, [`arn:aws:s3:::${bucket.name}/*`]),
  ];
  if (statements.length === 0) return policy;
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const known = made.get(bucket);
  if (known?.text === text && known.own === policy?.document) return known.policy;
  const parsed = parsePolicy(text, { kind: 'resource' });
  if (!parsed.ok) throw new Error(`an ACL of ${bucket.name} makes no policy`);
  const document =
    policy === undefined
      ? parsed.value
      : { ...policy.document, statements: [...policy.document.statements, ...parsed.value.statements] };
  const both = { name: `bucket policy and ACL of ${bucket.name}`, document };
  made.set(bucket, { text, own: policy?.document, policy: both });
  return both;
}

/** The policy made last for a bucket: what was compiled from it is found again by its document. */
const made = new WeakMap<
  Bucket,
  { readonly text: string; readonly own: NamedPolicy['document'] | undefined; readonly policy: NamedPolicy }
>();

function statementsOf(
  bucket: Bucket,
  grants: readonly Grant[],
  actions: Readonly<Record<string, readonly string[]>>,
  Resource: readonly string[],
): readonly object[] {
  return grants.flatMap((grant) => {
    if (grant.grantee === canonicalId(bucket.accountId)) return [];
    if (isPublicGrant(grant) && bucket.publicAccess?.IgnorePublicAcls === true) return [];
    const principal = isPublicGrant(grant) ? '*' : accountOfCanonicalId(grant.grantee);
    if (principal === undefined) return [];
    const granted =
      grant.permission === 'FULL_CONTROL' ? Object.values(actions).flat() : (actions[grant.permission] ?? []);
    if (granted.length === 0) return [];
    return [
      { Effect: 'Allow', Principal: { AWS: principal }, Action: granted.map((a) => `s3:${a}`), Resource },
    ];
  });
}
