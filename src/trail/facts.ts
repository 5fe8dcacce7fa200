import { isIPv4, isIPv6 } from 'node:net';
import type { CloudTrailRecord } from './types.ts';

/** Calls of STS that end in a role session. */
export const assumeRoleEvents: readonly string[] = [
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
];

// What IAM lets a role ARN be (CreateRole: name [\w+=,.@-], path printable ASCII). STS takes almost any text as RoleArn
// and repeats it in the denial, so whatever doesn't look like a role is somebody's text and not a role.
const roleArnShape = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,575}$/;

export const isRoleArn = (text: string): boolean => roleArnShape.test(text);

/**
 * The role that an AssumeRole… record is about. A denial has `requestParameters: null`, so that the role is only in
 * its errorMessage (AWS.md §4). Undefined when the record names none.
 */
export function assumedRoleOf(record: CloudTrailRecord): string | undefined {
  const asked = record.requestParameters?.['roleArn'];
  if (typeof asked === 'string' && isRoleArn(asked)) return asked;
  for (const resource of record.resources ?? []) {
    if (resource.type === 'AWS::IAM::Role' && typeof resource.ARN === 'string' && isRoleArn(resource.ARN)) {
      return resource.ARN;
    }
  }
  const denied = / is not authorized to perform: sts:\w+ on resource: (\S+)/.exec(
    record.errorMessage ?? '',
  )?.[1];
  return denied !== undefined && isRoleArn(denied) ? denied : undefined;
}

/** The role that an IAM call is about, as far as the record tells: ARN, or name and account. */
export function changedRoleOf(
  record: CloudTrailRecord,
): { readonly name: string; readonly account: string; readonly arn?: string } | undefined {
  const account = record.recipientAccountId;
  const created = record.responseElements?.['role'];
  if (typeof created === 'object' && created !== null) {
    const { arn } = created as { arn?: unknown };
    if (typeof arn === 'string' && isRoleArn(arn))
      return { name: nameOfRole(arn), account: accountOfArn(arn), arn };
  }
  const asked = record.requestParameters?.['roleName'];
  if (typeof asked === 'string') return { name: asked, account };
  // "… is not authorized to perform: iam:UpdateAssumeRolePolicy on resource: role NAME because …"; newer texts have the ARN.
  const denied = / is not authorized to perform: iam:\w+ on resource: (?:role )?(\S+)/.exec(
    record.errorMessage ?? '',
  )?.[1];
  if (denied === undefined) return undefined;
  if (isRoleArn(denied)) return { name: nameOfRole(denied), account: accountOfArn(denied), arn: denied };
  return /^[\w+=,.@-]{1,64}$/.test(denied) ? { name: denied, account } : undefined;
}

export const nameOfRole = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
export const accountOfArn = (arn: string): string => arn.split(':')[4] ?? '';

/** Who called. */
export interface RecordCaller {
  /**
   * The same in both copies of a cross-account call: `AIDA…`, `AROA…:session`, for root the account id; the ARN or the
   * type where AWS gives no id.
   */
  readonly id: string;
  /** Absent in the role owner's copy (`type: AWSAccount`). */
  readonly arn?: string;
  readonly accountId?: string;
  /** What stays when a session changes its name: `AROA…` of a role session, else `id`. */
  readonly source: string;
  /** The IAM user name, when the caller is one. */
  readonly userName?: string;
  /** Set at the first hop and kept through chaining; the person behind a role session. */
  readonly sourceIdentity?: string;
}

export function callerOf(record: CloudTrailRecord): RecordCaller {
  const { type, principalId, arn, accountId, userName, sessionContext } = record.userIdentity;
  const id = principalId ?? arn ?? accountId ?? type;
  const sourceIdentity = sessionContext?.sourceIdentity;
  return {
    id,
    source: /^(ARO[A-Z0-9]+):/.exec(id)?.[1] ?? id,
    ...(arn === undefined ? {} : { arn }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(type === 'IAMUser' && userName !== undefined ? { userName } : {}),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
}

/**
 * Made by an AWS service, on its own (`AWSService`) or for somebody (`invokedBy`, or a service's host name in place of the
 * address: the role owner's copy has no invokedBy). Callers can set none of these; the userAgent, which they can, doesn't count.
 * `signin.amazonaws.com` is the console: a person.
 */
export const isServiceCall = (record: CloudTrailRecord): boolean =>
  record.userIdentity.type === 'AWSService' ||
  (record.userIdentity.invokedBy !== undefined && !isConsole(record.userIdentity.invokedBy)) ||
  (/^AWS Internal$|\.amazonaws\.com(\.cn)?$/.test(record.sourceIPAddress) &&
    !isConsole(record.sourceIPAddress));

const isConsole = (host: string): boolean => /^signin\.(aws\.amazon|amazonaws)\.com(\.cn)?$/.test(host);

export const isSuccess = (record: CloudTrailRecord): boolean =>
  record.errorCode === undefined && record.errorMessage === undefined;

/** Refused by a policy, or for a wrong MFA code; errors such as expired credentials or throttling are none. */
export const isDenied = (record: CloudTrailRecord): boolean => /^AccessDenied/.test(record.errorCode ?? '');

/**
 * What makes two records one event: a cross-account call is written into both accounts with one sharedEventID, a log file
 * may be delivered twice with the same eventIDs.
 */
export const eventKey = (record: CloudTrailRecord): string =>
  record.sharedEventID === undefined ? record.eventID : `shared:${record.sharedEventID}`;

/** An IPv4 or IPv6 address in one spelling, or undefined: services are written as host names or `AWS Internal`. */
export function sourceAddressOf(record: CloudTrailRecord): string | undefined {
  const text = record.sourceIPAddress.trim().toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)?.[1] ?? text;
  if (isIPv4(mapped)) return mapped;
  if (!isIPv6(mapped) || mapped.includes('%')) return undefined;
  // The URL parser prints IPv6 in the canonical form of RFC 5952, except that it keeps mapped addresses in hex.
  const canonical = new URL(`http://[${mapped}]`).hostname.slice(1, -1);
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!hex) return canonical;
  const value = Number.parseInt(hex[1]!, 16) * 65_536 + Number.parseInt(hex[2]!, 16);
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
