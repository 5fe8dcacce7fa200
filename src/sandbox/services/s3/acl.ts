import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { malformedXml } from './errors.ts';
import { aclContext, aclShape, assertAclAllowed, grantsOf } from './grants.ts';
import { canonicalId } from './state.ts';
import { bucketTrail } from './trail.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const aclOperations = (ask: Ask): readonly Operation[] => [
  operation<s3.GetBucketAclRequest, s3.GetBucketAclOutput>({
    name: 'GetBucketAcl',
    readOnly: true,
    authorize: (input, call) => ask.bucket('GetBucketAcl', input, call),
    handle: (input) => {
      const { grants, accountId } = ask.find(input);
      return aclShape(grants, canonicalId(accountId));
    },
    trail: (input, _output, call) =>
      bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket), { acl: '' }),
  }),
  operation<s3.PutBucketAclRequest, object>({
    name: 'PutBucketAcl',
    readOnly: false,
    authorize: (input, call) => ask.bucket('PutBucketAcl', input, call, aclContext(input)),
    handle: (input, call) => {
      const bucket = ask.find(input);
      const owner = canonicalId(bucket.accountId);
      const grants = grantsOf(input, owner, owner);
      if (grants === undefined) throw malformedXml();
      assertAclAllowed(bucket, input, grants, call);
      bucket.grants = grants;
      return {};
    },
    trail: (input, _output, call) =>
      bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket), {
        acl: '',
        ...(input.ACL !== undefined && { 'x-amz-acl': input.ACL }),
        ...(input.AccessControlPolicy && { AccessControlPolicy: input.AccessControlPolicy }),
      }),
  }),
];
