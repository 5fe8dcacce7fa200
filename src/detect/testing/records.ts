import type { CloudTrailRecord, UserIdentity } from '../../trail/index.ts';
import type { DetectConfig } from '../types.ts';

export const SECURITY = '489157521585';
export const WORKLOAD = '657654036224';
export const ROLE = `arn:aws:iam::${WORKLOAD}:role/SecurityAuditRole`;
export const ADMIN = `arn:aws:iam::${SECURITY}:user/security-admin`;
export const OFFICE = '198.51.100.17';
export const ATTACKER = '35.201.45.89';

export const config: DetectConfig = {
  businessHours: { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' },
  knownNetworks: ['198.51.100.0/24', '2001:db8:77::/48'],
  failedAssumeRole: { count: 3, window: 300 },
  sharedRole: { count: 3, window: 3600 },
  roles: [ROLE],
  trusted: { [ROLE]: [ADMIN] },
  guards: { [ROLE]: { [ADMIN]: { externalId: true, mfa: true } } },
};

let serial = 0;
const id = (kind: string): string => {
  serial++;
  return `${kind}-${String(serial).padStart(8, '0')}-4000-8000-000000000000`;
};

export const user = (name: string, account = SECURITY): UserIdentity => ({
  type: 'IAMUser',
  principalId: `AIDA${name.replace(/\W/g, '').toUpperCase().padEnd(12, 'X').slice(0, 12)}EXAMPLE`,
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  userName: name,
});

export const session = (
  role: string,
  name: string,
  account = SECURITY,
  sourceIdentity?: string,
): UserIdentity => ({
  type: 'AssumedRole',
  principalId: `AROA${role.replace(/\W/g, '').toUpperCase().padEnd(12, 'X').slice(0, 12)}EXAMPLE:${name}`,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  accountId: account,
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      arn: `arn:aws:iam::${account}:role/${role}`,
      accountId: account,
      userName: role,
    },
    attributes: { creationDate: '2026-11-23T08:00:00Z', mfaAuthenticated: 'false' },
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  },
});

export interface Call {
  readonly time: string;
  readonly by?: UserIdentity;
  readonly from?: string;
  readonly role?: string;
  readonly more?: Partial<CloudTrailRecord>;
}

function base(call: Call, eventSource: string, eventName: string): CloudTrailRecord {
  const userIdentity = call.by ?? user('security-admin');
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: call.time,
    eventSource,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: call.from ?? OFFICE,
    userAgent: 'aws-cli/2.17.32',
    requestParameters: null,
    responseElements: null,
    requestID: id('req'),
    eventID: id('evt'),
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: userIdentity.accountId ?? SECURITY,
    eventCategory: 'Management',
    ...call.more,
  };
}

/** Refused: no parameters, the role only in the message, logged with the caller (AWS.md §4). */
export function denied(call: Call): CloudTrailRecord {
  const by = call.by ?? user('security-admin');
  return base(
    {
      ...call,
      more: {
        errorCode: 'AccessDenied',
        errorMessage: `User: ${by.arn ?? by.type} is not authorized to perform: sts:AssumeRole on resource: ${call.role ?? ROLE}`,
        ...call.more,
      },
    },
    'sts.amazonaws.com',
    'AssumeRole',
  );
}

/** Both copies of a cross-account success: the caller's, and the role owner's without name and ARN. */
export function assumed(call: Call): [CloudTrailRecord, CloudTrailRecord] {
  const role = call.role ?? ROLE;
  const owner = role.split(':')[4] ?? WORKLOAD;
  const shared = {
    sharedEventID: id('shr'),
    requestID: id('req'),
    requestParameters: { roleArn: role, roleSessionName: 'security-admin', durationSeconds: 3600 },
    responseElements: {
      assumedRoleUser: { arn: `${role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/x` },
    },
    resources: [{ ARN: role, accountId: owner, type: 'AWS::IAM::Role' }],
  };
  const theirs = base({ ...call, more: { ...shared, ...call.more } }, 'sts.amazonaws.com', 'AssumeRole');
  const { principalId, accountId } = theirs.userIdentity;
  const ours: CloudTrailRecord = {
    ...theirs,
    eventID: id('evt'),
    recipientAccountId: owner,
    userIdentity: { type: 'AWSAccount', principalId: principalId ?? '', accountId: accountId ?? '' },
  };
  return [theirs, ours];
}

export const sessionToken = (call: Call): CloudTrailRecord =>
  base(call, 'sts.amazonaws.com', 'GetSessionToken');

export const byService = (call: Call): CloudTrailRecord => ({
  ...base(call, 'sts.amazonaws.com', 'AssumeRole'),
  userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
  sourceIPAddress: 'ec2.amazonaws.com',
  requestParameters: { roleArn: call.role ?? ROLE, roleSessionName: 'i-0123456789abcdef0' },
  recipientAccountId: WORKLOAD,
  sharedEventID: id('shr'),
});

export const other = (call: Call, eventSource: string, eventName: string): CloudTrailRecord =>
  base(call, eventSource, eventName);

export const goodTrust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ADMIN },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    },
  ],
};

export function trustUpdate(
  document: unknown,
  call: Partial<Call> & { roleName?: string } = {},
): CloudTrailRecord {
  const policyDocument = typeof document === 'string' ? document : JSON.stringify(document);
  return base(
    {
      time: '2026-11-23T10:00:00Z',
      by: user('deployer', WORKLOAD),
      ...call,
      more: {
        readOnly: false,
        requestParameters: { roleName: call.roleName ?? 'SecurityAuditRole', policyDocument },
        ...call.more,
      },
    },
    'iam.amazonaws.com',
    'UpdateAssumeRolePolicy',
  );
}

export function roleCreation(
  document: unknown,
  roleName: string,
  call: Partial<Call> = {},
): CloudTrailRecord {
  return base(
    {
      time: '2026-11-23T10:00:00Z',
      by: user('deployer', WORKLOAD),
      ...call,
      more: {
        readOnly: false,
        requestParameters: { roleName, assumeRolePolicyDocument: JSON.stringify(document) },
        responseElements: { role: { roleName, arn: `arn:aws:iam::${WORKLOAD}:role/${roleName}` } },
        ...call.more,
      },
    },
    'iam.amazonaws.com',
    'CreateRole',
  );
}
