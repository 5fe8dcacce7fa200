import type { PolicyDocument, Statement } from '../../../policy/index.ts';
import type { Bucket } from './state.ts';

/** Keys that, held to fixed values, make a statement for everyone non-public. */
const narrowing = new Set(
  [
    'aws:SourceIp',
    'aws:SourceArn',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:SourceOwner',
    'aws:SourceAccount',
    'aws:SourceOrgID',
    'aws:userid',
    'aws:PrincipalOrgID',
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:PrincipalServiceName',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    's3:DataAccessPointArn',
    's3:DataAccessPointAccount',
  ].map((key) => key.toLowerCase()),
);

const positive = /^(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)$/;

/**
 * Whether a policy is public: some Allow is for everyone without a condition on fixed values.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export const isPublicPolicy = ({ statements }: PolicyDocument): boolean => statements.some(isPublicStatement);

function isPublicStatement({ effect, principal, notPrincipal, conditions }: Statement): boolean {
  if (effect !== 'Allow') return false;
  const everyone =
    notPrincipal !== undefined ||
    principal?.kind === 'star' ||
    (principal?.kind === 'map' && (principal.AWS ?? []).some(({ value }) => value === '*'));
  if (!everyone) return false;
  return !conditions.some(
    ({ key, operator, ifExists, qualifier, values }) =>
      narrowing.has(key.toLowerCase()) &&
      positive.test(operator) &&
      !ifExists &&
      qualifier !== 'ForAllValues' &&
      values.every(({ value }) => isFixed(key.toLowerCase(), value)),
  );
}

/** No wildcard and no variable; of an ARN the account must be fixed, of addresses the range no wider than /8. */
function isFixed(key: string, value: string): boolean {
  if (value.includes('${')) return false;
  if (key === 'aws:sourceip')
    return Number(/\/(\d+)$/.exec(value)?.[1] ?? 32) >= (value.includes(':') ? 32 : 8);
  if (/^arn:[^:*?]+:[^:*?]+:[^:]*:\d{12}:/.test(value)) return true;
  return !/[*?]/.test(value);
}

const groups = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

export const isPublicGrant = ({ grantee }: { readonly grantee: string }): boolean => groups.test(grantee);

export const isPublicBucketAcl = (bucket: Bucket): boolean =>
  bucket.ownership !== 'BucketOwnerEnforced' && bucket.grants.some(isPublicGrant);
