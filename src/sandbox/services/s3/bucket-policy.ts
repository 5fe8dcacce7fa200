import { callerArn, type NamedPolicy } from '../../../engine/index.ts';
import { policySize } from '../../../policy/index.ts';

import { type StoredPolicy, storedPolicy } from '../../state/stored-policy.ts';
import { keptPrincipal, type Principals, shownPrincipal } from '../../state/trust.ts';
import { AwsError, type Call } from '../../types.ts';
import type { Bucket, BucketPolicy } from './state.ts';

/** Bytes; https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
const LARGEST = 20 * 1024;

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message);

/**
 * Parses a bucket policy; throws MalformedPolicy. Users and roles are kept by unique id, so that a new principal of a
 * deleted one's name isn't trusted, and the policy then shows the id.
 */
export function saveBucketPolicy(bucket: Bucket, text: string, principals: Principals): BucketPolicy {
  if (text.trim() === '') throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (policySize(text) > LARGEST) throw malformed('Policy exceeds the maximum allowed document size.');
  try {
    const shown = storedPolicy(text, 'resource');
    checkResources(shown, bucket.name);
    return { parts: cutPrincipals(shown, principals), shown };
  } catch (error) {
    if (error instanceof AwsError && error.code === 'MalformedPolicyDocument') {
      throw malformed(inS3sWords(error.message));
    }
    throw error;
  }
}

/** unverified: texts are remembered from live answers. */
function inS3sWords(message: string): string {
  if (message === 'This policy contains invalid Json')
    return "Policies must be valid JSON and the first byte must be '{'";
  return message.startsWith('Invalid principal in policy') ? 'Invalid principal in policy' : message;
}

/** "Policy has invalid resource": a bucket's policy is about that bucket and its objects only. */
function checkResources({ document }: StoredPolicy, name: string): void {
  const arn = new RegExp(`^arn:(aws|aws-cn|aws-us-gov):s3:::${name.replace(/[.]/g, '\\.')}(/.*)?$`, 's');
  for (const statement of document.statements) {
    for (const { value } of statement.action ?? statement.notAction ?? []) {
      if (value !== '*' && !/^s3:/i.test(value)) throw malformed('Policy has invalid action');
    }
    const resources = statement.resource ?? statement.notResource;
    if (resources === undefined) throw malformed('Missing required field Resource');
    for (const { value } of resources) {
      if (value !== '*' && !arn.test(value) && !coversByWildcard(value, name)) {
        throw malformed('Policy has invalid resource');
      }
    }
  }
}

/** `arn:aws:s3:::logs-*` in the policy of `logs-eu`. */
function coversByWildcard(resource: string, name: string): boolean {
  const match = /^arn:[^:]+:s3:::([^/]*)/.exec(resource);
  const star = match?.[1]?.search(/[*?$]/) ?? -1;
  return star !== -1 && name.startsWith((match?.[1] ?? '').slice(0, star));
}

function cutPrincipals({ text, document }: StoredPolicy, principals: Principals): BucketPolicy['parts'] {
  const found = document.statements.flatMap(({ principal, notPrincipal }) =>
    [principal, notPrincipal].flatMap((element) => (element?.kind === 'map' ? (element.AWS ?? []) : [])),
  );
  const parts: (string | { id: string })[] = [];
  let at = 0;
  for (const { value, span } of found.toSorted((a, b) => a.span.start.offset - b.span.start.offset)) {
    const kept = keptPrincipal(value, principals);
    if (kept === undefined) continue;
    parts.push(text.slice(at, span.start.offset), kept);
    at = span.end.offset;
  }
  return [...parts, text.slice(at)];
}

/** The policy as it reads now: ARNs of the principals that exist, ids of those that don't. */
export function readBucketPolicy(policy: BucketPolicy, principals: Principals): StoredPolicy {
  if (policy.parts.length === 1) {
    const [only] = policy.parts;
    if (only === policy.shown.text) return policy.shown;
  }
  const text = policy.parts
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(shownPrincipal(part.id, principals))))
    .join('');
  if (text !== policy.shown.text) policy.shown = storedPolicy(text, 'resource');
  return policy.shown;
}

/** For the engine; undefined when the bucket has no policy. */
export function policyOf(bucket: Bucket, principals: Principals): NamedPolicy | undefined {
  if (bucket.policy === undefined) return undefined;
  return {
    name: `bucket policy of ${bucket.name}`,
    document: readBucketPolicy(bucket.policy, principals).document,
  };
}

/** unverified: the wording, which AWS's troubleshooting page shows for PutBucketPolicy. */
export const publicPolicyBlocked = (bucket: Bucket, call: Call): AwsError =>
  new AwsError(
    'AccessDenied',
    `User: ${callerArn(call.caller.principal)} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    403,
  );
