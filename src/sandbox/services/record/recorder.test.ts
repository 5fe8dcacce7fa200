import { beforeEach, describe, expect, it } from 'vitest';
import type { CloudTrailRecord } from '../../../trail/index.ts';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const SECURITY = '489157521585';
const WORKLOAD = '657654036224';
const ROLE = `arn:aws:iam::${WORKLOAD}:role/SecurityAuditRole`;
const ADMIN = `arn:aws:iam::${SECURITY}:user/security-admin`;

let rig: Rig;
let security: Keys;
let workload: Keys;
let admin: Keys;

const input = { RoleArn: ROLE, RoleSessionName: 'audit', ExternalId: 'MyUniqueSecretValue123' };
const records = (): readonly CloudTrailRecord[] => rig.cloud.takeRecords();
const only = (): CloudTrailRecord => {
  const [record, ...more] = records();
  expect(more).toEqual([]);
  if (record === undefined) throw new Error('nothing was recorded');
  return record;
};

beforeEach(() => {
  rig = new Rig();
  security = rig.account(SECURITY);
  workload = rig.account(WORKLOAD);
  admin = rig.user(security, 'security-admin', allow('sts:AssumeRole'));
  rig.iam(workload, 'CreateRole', {
    RoleName: 'SecurityAuditRole',
    AssumeRolePolicyDocument: trust(ADMIN, { StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' } }),
  });
  records();
});

describe('AssumeRole', () => {
  it('across accounts is recorded in both, joined by sharedEventID and requestID', () => {
    const { Credentials } = rig.sts<{ Credentials: Keys }>(admin, 'AssumeRole', input);
    const [ours, theirs, ...more] = records();
    expect(more).toEqual([]);
    expect(Object.keys(ours ?? {})[0]).toBe('eventVersion');
    expect(ours).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        arn: ADMIN,
        accountId: SECURITY,
        accessKeyId: admin.AccessKeyId,
        userName: 'security-admin',
      },
      eventTime: '2026-11-23T09:00:00Z',
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      awsRegion: 'us-east-1',
      sourceIPAddress: '203.0.113.9',
      requestParameters: {
        roleArn: ROLE,
        roleSessionName: 'audit',
        externalId: 'MyUniqueSecretValue123',
      },
      responseElements: {
        credentials: { accessKeyId: Credentials.AccessKeyId, expiration: 'Nov 23, 2026, 10:00:00 AM' },
        assumedRoleUser: { arn: `arn:aws:sts::${WORKLOAD}:assumed-role/SecurityAuditRole/audit` },
      },
      readOnly: true,
      resources: [{ ARN: ROLE, accountId: WORKLOAD, type: 'AWS::IAM::Role' }],
      eventType: 'AwsApiCall',
      recipientAccountId: SECURITY,
      tlsDetails: { clientProvidedHostHeader: 'sts.us-east-1.amazonaws.com' },
    });
    // An AKIA key: no session, hence no mfaAuthenticated.
    expect(ours?.userIdentity).not.toHaveProperty('sessionContext');
    expect(theirs?.userIdentity).toEqual({
      type: 'AWSAccount',
      principalId: ours?.userIdentity.principalId,
      accountId: SECURITY,
    });
    expect(theirs?.recipientAccountId).toBe(WORKLOAD);
    expect(theirs?.sharedEventID).toBe(ours?.sharedEventID);
    expect(theirs?.sharedEventID).toMatch(/^[0-9a-f-]{36}$/);
    expect(theirs?.requestID).toBe(ours?.requestID);
    expect(theirs?.eventID).not.toBe(ours?.eventID);
  });

  it('within one account is recorded once', () => {
    rig.iam(security, 'CreateRole', { RoleName: 'near', AssumeRolePolicyDocument: trust(ADMIN) });
    records();
    rig.sts(admin, 'AssumeRole', { RoleArn: `arn:aws:iam::${SECURITY}:role/near`, RoleSessionName: 'audit' });
    expect(only()).not.toHaveProperty('sharedEventID');
  });

  it("denied is recorded in the caller's account only, without what was asked for", () => {
    rig.refusal(admin, 'sts', 'AssumeRole', { ...input, ExternalId: 'guess' });
    const record = only();
    expect(record).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: `User: ${ADMIN} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
      requestParameters: null,
      responseElements: null,
      recipientAccountId: SECURITY,
    });
    expect(record).not.toHaveProperty('resources');
    expect(JSON.stringify(record)).not.toContain('guess');
  });

  it('leads to records that name role and session', () => {
    const { Credentials } = rig.sts<{ Credentials: Keys }>(admin, 'AssumeRole', input);
    records();
    rig.sts(Credentials, 'GetCallerIdentity');
    expect(only().userIdentity).toMatchObject({
      type: 'AssumedRole',
      principalId: expect.stringMatching(/^AROA[A-Z2-7]{17}:audit$/),
      arn: `arn:aws:sts::${WORKLOAD}:assumed-role/SecurityAuditRole/audit`,
      accountId: WORKLOAD,
      accessKeyId: Credentials.AccessKeyId,
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: ROLE, accountId: WORKLOAD, userName: 'SecurityAuditRole' },
        attributes: { creationDate: '2026-11-23T09:00:00Z', mfaAuthenticated: 'false' },
      },
    });
  });
});

describe('other calls', () => {
  it('of MFA sessions say so', () => {
    const { serial, code } = rig.mfa(security, 'security-admin');
    const used = code();
    const { Credentials } = rig.sts<{ Credentials: Keys }>(admin, 'GetSessionToken', {
      SerialNumber: serial,
      TokenCode: used,
    });
    const made = records().at(-1);
    expect(made?.requestParameters).toEqual({ serialNumber: serial });
    rig.sts(Credentials, 'GetCallerIdentity');
    expect(only().userIdentity.sessionContext?.attributes?.mfaAuthenticated).toBe('true');
  });

  it('denied by IAM carry the reason and no parameters; failed ones the exception and the parameters', () => {
    rig.refusal(admin, 'iam', 'GetRole', { RoleName: 'near' });
    expect(only()).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: `User: ${ADMIN} is not authorized to perform: iam:GetRole on resource: role near because no identity-based policy allows the iam:GetRole action`,
      requestParameters: null,
    });
    rig.refusal(security, 'iam', 'GetRole', { RoleName: 'near' });
    expect(only()).toMatchObject({
      userIdentity: { type: 'Root', principalId: SECURITY },
      errorCode: 'NoSuchEntityException',
      errorMessage: 'The role with name near cannot be found.',
      requestParameters: { roleName: 'near' },
    });
  });

  it('hold a changed trust policy as a string', () => {
    rig.iam(workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: trust(SECURITY),
    });
    expect(only()).toMatchObject({
      eventName: 'UpdateAssumeRolePolicy',
      readOnly: false,
      requestParameters: { roleName: 'SecurityAuditRole', policyDocument: trust(SECURITY) },
      responseElements: null,
    });
  });

  it('of IAM happen in us-east-1, wherever the client signs for', () => {
    rig.call(security, 'iam', 'ListUsers', {}, { region: 'eu-west-1' });
    expect(only().awsRegion).toBe('us-east-1');
    rig.call(security, 'ec2', 'DescribeVpcs', {}, { region: 'eu-west-1' });
    expect(only().awsRegion).toBe('eu-west-1');
  });

  it('never hold a secret', () => {
    const { serial, code } = rig.mfa(security, 'security-admin');
    const device = rig.iam<{ VirtualMFADevice: { Base32StringSeed: Uint8Array } }>(
      security,
      'CreateVirtualMFADevice',
      { VirtualMFADeviceName: 'spare' },
    );
    const { AccessKey } = rig.iam<{ AccessKey: { SecretAccessKey: string } }>(security, 'CreateAccessKey', {
      UserName: 'security-admin',
    });
    const used = code();
    const assumed = rig.sts<{ Credentials: { SecretAccessKey: string } }>(admin, 'AssumeRole', {
      ...input,
      SerialNumber: serial,
      TokenCode: used,
    });
    const text = JSON.stringify(records());
    expect(text).toContain('AssumeRole');
    expect(text).toContain('CreateVirtualMFADevice');
    expect(text).not.toContain(AccessKey.SecretAccessKey);
    expect(text).not.toContain(assumed.Credentials.SecretAccessKey);
    expect(text).not.toContain(Buffer.from(device.VirtualMFADevice.Base32StringSeed).toString());
    expect(text).not.toContain(`"${used}"`);
    expect(text).not.toMatch(/tokenCode|authenticationCode|secretAccessKey|base32/i);
  });
});

it('what was delivered of a cloud before its reset or import says nothing of its records since', () => {
  const call = () => {
    rig.sts(rig.account(SECURITY), 'GetCallerIdentity', {});
  };
  const replaced = [() => rig.cloud.reset(), () => rig.cloud.load(new Rig().cloud.save())];
  for (const replace of replaced) {
    rig.cloud.reset();
    call();
    const before = rig.cloud.takeBatches();
    expect(before.map(({ records }) => records)).toEqual([1]);
    replace();
    call();
    for (const { upTo } of before) rig.cloud.delivered(upTo);
    expect(rig.cloud.takeBatches().map(({ records }) => records)).toEqual([1]);
  }
});
