import type { PolicyKind } from './types.ts';

/**
 * Characters that AWS counts against a quota: "policy size calculations do not include white space characters"
 * (policy grammar notes). White space inside of strings is counted here: it belongs to a value.
 */
export function policySize(text: string): number {
  let size = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      size++;
      if (c === 92 && i + 1 < text.length) {
        size++;
        i++;
      } else if (c === 34) {
        inString = false;
      }
    } else if (c !== 32 && c !== 10 && c !== 13 && c !== 9) {
      size++;
      if (c === 34) inString = true;
    }
  }
  return size;
}

const quotas: Record<PolicyKind, number> = {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  identity: 6144,
  boundary: 6144,
  'inline-user': 2048,
  'inline-role': 10_240,
  trust: 2048,
  session: 2048,
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  scp: 10_240,
  rcp: 5120,
  // https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
  'vpc-endpoint': 20_480,
  // Amazon S3 bucket policies, the widest of the common ones (20 KB).
  resource: 20_480,
};

/** The most characters (as `policySize` counts) that AWS takes by default. The trust quota can be raised to 8,192. */
export const quotaOf = (kind: PolicyKind): number => quotas[kind];
