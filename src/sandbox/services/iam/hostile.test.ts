import { beforeEach, describe, expect, it } from 'vitest';
import type { StoreState } from '../../state/store.ts';
import { OrganizationRig } from '../organizations/testing.ts';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const VICTIM = '489157521585';
const OTHER = '657654036224';
const PASSWORD = 'Correct-Horse-7';

let rig: Rig;
let victim: Keys;
let other: Keys;

beforeEach(() => {
  rig = new Rig();
  victim = rig.account(VICTIM);
  other = rig.account(OTHER);
});

describe('a trusted user of another account whose path becomes a wildcard', () => {
  let mallory: Keys;
  const user = `arn:aws:iam::${OTHER}:user/mallory`;
  const Bucket = 'victims-bucket';

  beforeEach(() => {
    mallory = rig.user(other, 'mallory', allow('*'));
    const names = trust([user, `arn:aws:iam::${VICTIM}:root`]);
    rig.iam(victim, 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: names });
    rig.call(victim, 's3', 'CreateBucket', { Bucket });
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { AWS: user },
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${Bucket}`,
      },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    rig.call(victim, 's3', 'PutBucketPolicy', { Bucket, Policy });
    rig.iam(mallory, 'UpdateUser', { UserName: 'mallory', NewPath: '/*/' });
  });

  it("breaks neither the role's account nor who else is trusted", () => {
    expect(rig.iam(victim, 'ListRoles')).toMatchObject({ Roles: [{ RoleName: 'r' }] });
    expect(rig.iam(victim, 'GetAccountAuthorizationDetails')).toBeDefined();
    const friend = rig.user(victim, 'friend', allow('sts:AssumeRole'));
    const session = { RoleArn: `arn:aws:iam::${VICTIM}:role/r`, RoleSessionName: 'session' };
    expect(rig.sts(friend, 'AssumeRole', session)).toBeDefined();
    expect(rig.call(victim, 's3', 'ListObjectsV2', { Bucket })).toBeDefined();
  });

  it('is the same user still, and the only one', () => {
    const session = { RoleArn: `arn:aws:iam::${VICTIM}:role/r`, RoleSessionName: 'session' };
    expect(rig.sts(mallory, 'AssumeRole', session)).toBeDefined();
    expect(rig.call(mallory, 's3', 'ListObjectsV2', { Bucket })).toBeDefined();
    const eve = rig.user(other, 'eve', allow('*'));
    expect(rig.refusal(eve, 'sts', 'AssumeRole', session)).toMatch(/^AccessDenied/);
    rig.iam(other, 'UpdateUser', { UserName: 'mallory', NewPath: '/' });
    const { Role } = rig.iam<{ Role: { AssumeRolePolicyDocument: string } }>(victim, 'GetRole', {
      RoleName: 'r',
    });
    expect(decodeURIComponent(Role.AssumeRolePolicyDocument)).toContain(user);
  });

  it('may change its password where all users may, and see what it must be like', () => {
    rig.iam(other, 'UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true });
    rig.iam(other, 'CreateLoginProfile', { UserName: 'mallory', Password: PASSWORD });
    rig.iam(other, 'DeleteUserPolicy', { UserName: 'mallory', PolicyName: 'own' });
    rig.iam(mallory, 'ChangePassword', { OldPassword: PASSWORD, NewPassword: `${PASSWORD}x` });
    expect(rig.iam(mallory, 'GetAccountPasswordPolicy')).toMatchObject({
      PasswordPolicy: { AllowUsersToChangePassword: true },
    });
    rig.iam(other, 'UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: false });
    expect(rig.refusal(mallory, 'iam', 'GetAccountPasswordPolicy')).toMatch(/^AccessDenied/);
    expect(rig.refusal(mallory, 'iam', 'ListUsers')).toMatch(/^AccessDenied/);
  });
});

describe('a role with the name of a service-linked role', () => {
  const NAME = 'AWSServiceRoleForCloudFormationStackSetsOrgAdmin';
  const SERVICE = 'member.org.stacksets.cloudformation.amazonaws.com';

  it('is not taken for it: the members of the organization would trust it', () => {
    const org = new OrganizationRig();
    const create = { RoleName: NAME, AssumeRolePolicyDocument: trust('111111111111') };
    org.iam(org.management, 'CreateRole', create);
    expect(org.refusal(org.management, 'cloudformation', 'ActivateOrganizationsAccess')).toBe(
      `InvalidInput: Service role name ${NAME} has been taken in this account, please try a different suffix.`,
    );
    const trusted = () => JSON.stringify(org.org('ListAWSServiceAccessForOrganization')).includes(SERVICE);
    expect(trusted()).toBe(false);
    org.iam(org.management, 'DeleteRole', { RoleName: NAME });
    org.call(org.management, 'cloudformation', 'ActivateOrganizationsAccess');
    expect(trusted()).toBe(true);
    expect(org.iam(org.management, 'GetRole', { RoleName: NAME })).toMatchObject({
      Role: { Path: '/aws-service-role/stacksets.cloudformation.amazonaws.com/' },
    });
  });

  it('keeps nobody from joining an organization', () => {
    const org = new OrganizationRig();
    org.iam(org.stranger, 'CreateRole', {
      RoleName: 'AWSServiceRoleForOrganizations',
      AssumeRolePolicyDocument: trust('999999999999'),
    });
    org.join(org.stranger, '999999999999');
    expect(org.call(org.stranger, 'organizations', 'DescribeOrganization')).toBeDefined();
  });
});

describe('the root user', () => {
  it('names whose password it means, except in a session of AssumeRoot, which chooses none', () => {
    for (const operation of ['CreateLoginProfile', 'GetLoginProfile', 'DeleteLoginProfile']) {
      expect(rig.refusal(victim, 'iam', operation, { Password: PASSWORD })).toMatch(/^ValidationError/);
    }
    rig.iam(victim, 'CreateUser', { UserName: 'alice' });
    rig.iam(victim, 'CreateLoginProfile', { UserName: 'alice', Password: PASSWORD });
    const org = new OrganizationRig();
    org.org('EnableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' });
    org.iam(org.management, 'EnableOrganizationsRootCredentialsManagement');
    org.iam(org.management, 'EnableOrganizationsRootSessions');
    const admin = org.user(org.management, 'admin', allow('sts:AssumeRoot'));
    const { Credentials: root } = org.sts<{ Credentials: Keys }>(admin, 'AssumeRoot', {
      TargetPrincipal: '222222222222',
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword' },
    });
    expect(org.refusal(root, 'iam', 'CreateLoginProfile', { Password: PASSWORD })).toBe(
      'ValidationError: Password must be omitted in an AssumeRoot session.',
    );
    expect(org.iam(root, 'CreateLoginProfile')).toMatchObject({ LoginProfile: { UserName: 'root' } });
  });
});

describe("an organization's delegated administrator for IAM", () => {
  it('uses the central root access that the management account has enabled, and enables none', () => {
    const org = new OrganizationRig();
    const ServicePrincipal = 'iam.amazonaws.com';
    org.org('EnableAWSServiceAccess', { ServicePrincipal });
    org.org('RegisterDelegatedAdministrator', { AccountId: '222222222222', ServicePrincipal });
    for (const what of ['RootSessions', 'RootCredentialsManagement']) {
      expect(org.refusal(org.member, 'iam', `EnableOrganizations${what}`)).toMatch(
        /^CallerIsNotManagementAccount/,
      );
      org.iam(org.management, `EnableOrganizations${what}`);
    }
    expect(org.iam(org.member, 'ListOrganizationsFeatures')).toMatchObject({
      EnabledFeatures: ['RootCredentialsManagement', 'RootSessions'],
    });
    org.iam(org.member, 'DisableOrganizationsRootSessions');
  });
});

describe('names', () => {
  it('of MFA devices end where their serial numbers do, and what is refused has not been made', () => {
    const make = (length: number) => ({ VirtualMFADeviceName: 'x'.repeat(length) });
    for (const length of [227, 900, 5_000]) {
      expect(rig.refusal(victim, 'iam', 'CreateVirtualMFADevice', make(length))).toMatch(/^ValidationError/);
    }
    expect(rig.iam(victim, 'ListVirtualMFADevices')).toMatchObject({ VirtualMFADevices: [] });
    expect(rig.iam(victim, 'CreateVirtualMFADevice', make(226))).toMatchObject({
      VirtualMFADevice: { SerialNumber: expect.stringMatching(/^.{256}$/) },
    });
  });

  it('of users stay in their column of the credential report', () => {
    rig.iam(victim, 'CreateUser', { UserName: 'eve,true,true', Path: '/"a/' });
    rig.iam(victim, 'CreateUser', { UserName: 'plain' });
    rig.iam(victim, 'GenerateCredentialReport');
    const { Content } = rig.iam<{ Content: Uint8Array }>(victim, 'GetCredentialReport');
    const [, , eve, plain] = Buffer.from(Content).toString().split('\n');
    expect(eve).toMatch(
      /^"eve,true,true","arn:aws:iam::\d+:user\/""a\/eve,true,true",2026-11-23T09:00:00\+00:00,false,/,
    );
    expect(plain).toMatch(/^plain,arn:aws:iam::\d+:user\/plain,/);
  });

  it('of accounts are not the number of another one', () => {
    const alias = (AccountAlias: string) => ({ AccountAlias });
    expect(rig.refusal(victim, 'iam', 'CreateAccountAlias', alias(OTHER))).toMatch(/^ValidationError/);
    expect(rig.iam(victim, 'ListAccountAliases')).toMatchObject({ AccountAliases: [] });
    rig.iam(victim, 'CreateAccountAlias', alias(`${OTHER}0`));
  });
});

describe('the policy of a service-linked role', () => {
  it('is no boundary either', () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy';
    rig.iam(victim, 'CreateUser', { UserName: 'alice' });
    const input = { UserName: 'alice', PermissionsBoundary };
    const refused = 'PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.';
    expect(rig.refusal(victim, 'iam', 'PutUserPermissionsBoundary', input)).toBe(refused);
    expect(rig.refusal(victim, 'iam', 'CreateUser', { ...input, UserName: 'bob' })).toBe(refused);
    const fine = { UserName: 'alice', PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
    rig.iam(victim, 'PutUserPermissionsBoundary', fine);
  });
});

describe('quotas', () => {
  it('count service-linked roles, which alone may go beyond', () => {
    const create = (RoleName: string) => ({ RoleName, AssumeRolePolicyDocument: trust(VICTIM) });
    rig.iam(victim, 'CreateServiceLinkedRole', { AWSServiceName: 'rds.amazonaws.com' });
    for (let i = 1; i < 1_000; i++) rig.iam(victim, 'CreateRole', create(`r${i}`));
    expect(rig.refusal(victim, 'iam', 'CreateRole', create('more'))).toBe(
      'LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000',
    );
    rig.iam(victim, 'CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' });
    rig.iam(other, 'CreateRole', create('more'));
  });
});

it('an account has so many MFA devices and no more, until one goes', () => {
  const create = (VirtualMFADeviceName: string) =>
    rig.iam<{ VirtualMFADevice: { SerialNumber: string } }>(victim, 'CreateVirtualMFADevice', {
      VirtualMFADeviceName,
    }).VirtualMFADevice.SerialNumber;
  const SerialNumber = create('first');
  // As so many calls would leave it: each draws a QR code, and five thousand take seconds.
  const { store } = rig.cloud.save() as { store: StoreState };
  const devices = store.accounts.get(VICTIM)?.mfaDevices;
  const first = devices?.get(SerialNumber);
  if (devices === undefined || first === undefined) throw new Error('the device is not there');
  for (let n = 1; n < 4_999; n++) devices.set(`${SerialNumber}${n}`, first);
  create('last');
  expect(rig.refusal(victim, 'iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'more' })).toMatch(
    /^LimitExceeded/,
  );
  rig.iam(victim, 'DeleteVirtualMFADevice', { SerialNumber });
  create('more');
});
