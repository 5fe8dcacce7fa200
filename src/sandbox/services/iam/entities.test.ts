import { beforeEach, describe, expect, it } from 'vitest';
import { decodeBase32, totp } from '../../../base/index.ts';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const ACCOUNT = '489157521585';
const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const read = JSON.stringify(allow('ec2:Describe*'));

let rig: Rig;
let root: Keys;

const iam = <T = Record<string, unknown>>(operation: string, input: object = {}) =>
  rig.iam<T>(root, operation, input);
const fails = (operation: string, input: object = {}) => rig.refusal(root, 'iam', operation, input);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('access keys', () => {
  it('are two at most, can be switched off and on, and die when deleted', () => {
    const first = rig.user(root, 'alice');
    const { AccessKey: second } = iam<{ AccessKey: Keys }>('CreateAccessKey', { UserName: 'alice' });
    expect(fails('CreateAccessKey', { UserName: 'alice' })).toBe(
      'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    const set = (Status: string) =>
      iam('UpdateAccessKey', { UserName: 'alice', AccessKeyId: first.AccessKeyId, Status });
    set('Inactive');
    expect(rig.refusal(first, 'sts', 'GetCallerIdentity')).toBe(
      'InvalidClientTokenId: The security token included in the request is invalid.',
    );
    expect(rig.sts(second, 'GetCallerIdentity')).toBeDefined();
    set('Active');
    expect(rig.sts(first, 'GetCallerIdentity')).toBeDefined();
    iam('DeleteAccessKey', { UserName: 'alice', AccessKeyId: first.AccessKeyId });
    expect(rig.refusal(first, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
    expect(fails('DeleteAccessKey', { UserName: 'alice', AccessKeyId: first.AccessKeyId })).toMatch(
      /^NoSuchEntity/,
    );
    expect(rig.refusal({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, 'sts', 'GetCallerIdentity')).toMatch(
      /^InvalidClientTokenId/,
    );
  });

  it('remember their last use', () => {
    const key = rig.user(root, 'alice');
    const used = () =>
      iam<{ AccessKeyLastUsed: object }>('GetAccessKeyLastUsed', { AccessKeyId: key.AccessKeyId });
    expect(used()).toEqual({ UserName: 'alice', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    rig.sts(key, 'GetCallerIdentity');
    expect(used().AccessKeyLastUsed).toEqual({
      LastUsedDate: new Date(rig.now),
      ServiceName: 'sts',
      Region: 'us-east-1',
    });
  });

  it('can be managed by their own user without naming it', () => {
    const key = rig.user(root, 'alice', allow('iam:*AccessKey*', `arn:aws:iam::*:user/\${aws:username}`));
    expect(rig.iam(key, 'ListAccessKeys')).toMatchObject({ AccessKeyMetadata: [{ UserName: 'alice' }] });
    rig.user(root, 'bob');
    expect(rig.refusal(key, 'iam', 'ListAccessKeys', { UserName: 'bob' })).toContain('not authorized');
    expect(iam('ListAccessKeys')).toMatchObject({ AccessKeyMetadata: [{ AccessKeyId: root.AccessKeyId }] });
  });
});

describe('deletion', () => {
  it('of a user waits for all that hangs on it', () => {
    rig.user(root, 'alice', allow('ec2:*'));
    const { serial } = rig.mfa(root, 'alice');
    iam('CreateGroup', { GroupName: 'G' });
    iam('AddUserToGroup', { GroupName: 'G', UserName: 'alice' });
    const UserName = 'alice';
    const attempt = () => fails('DeleteUser', { UserName });
    expect(attempt()).toBe('DeleteConflict: Cannot delete entity, must delete policies first.');
    iam('DeleteUserPolicy', { UserName, PolicyName: 'own' });
    expect(attempt()).toBe('DeleteConflict: Cannot delete entity, must remove users from group first.');
    expect(fails('DeleteGroup', { GroupName: 'G' })).toMatch(/^DeleteConflict/);
    iam('RemoveUserFromGroup', { GroupName: 'G', UserName });
    expect(attempt()).toBe('DeleteConflict: Cannot delete entity, must delete access keys first.');
    const { AccessKeyMetadata } = iam<{ AccessKeyMetadata: Keys[] }>('ListAccessKeys', { UserName });
    iam('DeleteAccessKey', { UserName, AccessKeyId: AccessKeyMetadata[0]?.AccessKeyId });
    expect(attempt()).toBe('DeleteConflict: Cannot delete entity, must delete MFA device first.');
    expect(fails('DeleteVirtualMFADevice', { SerialNumber: serial })).toMatch(/^DeleteConflict/);
    iam('DeactivateMFADevice', { UserName, SerialNumber: serial });
    iam('DeleteVirtualMFADevice', { SerialNumber: serial });
    iam('DeleteUser', { UserName });
    expect(fails('GetUser', { UserName })).toMatch(/^NoSuchEntity/);
  });

  it('of a role waits for instance profiles, which need iam:PassRole to get it', () => {
    iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) });
    iam('CreateInstanceProfile', { InstanceProfileName: 'p' });
    const both = { InstanceProfileName: 'p', RoleName: 'r' };
    const adder = rig.user(root, 'adder', allow('iam:AddRoleToInstanceProfile'));
    expect(rig.refusal(adder, 'iam', 'AddRoleToInstanceProfile', both)).toContain(
      'iam:PassRole on resource: ',
    );
    iam('AddRoleToInstanceProfile', both);
    expect(fails('DeleteRole', { RoleName: 'r' })).toContain('must remove roles from instance profile first');
    expect(iam('ListInstanceProfilesForRole', { RoleName: 'r' })).toMatchObject({
      InstanceProfiles: [{ InstanceProfileName: 'p' }],
    });
    iam('RemoveRoleFromInstanceProfile', both);
    iam('DeleteRole', { RoleName: 'r' });
  });
});

describe('MFA devices', () => {
  const make = () => {
    const { VirtualMFADevice } = iam<{
      VirtualMFADevice: { SerialNumber: string; Base32StringSeed: Uint8Array };
    }>('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' });
    const seed = decodeBase32(Buffer.from(VirtualMFADevice.Base32StringSeed).toString()) ?? new Uint8Array();
    return {
      SerialNumber: VirtualMFADevice.SerialNumber,
      code: (offset: number) => totp(seed, rig.now + offset),
    };
  };
  const pair = (SerialNumber: string, AuthenticationCode1: string, AuthenticationCode2: string) => ({
    UserName: 'alice',
    SerialNumber,
    AuthenticationCode1,
    AuthenticationCode2,
  });

  it('are enabled by two successive codes only', () => {
    rig.user(root, 'alice');
    const { SerialNumber, code } = make();
    const wrong = 'InvalidAuthenticationCode: Authentication code for device is not valid.';
    expect(fails('EnableMFADevice', pair(SerialNumber, code(0), code(0)))).toBe(wrong);
    expect(fails('EnableMFADevice', pair(SerialNumber, code(0), code(-30_000)))).toBe(wrong);
    expect(fails('EnableMFADevice', pair(SerialNumber, code(-600_000), code(-570_000)))).toBe(wrong);
    iam('EnableMFADevice', pair(SerialNumber, code(-30_000), code(0)));
    expect(fails('EnableMFADevice', pair(SerialNumber, code(30_000), code(60_000)))).toMatch(
      /^EntityAlreadyExists/,
    );
    expect(iam('ListMFADevices', { UserName: 'alice' })).toMatchObject({ MFADevices: [{ SerialNumber }] });
    const listed = (AssignmentStatus: string) =>
      iam<{ VirtualMFADevices: object[] }>('ListVirtualMFADevices', { AssignmentStatus }).VirtualMFADevices
        .length;
    expect([listed('Assigned'), listed('Unassigned'), listed('Any')]).toEqual([1, 0, 1]);
    expect(fails('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' })).toMatch(
      /^EntityAlreadyExists/,
    );
  });

  it('with a wrong clock are resynchronised', () => {
    const alice = rig.user(root, 'alice');
    const { SerialNumber, code } = make();
    iam('EnableMFADevice', pair(SerialNumber, code(-30_000), code(0)));
    rig.now += 60_000;
    const fast = 600_000;
    const sign = () => ({ SerialNumber, TokenCode: code(fast) });
    expect(rig.refusal(alice, 'sts', 'GetSessionToken', sign())).toContain('invalid MFA');
    expect(fails('ResyncMFADevice', pair(SerialNumber, code(fast), code(fast)))).toMatch(
      /^InvalidAuthenticationCode/,
    );
    iam('ResyncMFADevice', pair(SerialNumber, code(fast), code(fast + 30_000)));
    rig.now += 60_000;
    expect(rig.sts(alice, 'GetSessionToken', sign())).toBeDefined();
  });
});

describe('lists', () => {
  it('come in pages, by path, and refuse foreign markers', () => {
    for (let i = 0; i < 5; i++) iam('CreateUser', { UserName: `u${i}`, Path: i < 3 ? '/a/' : '/b/' });
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const answer = iam<{ Users: { UserName: string }[]; IsTruncated: boolean; Marker?: string }>(
        'ListUsers',
        {
          MaxItems: 2,
          ...(Marker && { Marker }),
        },
      );
      seen.push(...answer.Users.map(({ UserName }) => UserName));
      expect(answer.IsTruncated).toBe(answer.Marker !== undefined);
      Marker = answer.Marker;
    } while (Marker !== undefined);
    expect(seen).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
    expect(iam('ListUsers', { PathPrefix: '/b/' })).toMatchObject({
      Users: [{ UserName: 'u3' }, { UserName: 'u4' }],
    });
    expect(fails('ListUsers', { Marker: 'nonsense' })).toMatch(/^ValidationError/);
  });

  it('of tags follow tagging, whatever the case of the key', () => {
    iam('CreateUser', { UserName: 'alice', Tags: [{ Key: 'Team', Value: 'red' }] });
    iam('TagUser', { UserName: 'alice', Tags: [{ Key: 'team', Value: 'blue' }] });
    expect(iam('ListUserTags', { UserName: 'alice' })).toMatchObject({
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    iam('UntagUser', { UserName: 'alice', TagKeys: ['TEAM'] });
    expect(iam('ListUserTags', { UserName: 'alice' })).toMatchObject({ Tags: [] });
    const Tags = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    expect(fails('TagUser', { UserName: 'alice', Tags })).toMatch(/^LimitExceeded/);
  });

  it('answer truly about what this cloud has none of', () => {
    iam('CreateUser', { UserName: 'alice' });
    const UserName = 'alice';
    expect(iam('ListSSHPublicKeys', { UserName })).toMatchObject({ SSHPublicKeys: [] });
    expect(iam('ListSigningCertificates', { UserName })).toMatchObject({ Certificates: [] });
    expect(iam('ListServiceSpecificCredentials', { UserName })).toMatchObject({
      ServiceSpecificCredentials: [],
    });
    expect(fails('GetLoginProfile', { UserName })).toBe(
      'NoSuchEntity: Login Profile for User alice cannot be found.',
    );
    expect(fails('GetAccountPasswordPolicy')).toMatch(/^NoSuchEntity/);
  });

  it('of everything in the account name all that decides', () => {
    iam('CreateAccountAlias', { AccountAlias: 'ours' });
    expect(iam('ListAccountAliases')).toMatchObject({ AccountAliases: ['ours'] });
    rig.user(root, 'alice', allow('ec2:*'));
    iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) });
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    iam('AttachRolePolicy', { RoleName: 'r', PolicyArn: policyArn('P') });
    expect(iam('GetAccountAuthorizationDetails')).toMatchObject({
      UserDetailList: [{ UserName: 'alice', UserPolicyList: [{ PolicyName: 'own' }] }],
      RoleDetailList: [{ RoleName: 'r', AttachedManagedPolicies: [{ PolicyName: 'P' }] }],
      Policies: [{ PolicyName: 'P', PolicyVersionList: [{ VersionId: 'v1' }] }],
    });
    expect(iam('GetAccountAuthorizationDetails', { Filter: ['Role'] })).toMatchObject({ UserDetailList: [] });
    expect(iam('GetAccountSummary')).toMatchObject({ SummaryMap: { Users: 1, Roles: 1, Policies: 1 } });
  });
});
