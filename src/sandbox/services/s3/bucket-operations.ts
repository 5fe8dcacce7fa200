import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { isOwnership } from './access-settings.ts';
import { type Ask, requestContext } from './ask.ts';
import { invalidArgument } from './errors.ts';
import { aclContext, assertAclAllowed, grantsOf } from './grants.ts';
import { type Bucket, canonicalId } from './state.ts';
import { tagMap } from './tagging.ts';
import { bucketTrail } from './trail.ts';

const DEFAULT_REGION = 'us-east-1';

const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkName(name: string): void {
  if (
    bucketName.test(name) &&
    !name.includes('..') &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  )
    return;
  throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
}

/** New buckets have Block Public Access on and ACLs off since April 2023. */
function newBucket(input: s3.CreateBucketRequest, accountId: string, region: string, now: number): Bucket {
  const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
  if (!isOwnership(ownership))
    throw invalidArgument('Invalid x-amz-object-ownership header: '.concat(ownership));
  const owner = canonicalId(accountId);
  const lock = input.ObjectLockEnabledForBucket === true;
  return {
    name: input.Bucket ?? '',
    accountId,
    region,
    createdAt: now,
    publicAccess: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownership,
    ...(lock && { versioning: 'Enabled' as const }),
    grants: grantsOf(input, owner, owner) ?? [{ grantee: owner, permission: 'FULL_CONTROL' }],
    tags: tagMap(input.CreateBucketConfiguration?.Tags, 50),
    settings: new Map(lock ? [['object-lock', { ObjectLockEnabled: 'Enabled' }]] : []),
    objects: new Map(),
    uploads: new Map(),
    changes: 0,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html: buckets themselves. */
export const bucketOperations = (ask: Ask): readonly Operation[] => [
  operation<s3.ListBucketsRequest, s3.ListBucketsOutput>({
    name: 'ListBuckets',
    readOnly: true,
    authorize: (_, call) => [{ action: 's3:ListAllMyBuckets', resource: '*', context: requestContext(call) }],
    handle: ({ Prefix = '', BucketRegion, MaxBuckets, ContinuationToken }, { caller }) => {
      const own = [...ask.buckets.values()]
        .filter(
          ({ accountId, name, region }) =>
            accountId === caller.accountId &&
            name.startsWith(Prefix) &&
            (BucketRegion === undefined || region === BucketRegion),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const after = ContinuationToken && Buffer.from(ContinuationToken, 'base64').toString();
      const rest = after ? own.filter(({ name }) => name > after) : own;
      const items = rest.slice(0, MaxBuckets ?? 10_000);
      const last = items.at(-1);
      return {
        Buckets: items.map(({ name, createdAt, region }) => ({
          Name: name,
          CreationDate: new Date(createdAt),
          BucketRegion: region,
        })),
        Owner: { ID: canonicalId(caller.accountId) },
        ...(Prefix !== '' && { Prefix }),
        ...(last !== undefined &&
          items.length < rest.length && { ContinuationToken: Buffer.from(last.name).toString('base64') }),
      };
    },
    trail: (_input, _output, call) => bucketTrail(call),
  }),
  operation<s3.CreateBucketRequest, s3.CreateBucketOutput>({
    name: 'CreateBucket',
    readOnly: false,
    authorize: (input, call) => {
      const { Bucket: name, CreateBucketConfiguration } = input;
      const context = {
        ...requestContext(call),
        ...aclContext(input),
        's3:locationconstraint': CreateBucketConfiguration?.LocationConstraint,
        's3:x-amz-object-ownership': input.ObjectOwnership,
      };
      const resource = `arn:aws:s3:::${name}`;
      const also = [
        ...(input.ACL !== undefined ? ['PutBucketAcl'] : []),
        ...(input.ObjectOwnership !== undefined ? ['PutBucketOwnershipControls'] : []),
        ...(input.ObjectLockEnabledForBucket
          ? ['PutBucketVersioning', 'PutBucketObjectLockConfiguration']
          : []),
        ...(CreateBucketConfiguration?.Tags?.length ? ['TagResource'] : []),
      ];
      return ['CreateBucket', ...also].map((action) => ({ action: `s3:${action}`, resource, context }));
    },
    handle: (input, call) => {
      const { Bucket: name, CreateBucketConfiguration } = input;
      const { caller, now, region: signed } = call;
      const region = CreateBucketConfiguration?.LocationConstraint ?? DEFAULT_REGION;
      if (signed !== DEFAULT_REGION && region !== signed) {
        throw new AwsError(
          'IllegalLocationConstraintException',
          'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
        );
      }
      if (!/^[a-z]{2}(-[a-z]+)+-\d$|^EU$/.test(region)) {
        throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
      }
      checkName(name);
      const existing = ask.buckets.get(name);
      if (existing?.accountId === caller.accountId) {
        // us-east-1 alone answers a second creation by the owner with success (API reference of CreateBucket).
        if (existing.region === DEFAULT_REGION && region === DEFAULT_REGION) return { Location: `/${name}` };
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
        );
      }
      if (existing !== undefined) {
        throw new AwsError(
          'BucketAlreadyExists',
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
          409,
        );
      }
      const bucket = newBucket(input, caller.accountId, region === 'EU' ? 'eu-west-1' : region, now);
      if (input.ACL !== undefined && input.ACL !== 'private' && bucket.ownership === 'BucketOwnerEnforced') {
        throw new AwsError(
          'InvalidBucketAclWithObjectOwnership',
          "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        );
      }
      if (bucket.ownership !== 'BucketOwnerEnforced') assertAclAllowed(bucket, input, bucket.grants, call);
      ask.buckets.set(name, bucket);
      return { Location: `/${name}` };
    },
    trail: (input, _output, call) =>
      bucketTrail(call, input.Bucket, undefined, {
        ...(input.ACL !== undefined && { 'x-amz-acl': input.ACL }),
        ...(input.ObjectOwnership !== undefined && { 'x-amz-object-ownership': input.ObjectOwnership }),
        ...(input.CreateBucketConfiguration && {
          CreateBucketConfiguration: input.CreateBucketConfiguration,
        }),
      }),
  }),
  operation<s3.HeadBucketRequest, s3.HeadBucketOutput>({
    name: 'HeadBucket',
    readOnly: true,
    authorize: (input, call) => ask.bucket('ListBucket', input, call),
    handle: (input) => {
      const bucket = ask.find(input);
      return {
        BucketRegion: bucket.region,
        BucketArn: `arn:aws:s3:::${bucket.name}`,
        AccessPointAlias: false,
      };
    },
    trail: (input, _output, call) => bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket)),
  }),
  operation<s3.GetBucketLocationRequest, s3.GetBucketLocationOutput>({
    name: 'GetBucketLocation',
    readOnly: true,
    authorize: (input, call) => ask.bucket('GetBucketLocation', input, call),
    handle: (input) => {
      const { region } = ask.find(input);
      // "Buckets in Region us-east-1 have a LocationConstraint of null."
      return region === DEFAULT_REGION ? {} : { LocationConstraint: region as s3.BucketLocationConstraint };
    },
    trail: (input, _output, call) =>
      bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket), { location: '' }),
  }),
  operation<s3.DeleteBucketRequest, object>({
    name: 'DeleteBucket',
    readOnly: false,
    authorize: (input, call) => ask.bucket('DeleteBucket', input, call),
    handle: (input) => {
      const bucket = ask.find(input);
      if (bucket.objects.size > 0) {
        const versions =
          bucket.versioning === undefined ? '' : '. You must delete all versions in the bucket.';
        throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty${versions}`, 409);
      }
      ask.buckets.delete(bucket.name);
      return {};
    },
    trail: (input, _output, call) => bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket)),
  }),
];
