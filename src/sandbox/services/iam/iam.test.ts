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

describe('names', () => {
  it('are unique without regard to case, and keep theirs', () => {
    iam('CreateUser', { UserName: 'Alice' });
    expect(fails('CreateUser', { UserName: 'alice' })).toBe(
      'EntityAlreadyExists: User with name alice already exists.',
    );
    expect(iam('GetUser', { UserName: 'ALICE' })).toMatchObject({ User: { UserName: 'Alice' } });
    iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust(ACCOUNT) });
    expect(fails('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) })).toMatch(
      /^EntityAlreadyExists/,
    );
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    expect(fails('CreatePolicy', { PolicyName: 'p', Path: '/x/', PolicyDocument: read })).toBe(
      'EntityAlreadyExists: A policy called p already exists. Duplicate names are not allowed.',
    );
    iam('CreateGroup', { GroupName: 'G' });
    expect(fails('CreateGroup', { GroupName: 'g' })).toMatch(/^EntityAlreadyExists/);
  });

  it('belong to an account: others neither see nor reach them', () => {
    iam('CreateUser', { UserName: 'alice' });
    const other = rig.account('111122223333');
    expect(rig.refusal(other, 'iam', 'GetUser', { UserName: 'alice' })).toBe(
      'NoSuchEntity: The user with name alice cannot be found.',
    );
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    expect(rig.refusal(other, 'iam', 'GetPolicy', { PolicyArn: policyArn('P') })).toBe(
      `NoSuchEntity: Policy ${policyArn('P')} was not found.`,
    );
    rig.iam(other, 'CreateUser', { UserName: 'alice' });
  });
});

