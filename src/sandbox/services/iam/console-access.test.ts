import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '657654036224';
const PASSWORD = 'Correct-Horse-7';

let rig: Rig;
let root: Keys;
let alice: Keys;

const policy = (more: object = {}) => rig.iam(root, 'UpdateAccountPasswordPolicy', more);
const refused = (operation: string, input: object = {}, keys = root) =>
  rig.refusal(keys, 'iam', operation, input);
const login = (Password = PASSWORD) =>
  rig.iam(root, 'CreateLoginProfile', { UserName: 'alice', Password, PasswordResetRequired: true });
const change = (OldPassword: string, NewPassword: string) =>
  rig.iam(alice, 'ChangePassword', { OldPassword, NewPassword });
const cannot = (OldPassword: string, NewPassword: string) =>
  refused('ChangePassword', { OldPassword, NewPassword }, alice);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  alice = rig.user(root, 'alice');
});

describe('a login profile', () => {
  it('is made, read, changed and taken away; its user cannot be deleted while it is there', () => {
    const missing = 'NoSuchEntity: Login Profile for User alice cannot be found.';
    expect(refused('GetLoginProfile', { UserName: 'alice' })).toBe(missing);
    expect(login()).toMatchObject({ LoginProfile: { UserName: 'alice', PasswordResetRequired: true } });
    expect(refused('CreateLoginProfile', { UserName: 'alice', Password: PASSWORD })).toMatch(
      /^EntityAlreadyExists/,
    );
    rig.iam(root, 'UpdateLoginProfile', { UserName: 'alice', PasswordResetRequired: false });
    expect(rig.iam(root, 'GetLoginProfile', { UserName: 'alice' })).toMatchObject({
      LoginProfile: { PasswordResetRequired: false },
    });
    rig.iam(root, 'DeleteAccessKey', { UserName: 'alice', AccessKeyId: alice.AccessKeyId });
    expect(refused('DeleteUser', { UserName: 'alice' })).toBe(
      'DeleteConflict: Cannot delete entity, must delete login profile first.',
    );
    rig.iam(root, 'DeleteLoginProfile', { UserName: 'alice' });
    expect(refused('DeleteLoginProfile', { UserName: 'alice' })).toBe(missing);
    rig.iam(root, 'DeleteUser', { UserName: 'alice' });
  });

  it("must have a password that AWS's default takes, or the account's own policy", () => {
    for (const bad of ['Sh0rt-x', 'lowercaseonly', 'lower1234567']) {
      expect(refused('CreateLoginProfile', { UserName: 'alice', Password: bad })).toMatch(
        /^PasswordPolicyViolation/,
      );
    }
    policy({ MinimumPasswordLength: 6 });
    expect(login('simple')).toBeDefined();
    policy({ MinimumPasswordLength: 10, RequireSymbols: true, RequireNumbers: true });
    for (const bad of ['Abc-1', 'Abcdefghij1', 'Abcdefghij-']) {
      expect(refused('UpdateLoginProfile', { UserName: 'alice', Password: bad })).toMatch(
        /^PasswordPolicyViolation/,
      );
    }
    rig.iam(root, 'UpdateLoginProfile', { UserName: 'alice', Password: 'abcdefgh-1' });
  });
});

