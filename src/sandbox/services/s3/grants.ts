import type * as s3 from '@aws-sdk/client-s3';
import { callerArn } from '../../../engine/index.ts';
import { AwsError, type Call } from '../../types.ts';
import { invalidArgument, malformedXml } from './errors.ts';
import { isPublicGrant } from './public.ts';
import { accountOfCanonicalId, type Bucket, canonicalId, type Grant } from './state.ts';

const everyone = 'http://acs.amazonaws.com/groups/global/AllUsers';
const authenticated = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const logDelivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** Members of requests that can carry an access control list in headers. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly AccessControlPolicy?: s3.AccessControlPolicy | undefined;
}

const headers = [
  ['GrantFullControl', 'FULL_CONTROL'],
  ['GrantRead', 'READ'],
  ['GrantReadACP', 'READ_ACP'],
  ['GrantWrite', 'WRITE'],
  ['GrantWriteACP', 'WRITE_ACP'],
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
function canned(acl: string, owner: string, bucketOwner: string): readonly Grant[] | undefined {
  const own: Grant = { grantee: owner, permission: 'FULL_CONTROL' };
  const others: Readonly<Record<string, readonly Grant[]>> = {
    private: [],
    'public-read': [{ grantee: everyone, permission: 'READ' }],
    'public-read-write': [
      { grantee: everyone, permission: 'READ' },
      { grantee: everyone, permission: 'WRITE' },
    ],
    'authenticated-read': [{ grantee: authenticated, permission: 'READ' }],
    'aws-exec-read': [],
    'bucket-owner-read': bucketOwner === owner ? [] : [{ grantee: bucketOwner, permission: 'READ' }],
    'bucket-owner-full-control':
      bucketOwner === owner ? [] : [{ grantee: bucketOwner, permission: 'FULL_CONTROL' }],
    'log-delivery-write': [
      { grantee: logDelivery, permission: 'WRITE' },
      { grantee: logDelivery, permission: 'READ_ACP' },
    ],
  };
  return Object.hasOwn(others, acl) ? [own, ...(others[acl] ?? [])] : undefined;
}

/** `id="…", uri="…"` */
function headerGrants(text: string | undefined, permission: s3.Permission): Grant[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const match = /^\s*(id|uri|emailAddress)="?([^"]+)"?\s*$/.exec(part);
    if (match === null) throw invalidArgument('Argument format not recognized');
    return { grantee: grantee(match[1] === 'uri' ? { URI: match[2] } : { ID: match[2] }), permission };
  });
}

function grantee({ ID, URI }: { ID?: string | undefined; URI?: string | undefined }): string {
  if (URI !== undefined) {
    if ([everyone, authenticated, logDelivery].includes(URI)) return URI;
    throw invalidArgument('Invalid group uri');
  }
  if (ID === undefined) throw malformedXml();
  if (accountOfCanonicalId(ID) === undefined) throw invalidArgument('Invalid id');
  return ID;
}

/** The list that a request asks for; undefined: it says nothing of one. */
export function grantsOf(input: AclInput, owner: string, bucketOwner: string): readonly Grant[] | undefined {
  const said = headers.flatMap(([member, permission]) => headerGrants(input[member], permission));
  const body = input.AccessControlPolicy;
  if (input.ACL !== undefined && (said.length > 0 || body !== undefined)) {
    throw new AwsError('InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed');
  }
  if (input.ACL !== undefined) {
    const grants = canned(input.ACL, owner, bucketOwner);
    if (grants === undefined) throw invalidArgument('');
    return grants;
  }
  if (said.length > 0) return said;
  return body?.Grants?.map(({ Grantee = {}, Permission }) => {
    if (Permission === undefined) throw malformedXml();
    return { grantee: grantee(Grantee as { ID?: string; URI?: string }), permission: Permission };
  });
}

/** What Object Ownership and Block Public Access refuse. */
export function assertAclAllowed(
  bucket: Bucket,
  input: AclInput,
  grants: readonly Grant[] | undefined,
  call: Call,
): void {
  if (grants === undefined) return;
  const owner = canonicalId(bucket.accountId);
  // "PUT requests … with the bucket-owner-full-control canned ACL or equivalent" are taken as before.
  const harmless =
    input.ACL === 'bucket-owner-full-control' ||
    (input.AccessControlPolicy !== undefined &&
      grants.every((g) => g.grantee === owner && g.permission === 'FULL_CONTROL'));
  if (bucket.ownership === 'BucketOwnerEnforced' && !harmless) {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  if (bucket.publicAccess?.BlockPublicAcls === true && grants.some(isPublicGrant)) {
    throw new AwsError(
      'AccessDenied',
      `User: ${callerArn(call.caller.principal)} is not authorized to perform: s3:${call.operation} on resource: "arn:aws:s3:::${bucket.name}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
      403,
    );
  }
}

export const aclShape = (grants: readonly Grant[], owner: string): s3.GetBucketAclOutput => ({
  Owner: { ID: owner },
  Grants: grants.map(({ grantee: to, permission }) => ({
    Grantee: to.startsWith('http') ? { Type: 'Group', URI: to } : { Type: 'CanonicalUser', ID: to },
    Permission: permission,
  })),
});

/** Condition keys of an access control list in headers. */
export function aclContext(input: AclInput): Record<string, string> {
  const context: Record<string, string> = {};
  if (input.ACL !== undefined) context['s3:x-amz-acl'] = input.ACL;
  const names = {
    GrantFullControl: 'full-control',
    GrantRead: 'read',
    GrantReadACP: 'read-acp',
    GrantWrite: 'write',
    GrantWriteACP: 'write-acp',
  } as const;
  for (const [member] of headers) {
    const value = input[member];
    if (value !== undefined) context[`s3:x-amz-grant-${names[member]}`] = value;
  }
  return context;
}