describe('authorization', () => {
  it('is asked with the real ARN, path included, and does not tell what exists', () => {
    iam('CreateRole', { RoleName: 'audit', Path: '/security/', AssumeRolePolicyDocument: trust(ACCOUNT) });
    const reader = rig.user(root, 'reader', allow('iam:GetRole', `arn:aws:iam::${ACCOUNT}:role/security/*`));
    expect(rig.iam(reader, 'GetRole', { RoleName: 'audit' })).toMatchObject({
      Role: { Arn: `arn:aws:iam::${ACCOUNT}:role/security/audit` },
    });
    const denied = rig.refusal(reader, 'iam', 'GetRole', { RoleName: 'none' });
    expect(denied).toBe(
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/reader is not authorized to perform: iam:GetRole on resource: role none because no identity-based policy allows the iam:GetRole action`,
    );
    iam('CreateRole', { RoleName: 'none', AssumeRolePolicyDocument: trust(ACCOUNT) });
    expect(rig.refusal(reader, 'iam', 'GetRole', { RoleName: 'none' })).toBe(denied);
  });

  it('knows tags of the resource and of the request', () => {
    const maker = rig.user(root, 'maker', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iam:CreateUser', 'iam:TagUser'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } },
        },
        {
          Effect: 'Allow',
          Action: 'iam:DeleteUser',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
        },
      ],
    });
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect(rig.refusal(maker, 'iam', 'CreateUser', { UserName: 'a' })).toContain('not authorized');
    rig.iam(maker, 'CreateUser', { UserName: 'a', Tags });
    iam('CreateUser', { UserName: 'b' });
    expect(rig.refusal(maker, 'iam', 'DeleteUser', { UserName: 'b' })).toContain('not authorized');
    rig.iam(maker, 'DeleteUser', { UserName: 'a' });
  });

  it('lets a policy demand a boundary', () => {
    iam('CreatePolicy', { PolicyName: 'bounds', PolicyDocument: read });
    const maker = rig.user(
      root,
      'maker',
      allow('iam:CreateRole', '*', { StringEquals: { 'iam:PermissionsBoundary': policyArn('bounds') } }),
    );
    const input = { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) };
    expect(rig.refusal(maker, 'iam', 'CreateRole', input)).toContain('not authorized');
    expect(
      rig.iam(maker, 'CreateRole', { ...input, PermissionsBoundary: policyArn('bounds') }),
    ).toMatchObject({
      Role: { PermissionsBoundary: { PermissionsBoundaryArn: policyArn('bounds') } },
    });
  });

  it('changes at once with groups, versions, attachments and boundaries', () => {
    const alice = rig.user(root, 'alice');
    const may = () => {
      try {
        rig.call(alice, 'ec2', 'DescribeVpcs');
        return true;
      } catch {
        return false;
      }
    };
    expect(may()).toBe(false);
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    iam('CreateGroup', { GroupName: 'G' });
    iam('AttachGroupPolicy', { GroupName: 'G', PolicyArn: policyArn('P') });
    expect(may()).toBe(false);
    iam('AddUserToGroup', { GroupName: 'G', UserName: 'alice' });
    expect(may()).toBe(true);
    const none = JSON.stringify(allow('s3:GetObject'));
    iam('CreatePolicyVersion', { PolicyArn: policyArn('P'), PolicyDocument: none, SetAsDefault: true });
    expect(may()).toBe(false);
    iam('SetDefaultPolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v1' });
    expect(may()).toBe(true);
    iam('CreatePolicy', { PolicyName: 'bounds', PolicyDocument: none });
    iam('PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary: policyArn('bounds') });
    expect(may()).toBe(false);
    iam('DeleteUserPermissionsBoundary', { UserName: 'alice' });
    expect(may()).toBe(true);
    iam('RemoveUserFromGroup', { GroupName: 'G', UserName: 'alice' });
    expect(may()).toBe(false);
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    expect(may()).toBe(true);
  });

  it('explains a denial for as long as it is among the last thousand', () => {
    const alice = rig.user(root, 'alice');
    rig.refusal(alice, 'ec2', 'DescribeVpcs');
    const id = rig.lastRequestId;
    expect(rig.cloud.explainDenial(id)).toMatchObject({ allowed: false, because: 'implicit-deny' });
    expect(rig.cloud.explainDenial('unknown')).toBeUndefined();
    for (let i = 0; i < 1_000; i++) rig.refusal(alice, 'ec2', 'DescribeVpcs');
    expect(rig.cloud.explainDenial(id)).toBeUndefined();
    expect(rig.cloud.explainDenial(rig.lastRequestId)).toBeDefined();
  });
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

describe('policies', () => {
  const version = (more: object = {}) =>
    iam('CreatePolicyVersion', { PolicyArn: policyArn('P'), PolicyDocument: read, ...more });

  it('have five versions at most, numbered on, and keep their default', () => {
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    for (let i = 0; i < 4; i++) version();
    expect(fails('CreatePolicyVersion', { PolicyArn: policyArn('P'), PolicyDocument: read })).toMatch(
      /^LimitExceeded: A managed policy can have up to 5 versions/,
    );
    expect(fails('DeletePolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v1' })).toBe(
      'DeleteConflict: Cannot delete the default version of a policy.',
    );
    iam('DeletePolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v5' });
    expect(version()).toMatchObject({ PolicyVersion: { VersionId: 'v6', IsDefaultVersion: false } });
    expect(fails('GetPolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v5' })).toMatch(
      /^NoSuchEntity/,
    );
    expect(iam('GetPolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v1' })).toMatchObject({
      PolicyVersion: { Document: encodeURIComponent(read).replaceAll('*', '%2A'), IsDefaultVersion: true },
    });
  });

  it('cannot be deleted while they are used or have versions', () => {
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    iam('CreateUser', { UserName: 'alice' });
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') });
    expect(fails('DeletePolicy', { PolicyArn: policyArn('P') })).toBe(
      'DeleteConflict: Cannot delete a policy attached to entities.',
    );
    expect(iam('ListEntitiesForPolicy', { PolicyArn: policyArn('P') })).toMatchObject({
      PolicyUsers: [{ UserName: 'alice' }],
      PolicyRoles: [],
    });
    iam('DetachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') });
    expect(fails('DetachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') })).toMatch(
      /^NoSuchEntity/,
    );
    version();
    expect(fails('DeletePolicy', { PolicyArn: policyArn('P') })).toContain('more than one version');
    iam('DeletePolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v2' });
    iam('DeletePolicy', { PolicyArn: policyArn('P') });
    expect(fails('GetPolicy', { PolicyArn: policyArn('P') })).toMatch(/^NoSuchEntity/);
  });

  it("of AWS can be attached, read and not changed; unknown ones don't exist", () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(iam('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { AttachmentCount: 0 } });
    iam('CreateUser', { UserName: 'alice' });
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn });
    expect(iam('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { AttachmentCount: 1 } });
    const other = rig.account('111122223333');
    expect(rig.iam(other, 'GetPolicy', { PolicyArn })).toMatchObject({ Policy: { AttachmentCount: 0 } });
    expect(fails('CreatePolicyVersion', { PolicyArn, PolicyDocument: read })).toMatch(/^AccessDenied/);
    expect(fails('DeletePolicy', { PolicyArn })).toMatch(/^AccessDenied/);
    const unknown = 'arn:aws:iam::aws:policy/NoSuchAccess';
    expect(fails('AttachUserPolicy', { UserName: 'alice', PolicyArn: unknown })).toBe(
      `NoSuchEntity: Policy ${unknown} does not exist or is not attachable.`,
    );
  });

  it('have quotas: managed, inline per holder, trust, attachments', () => {
    const big = (size: number) => JSON.stringify(allow('ec2:Describe*', `arn:aws:ec2:::${'x'.repeat(size)}`));
    expect(fails('CreatePolicy', { PolicyName: 'P', PolicyDocument: big(6_100) })).toBe(
      'LimitExceeded: Cannot exceed quota for PolicySize: 6144',
    );
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: big(6_000) });
    iam('CreateUser', { UserName: 'alice' });
    const put = (PolicyName: string, size: number) => ({
      UserName: 'alice',
      PolicyName,
      PolicyDocument: big(size),
    });
    iam('PutUserPolicy', put('a', 1_500));
    expect(fails('PutUserPolicy', put('b', 500))).toBe(
      'LimitExceeded: Maximum policy size of 2048 bytes exceeded for user alice',
    );
    iam('PutUserPolicy', put('a', 1_600));
    const many = Array.from({ length: 60 }, (_, i) => `arn:aws:iam::111122223333:role/workload-role-${i}`);
    expect(fails('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(many) })).toBe(
      'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    );
    for (let i = 0; i < 10; i++) {
      iam('CreatePolicy', { PolicyName: `P${i}`, PolicyDocument: read });
      iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn(`P${i}`) });
    }
    expect(fails('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') })).toBe(
      'LimitExceeded: Cannot exceed quota for PoliciesPerUser: 10',
    );
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P0') });
  });

  it('must be well formed for their use', () => {
    const create = (PolicyDocument: string) => fails('CreatePolicy', { PolicyName: 'P', PolicyDocument });
    expect(create('{')).toBe('MalformedPolicyDocument: This policy contains invalid Json');
    expect(create(trust(ACCOUNT))).toMatch(/^MalformedPolicyDocument/);
    expect(
      create('{"Version":"2012-10-17","Statement":[{"Effect":"Permit","Action":"*","Resource":"*"}]}'),
    ).toMatch(/^MalformedPolicyDocument/);
    const role = (AssumeRolePolicyDocument: string) =>
      fails('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
    expect(role(read)).toMatch(/^MalformedPolicyDocument/);
    expect(role(trust(ACCOUNT).replace('"Action"', '"Resource":"*","Action"'))).toBe(
      'MalformedPolicyDocument: Has prohibited field Resource',
    );
  });
});

describe('principals of a trust policy', () => {
  const create = (AWS: string) => ({ RoleName: 'r', AssumeRolePolicyDocument: trust(AWS) });

  it.each([
    `arn:aws:iam::${ACCOUNT}:user/nobody`,
    `arn:aws:iam::${ACCOUNT}:role/nothing`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/nothing/session`,
    `arn:aws:iam::${ACCOUNT}:group/people`,
    `arn:aws:iam::${ACCOUNT}:user/*`,
    'AIDAAAAAAAAAAAAAAAAAA',
    'nonsense',
  ])('that are none: %s', (principal) => {
    expect(fails('CreateRole', create(principal))).toBe(
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${principal}"`,
    );
  });

  it.each([
    `arn:aws:iam::${ACCOUNT}:user/alice`,
    `arn:aws:iam::${ACCOUNT}:root`,
    'arn:aws:iam::999988887777:root',
    'arn:aws:iam::999988887777:role/vendor',
  ])('that are some, or live where we cannot look: %s', (principal) => {
    iam('CreateUser', { UserName: 'alice' });
    expect(iam('CreateRole', create(principal))).toMatchObject({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(trust(principal)).replaceAll('*', '%2A') },
    });
  });

  it('given as account id are shown as root ARN', () => {
    expect(iam('CreateRole', create(ACCOUNT))).toMatchObject({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(trust(`arn:aws:iam::${ACCOUNT}:root`)) },
    });
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

describe('simulation', () => {
  it('tells what the engine would decide, and what it would not', () => {
    rig.user(root, 'alice', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
        { Effect: 'Deny', Action: 'ec2:TerminateInstances', Resource: '*' },
      ],
    });
    const answer = iam<{ EvaluationResults: { EvalDecision: string }[] }>('SimulatePrincipalPolicy', {
      PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
      ActionNames: ['ec2:DescribeVpcs', 'ec2:TerminateInstances', 's3:ListAllMyBuckets'],
    });
    expect(answer.EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'allowed',
      'explicitDeny',
      'implicitDeny',
    ]);
    expect(answer.EvaluationResults[0]).toMatchObject({
      MatchedStatements: [{ SourcePolicyId: 'own (inline policy of user alice)' }],
    });
    const custom = (values: string[]) =>
      iam('SimulateCustomPolicy', {
        PolicyInputList: [
          JSON.stringify(allow('s3:GetObject', '*', { StringEquals: { 'aws:PrincipalTag/t': 'x' } })),
        ],
        ActionNames: ['s3:GetObject'],
        ContextEntries: [
          { ContextKeyName: 'aws:PrincipalTag/t', ContextKeyType: 'string', ContextKeyValues: values },
        ],
      });
    expect(custom(['x'])).toMatchObject({ EvaluationResults: [{ EvalDecision: 'allowed' }] });
    expect(custom(['y'])).toMatchObject({ EvaluationResults: [{ EvalDecision: 'implicitDeny' }] });
    expect(
      fails('SimulatePrincipalPolicy', {
        PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/bob`,
        ActionNames: ['s3:x'],
      }),
    ).toMatch(/^NoSuchEntity/);
  });
});
