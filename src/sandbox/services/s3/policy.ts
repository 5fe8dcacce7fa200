import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask, ToBucket } from './ask.ts';
import { publicPolicyBlocked, readBucketPolicy, saveBucketPolicy } from './bucket-policy.ts';
import { isPublicBucketAcl, isPublicPolicy } from './public.ts';
import type { Bucket, BucketPolicy } from './state.ts';
import { bucketTrail } from './trail.ts';

function policyIn(bucket: Bucket): BucketPolicy {
  if (bucket.policy !== undefined) return bucket.policy;
  throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
}

/** The bucket's owner only; the root user of the owner can always mend a policy that locks everyone out. */
function ofOwner(ask: Ask, action: string, input: ToBucket, call: Call) {
  const bucket = ask.find(input);
  const questions = ask.bucket(action, input, call);
  const { caller } = call;
  // "If you are using the root user … can perform GetBucketPolicy, PutBucketPolicy and DeleteBucketPolicy even if their
  // bucket policy explicitly denies": the policy is left out of the question.
  if (caller.principal.type !== 'root' || caller.accountId !== bucket.accountId) return questions;
  return questions.map(({ resourcePolicy: _, ...question }) => question);
}

/** Other accounts can be allowed the action, and are refused all the same (API reference of PutBucketPolicy). */
function assertOwner(bucket: Bucket, { caller }: Call): void {
  if (caller.accountId === bucket.accountId) return;
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
}

const parsedOrText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

export const policyOperations = ({ store }: World, ask: Ask): readonly Operation[] => {
  const trail =
    (more: (input: ToBucket & { Policy?: string }) => object = () => ({})) =>
    (input: ToBucket, _output: object | undefined, call: Call) =>
      bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket ?? ''), { ...more(input), policy: '' });
  return [
    operation<s3.PutBucketPolicyRequest, object>({
      name: 'PutBucketPolicy',
      readOnly: false,
      authorize: (input, call) => ofOwner(ask, 'PutBucketPolicy', input, call),
      handle: (input, call) => {
        const bucket = ask.find(input);
        assertOwner(bucket, call);
        const policy = saveBucketPolicy(bucket, input.Policy, store);
        if (bucket.publicAccess?.BlockPublicPolicy === true && isPublicPolicy(policy.shown.document)) {
          throw publicPolicyBlocked(bucket, call);
        }
        bucket.policy = policy;
        return {};
      },
      trail: trail(({ Policy = '' }) => ({ bucketPolicy: parsedOrText(Policy) })),
    }),
    operation<s3.GetBucketPolicyRequest, s3.GetBucketPolicyOutput>({
      name: 'GetBucketPolicy',
      readOnly: true,
      authorize: (input, call) => ofOwner(ask, 'GetBucketPolicy', input, call),
      handle: (input, call) => {
        const bucket = ask.find(input);
        assertOwner(bucket, call);
        return { Policy: readBucketPolicy(policyIn(bucket), store).text };
      },
      trail: trail(),
    }),
    operation<s3.DeleteBucketPolicyRequest, object>({
      name: 'DeleteBucketPolicy',
      readOnly: false,
      authorize: (input, call) => ofOwner(ask, 'DeleteBucketPolicy', input, call),
      handle: (input, call) => {
        const bucket = ask.find(input);
        assertOwner(bucket, call);
        delete bucket.policy;
        return {};
      },
      trail: trail(),
    }),
    operation<s3.GetBucketPolicyStatusRequest, s3.GetBucketPolicyStatusOutput>({
      name: 'GetBucketPolicyStatus',
      readOnly: true,
      authorize: (input, call) => ask.bucket('GetBucketPolicyStatus', input, call),
      handle: (input) => {
        const bucket = ask.find(input);
        const { document } = readBucketPolicy(policyIn(bucket), store);
        return { PolicyStatus: { IsPublic: isPublicPolicy(document) || isPublicBucketAcl(bucket) } };
      },
      trail: (input, _output, call) =>
        bucketTrail(call, input.Bucket, ask.buckets.get(input.Bucket), { policyStatus: '' }),
    }),
  ];
};
