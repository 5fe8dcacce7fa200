import { deflateRawSync } from 'node:zlib';
import type { PolicyDescriptorType, Tag } from '@aws-sdk/client-sts';
import type { Store } from '../../state/store.ts';
import { malformed, storedPolicy } from '../../state/stored-policy.ts';
import { AwsError } from '../../types.ts';

/** Session policy characters in all, before packing: API reference of AssumeRole, `Policy` and `PolicyArns`. */
const PLAIN_LIMIT = 2_048;
/** Bytes that policies and tags may take packed. unverified: AWS keeps format and limit to itself. */
const PACKED_LIMIT = 2_048;

export interface SessionPolicies {
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  /** Percent. */
  readonly packedSize?: number;
}

/** Checks the session policies and tags of a call and tells how full they make the session. */
export function sessionPolicies(
  store: Store,
  accountId: string,
  policy: string | undefined,
  arns: readonly PolicyDescriptorType[] | undefined,
  tags: readonly Tag[] | undefined,
): SessionPolicies {
  if (policy === undefined && !arns?.length && !tags?.length) return {};
  if (policy !== undefined) storedPolicy(policy, 'session');
  const policyArns = (arns ?? []).map(({ arn = '' }) => {
    // "must exist in the same account as the role"; AWS managed policies exist in every account.
    if (store.policy(store.account(accountId), arn) === undefined)
      throw malformed(`Policy ${arn} does not exist.`);
    return arn;
  });
  const plain = (policy ?? '') + policyArns.join('');
  if (plain.length > PLAIN_LIMIT) {
    throw new AwsError('PackedPolicyTooLarge', 'Session policies exceed 2048 characters.');
  }
  const packed = deflateRawSync(plain + JSON.stringify(tags ?? [])).length;
  const packedSize = Math.ceil((packed / PACKED_LIMIT) * 100);
  if (packedSize > 100) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      `Packed size of session policies and tags is ${packedSize}% of the limit.`,
    );
  }
  return {
    ...(policy !== undefined && { policy }),
    ...(policyArns.length > 0 && { policyArns }),
    packedSize,
  };
}