describe('ChangePassword', () => {
  it('needs permission, which the password policy can give, and which a deny takes away', () => {
    login();
    expect(cannot(PASSWORD, 'Another-Horse-8')).toMatch(/^AccessDenied: User: .* iam:ChangePassword/);
    policy({ AllowUsersToChangePassword: true });
    change(PASSWORD, 'Another-Horse-8');
    rig.iam(root, 'PutUserPolicy', {
      UserName: 'alice',
      PolicyName: 'deny',
      PolicyDocument: JSON.stringify(allow('*')).replace('Allow', 'Deny'),
    });
    expect(cannot('Another-Horse-8', PASSWORD)).toContain('explicit deny');
  });

  it('needs the old password, and is for users only', () => {
    login();
    policy({ AllowUsersToChangePassword: true });
    expect(cannot('wrong', 'Another-Horse-8')).toBe('AccessDenied: The old password was incorrect.');
    expect(refused('ChangePassword', { OldPassword: PASSWORD, NewPassword: 'Another-Horse-8' })).toMatch(
      /^InvalidUserType/,
    );
  });

  it('keeps former passwords from coming back, and expired ones from being changed under a hard expiry', () => {
    login();
    policy({
      AllowUsersToChangePassword: true,
      PasswordReusePrevention: 2,
      MaxPasswordAge: 30,
      HardExpiry: true,
    });
    change(PASSWORD, 'Second-2');
    expect(cannot('Second-2', PASSWORD)).toMatch(/^PasswordPolicyViolation/);
    expect(cannot('Second-2', 'Second-2')).toMatch(/^PasswordPolicyViolation/);
    change('Second-2', 'Third-3');
    change('Third-3', PASSWORD);
    rig.now += 30 * 86_400_000;
    expect(cannot(PASSWORD, 'Fourth-4')).toContain('expired');
  });

  it('leaves no password anywhere', () => {
    login();
    policy({ AllowUsersToChangePassword: true });
    change(PASSWORD, 'Another-Horse-8');
    cannot('Another-Horse-9', PASSWORD);
    rig.iam(root, 'UpdateLoginProfile', { UserName: 'alice', Password: 'Last-Horse-10' });
    const records = JSON.stringify(rig.cloud.takeRecords());
    expect(records).toContain('ChangePassword');
    expect(records).not.toMatch(/Horse/);
    const seen = new Set<unknown>();
    const state = JSON.stringify(rig.cloud.save(), (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value;
      if (seen.has(value)) return undefined;
      seen.add(value);
      return value instanceof Map || value instanceof Set ? [...value] : value;
    });
    expect(state).toContain('alice');
    expect(state).not.toMatch(/Horse/);
  });
});

describe("an account's password policy", () => {
  it('is replaced as a whole, and gone when deleted', () => {
    const none = `NoSuchEntity: The Password Policy with domain name ${ACCOUNT} cannot be found.`;
    expect(refused('GetAccountPasswordPolicy')).toBe(none);
    policy({ RequireSymbols: true, MaxPasswordAge: 90 });
    policy({ MinimumPasswordLength: 12 });
    expect(rig.iam(root, 'GetAccountPasswordPolicy')).toEqual({
      PasswordPolicy: {
        MinimumPasswordLength: 12,
        RequireSymbols: false,
        RequireNumbers: false,
        RequireUppercaseCharacters: false,
        RequireLowercaseCharacters: false,
        AllowUsersToChangePassword: false,
        ExpirePasswords: false,
      },
    });
    rig.iam(root, 'DeleteAccountPasswordPolicy');
    expect(refused('DeleteAccountPasswordPolicy')).toBe(none);
  });
});

describe('the credential report', () => {
  const report = () =>
    Buffer.from(rig.iam<{ Content: Uint8Array }>(root, 'GetCredentialReport').Content).toString();

  it('is there for four hours after it was generated', () => {
    expect(refused('GetCredentialReport')).toMatch(/^ReportNotPresent/);
    expect(rig.iam(root, 'GenerateCredentialReport')).toMatchObject({ State: 'STARTED' });
    expect(rig.iam(root, 'GenerateCredentialReport')).toEqual({ State: 'COMPLETE' });
    rig.now += 4 * 3_600_000;
    expect(refused('GetCredentialReport')).toMatch(/^ReportExpired/);
    expect(rig.iam(root, 'GenerateCredentialReport')).toMatchObject({ State: 'STARTED' });
    expect(report()).toContain('<root_account>');
  });

  it('tells of passwords, MFA devices and keys, one user a line', () => {
    login();
    policy({ MaxPasswordAge: 1 });
    rig.sts(alice, 'GetCallerIdentity');
    rig.iam(root, 'GenerateCredentialReport');
    const [head = '', ...rows] = report().split('\n');
    const row = rows.find((line) => line.startsWith('alice,'))?.split(',') ?? [];
    const of = (column: string) => row[head.split(',').indexOf(column)];
    expect(head.split(',')).toHaveLength(22);
    expect(row).toHaveLength(22);
    expect(of('password_enabled')).toBe('true');
    expect(of('password_next_rotation')).toBe('2026-11-24T09:00:00+00:00');
    expect(of('mfa_active')).toBe('false');
    expect(of('access_key_1_last_used_service')).toBe('sts');
    expect(of('access_key_2_active')).toBe('false');
  });
});
