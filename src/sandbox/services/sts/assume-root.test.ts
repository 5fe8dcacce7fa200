import { beforeEach, describe, expect, it } from 'vitest';
import { deny, MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from '../organizations/testing.ts';
import { allow, type Keys } from '../testing.ts';
import type { Assumed } from './testing.ts';

const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });
const AUDIT = task('IAMAuditRootUserCredentials');

let rig: OrganizationRig;
let admin: Keys;

const input = (more: object = {}) => ({ TargetPrincipal: MEMBER, TaskPolicyArn: AUDIT, ...more });
const assume = (more: object = {}) => rig.sts<Assumed>(admin, 'AssumeRoot', input(more)).Credentials;
const refused = (more: object = {}, keys = admin) => rig.refusal(keys, 'sts', 'AssumeRoot', input(more));

beforeEach(() => {
  rig = new OrganizationRig();
  rig.org('EnableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' });
  rig.iam(rig.management, 'EnableOrganizationsRootCredentialsManagement');
  rig.iam(rig.management, 'EnableOrganizationsRootSessions');
  admin = rig.user(rig.management, 'admin', allow('sts:AssumeRoot'));
});

describe('root features of an organization', () => {
  it('are listed, switched on and off by the management account', () => {
    const features = (operation: string) =>
      rig.iam<{ EnabledFeatures: string[] }>(rig.management, operation).EnabledFeatures;
    expect(features('ListOrganizationsFeatures')).toEqual(['RootCredentialsManagement', 'RootSessions']);
    expect(features('DisableOrganizationsRootSessions')).toEqual(['RootCredentialsManagement']);
  });

  it('are for nobody else, and need trusted access', () => {
    expect(rig.refusal(rig.member, 'iam', 'EnableOrganizationsRootSessions')).toMatch(
      /^AccountNotManagement/,
    );
    expect(rig.refusal(rig.stranger, 'iam', 'ListOrganizationsFeatures')).toMatch(/^OrganizationNotFound/);
    rig.org('DisableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' });
    expect(rig.refusal(rig.management, 'iam', 'EnableOrganizationsRootSessions')).toMatch(
      /^ServiceAccessNotEnabled/,
    );
  });
});

describe('AssumeRoot', () => {
  it("does a task as the member account's root user, and nothing else", () => {
    rig.user(rig.member, 'alice');
    const root = assume();
    expect(rig.sts(root, 'GetCallerIdentity')).toMatchObject({ Arn: `arn:aws:iam::${MEMBER}:root` });
    expect(rig.iam<{ AccessKeyMetadata: object[] }>(root, 'ListAccessKeys').AccessKeyMetadata).toHaveLength(
      1,
    );
    expect(rig.iam(root, 'ListMFADevices')).toMatchObject({ MFADevices: [] });
    expect(rig.refusal(root, 'iam', 'GetLoginProfile')).toMatch(/^NoSuchEntity/);
    for (const [operation, more] of [
      ['ListAccessKeys', { UserName: 'alice' }],
      ['ListUsers', {}],
      ['CreateUser', { UserName: 'mallory' }],
      ['DeleteAccessKey', { AccessKeyId: rig.member.AccessKeyId }],
    ] as const) {
      expect(rig.refusal(root, 'iam', operation, more)).toMatch(/^AccessDenied/);
    }
  });

  it('takes away root credentials with the task for it', () => {
    const root = assume({ TaskPolicyArn: task('IAMDeleteRootUserCredentials') });
    rig.iam(root, 'DeleteAccessKey', { AccessKeyId: rig.member.AccessKeyId });
    expect(rig.refusal(rig.member, 'iam', 'ListUsers')).toMatch(/^InvalidClientTokenId/);
    expect(rig.refusal(root, 'iam', 'CreateLoginProfile')).toMatch(/^AccessDenied/);
    const password = assume({ TaskPolicyArn: task('IAMCreateRootUserPassword') });
    expect(rig.iam(password, 'CreateLoginProfile')).toMatchObject({ LoginProfile: { UserName: 'root' } });
  });

  it('unlocks a bucket whose policy locks everybody out, and reads nothing in it', () => {
    const Bucket = 'locked-out';
    rig.call(rig.member, 's3', 'CreateBucket', { Bucket });
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [{ ...deny('s3:*'), Principal: '*', Resource }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    rig.call(rig.member, 's3', 'PutBucketPolicy', { Bucket, Policy });
    const root = assume({ TaskPolicyArn: task('S3UnlockBucketPolicy') });
    expect(rig.refusal(assume(), 's3', 'DeleteBucketPolicy', { Bucket })).toMatch(/^AccessDenied/);
    rig.call(root, 's3', 'DeleteBucketPolicy', { Bucket });
    expect(rig.refusal(root, 's3', 'ListObjectsV2', { Bucket })).toMatch(/^AccessDenied/);
    expect(rig.call(rig.member, 's3', 'ListObjectsV2', { Bucket })).toBeDefined();
  });

  it('cannot be exchanged for a root session that knows no task', () => {
    const root = assume();
    expect(rig.refusal(root, 'sts', 'GetSessionToken')).toBe(
      'AccessDenied: Cannot call GetSessionToken with session credentials',
    );
    const everything = { Name: 'mallory', Policy: JSON.stringify(allow('*')) };
    expect(rig.refusal(root, 'sts', 'GetFederationToken', everything)).toMatch(/^AccessDenied/);
    expect(refused({}, root)).toMatch(/^AccessDenied/);
  });

  it('lasts at most fifteen minutes', () => {
    const root = assume({ TargetPrincipal: `arn:aws:iam::${MEMBER}:root` });
    rig.now += 899_000;
    expect(rig.sts(root, 'GetCallerIdentity')).toBeDefined();
    rig.now += 1_000;
    expect(rig.refusal(root, 'sts', 'GetCallerIdentity')).toMatch(/^ExpiredToken/);
  });

  it('is refused without permission, outside of the organization, and upon the management account', () => {
    expect(refused({}, rig.user(rig.management, 'other'))).toContain('sts:AssumeRoot on resource');
    const limited = rig.user(
      rig.management,
      'limited',
      allow('sts:AssumeRoot', '*', {
        StringEquals: { 'sts:TaskPolicyArn': task('S3UnlockBucketPolicy').arn },
      }),
    );
    expect(refused({}, limited)).toContain('not authorized');
    expect(refused({ TargetPrincipal: STRANGER })).toMatch(/^AccessDenied/);
    expect(refused({ TargetPrincipal: '000000000000' })).toMatch(/^AccessDenied/);
    expect(refused({ TargetPrincipal: MANAGEMENT })).toMatch(/^AccessDenied/);
    expect(refused({ TargetPrincipal: 'nobody-at-all' })).toMatch(/^ValidationError/);
    expect(refused({ TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' } })).toMatch(
      /^ValidationError/,
    );
    expect(refused({}, rig.user(rig.member, 'eve', allow('*')))).toMatch(/^AccessDenied/);
    rig.iam(rig.management, 'DisableOrganizationsRootSessions');
    expect(refused()).toMatch(/^AccessDenied/);
  });

  it('is not for the root user, nor on the global endpoint', () => {
    for (const root of [rig.management, rig.member, rig.stranger])
      expect(refused({}, root)).toBe('AccessDenied: Not authorized to perform sts:AssumeRoot');
    const on = (host: string) => () => rig.call(admin, 'sts', 'AssumeRoot', input(), { host });
    expect(on('sts.amazonaws.com')).toThrow('not supported on the global endpoint');
    expect(on('sts.us-east-1.amazonaws.com')).not.toThrow();
    expect(on('127.0.0.1:4599')).not.toThrow();
  });

  it('ends with trusted access for IAM, and with the membership', () => {
    rig.org('DisableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' });
    expect(refused()).toBe('AccessDenied: Not authorized to perform sts:AssumeRoot');
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' });
    expect(assume()).toBeDefined();
    rig.org('RemoveAccountFromOrganization', { AccountId: MEMBER });
    expect(refused()).toMatch(/^AccessDenied/);
  });

  it("is limited by the member's SCPs as its own root user is, and the call by those of the caller's account", () => {
    rig.enable('SERVICE_CONTROL_POLICY');
    const scp = rig.policy('SERVICE', MEMBER, deny(['iam:ListAccessKeys', 'sts:AssumeRoot']));
    const root = assume();
    expect(rig.refusal(root, 'iam', 'ListAccessKeys')).toContain('explicit deny in a service control policy');
    // Nobody should look for an SCP where it is the task that does not allow it.
    expect(rig.refusal(root, 'iam', 'ListUsers')).toContain('explicit deny in a session policy');
    rig.org('DetachPolicy', { PolicyId: scp, TargetId: MEMBER });
    expect(rig.iam(root, 'ListAccessKeys')).toBeDefined();
    rig.join(rig.stranger, STRANGER);
    rig.org('RegisterDelegatedAdministrator', {
      AccountId: STRANGER,
      ServicePrincipal: 'iam.amazonaws.com',
    });
    const delegate = rig.user(rig.stranger, 'delegate', allow('sts:AssumeRoot'));
    expect(rig.sts(delegate, 'AssumeRoot', input())).toBeDefined();
    rig.org('AttachPolicy', { PolicyId: scp, TargetId: STRANGER });
    expect(refused({}, delegate)).toContain('explicit deny in a service control policy');
  });

  it('is recorded in both accounts, and its session as an assumed root', () => {
    rig.cloud.takeRecords();
    const root = assume();
    rig.iam(root, 'ListAccessKeys');
    const records = rig.cloud.takeRecords();
    expect(records.map((r) => [r.eventName, r.recipientAccountId])).toEqual([
      ['AssumeRoot', MANAGEMENT],
      ['AssumeRoot', MEMBER],
      ['ListAccessKeys', MEMBER],
    ]);
    expect(records[2]?.userIdentity).toMatchObject({ type: 'Root', sessionContext: { assumedRoot: 'true' } });
    expect(JSON.stringify(records)).not.toContain(root.SecretAccessKey);
  });
});
