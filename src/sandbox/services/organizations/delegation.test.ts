import { beforeEach, describe, expect, it } from 'vitest';
import { allow } from '../testing.ts';
import { deny, MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from './testing.ts';

const STACKSETS = 'member.org.stacksets.cloudformation.amazonaws.com';
const DENIED = "AccessDeniedException: You don't have permissions to access this resource.";

let rig: OrganizationRig;
beforeEach(() => {
  rig = new OrganizationRig();
});
const asMember = (operation: string, input: object = {}) =>
  rig.call(rig.member, 'organizations', operation, input);
const memberRefusal = (operation: string, input: object = {}) =>
  rig.refusal(rig.member, 'organizations', operation, input);

describe('a member account', () => {
  it('reads nothing but the organization itself until it is a delegated administrator', () => {
    asMember('DescribeOrganization');
    expect(memberRefusal('ListAccounts')).toBe(DENIED);
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: STACKSETS });
    rig.org('RegisterDelegatedAdministrator', { AccountId: MEMBER, ServicePrincipal: STACKSETS });
    asMember('ListAccounts');
    asMember('DescribeAccount', { AccountId: MANAGEMENT });
    expect(memberRefusal('CreateOrganizationalUnit', { Name: 'x', ParentId: rig.rootId })).toBe(DENIED);
    expect(memberRefusal('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: MEMBER })).toBe(DENIED);
    rig.org('DeregisterDelegatedAdministrator', { AccountId: MEMBER, ServicePrincipal: STACKSETS });
    expect(memberRefusal('ListAccounts')).toBe(DENIED);
  });

  it('outside of any organization is told so', () => {
    expect(rig.refusal(rig.stranger, 'organizations', 'ListAccounts')).toBe(
      'AWSOrganizationsNotInUseException: Your account is not a member of an organization.',
    );
  });

  it('needs its own permission too, and says which', () => {
    const nobody = rig.user(rig.member, 'nobody');
    expect(rig.refusal(nobody, 'organizations', 'DescribeOrganization')).toBe(
      `AccessDenied: User: arn:aws:iam::${MEMBER}:user/nobody is not authorized to perform: organizations:DescribeOrganization on resource: * because no identity-based policy allows the organizations:DescribeOrganization action`,
    );
  });
});

describe('delegated administrators', () => {
  const register = (AccountId: string, ServicePrincipal = STACKSETS) =>
    rig.orgRefusal('RegisterDelegatedAdministrator', { AccountId, ServicePrincipal });

  it('are registered for trusted services, and only members are', () => {
    expect(register(MEMBER)).toMatch(/^ConstraintViolationException: .*before you enabled service access/);
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: STACKSETS });
    expect(register(MANAGEMENT)).toMatch(/^ConstraintViolationException/);
    expect(register(STRANGER)).toMatch(/^AccountNotFoundException/);
    expect(register(MEMBER, 'nonsense')).toMatch(/^InvalidInputException/);
    rig.org('RegisterDelegatedAdministrator', { AccountId: MEMBER, ServicePrincipal: STACKSETS });
    expect(register(MEMBER)).toMatch(/^AccountAlreadyRegisteredException/);
    expect(
      rig.org('ListDelegatedServicesForAccount', { AccountId: MEMBER })['DelegatedServices'],
    ).toMatchObject([{ ServicePrincipal: STACKSETS }]);
    expect(rig.org('ListDelegatedAdministrators')['DelegatedAdministrators']).toMatchObject([{ Id: MEMBER }]);
  });

  it('keep trusted access from being disabled and their account from leaving', () => {
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: STACKSETS });
    rig.org('RegisterDelegatedAdministrator', { AccountId: MEMBER, ServicePrincipal: STACKSETS });
    expect(rig.orgRefusal('DisableAWSServiceAccess', { ServicePrincipal: STACKSETS })).toMatch(
      /^ConstraintViolationException/,
    );
    for (const operation of ['RemoveAccountFromOrganization', 'CloseAccount'])
      expect(rig.orgRefusal(operation, { AccountId: MEMBER })).toMatch(/^ConstraintViolationException/);
    expect(memberRefusal('LeaveOrganization')).toMatch(/^ConstraintViolationException/);
  });
});

describe('the resource policy', () => {
  const put = (...Statement: object[]) =>
    rig.org('PutResourcePolicy', { Content: JSON.stringify({ Version: '2012-10-17', Statement }) });
  const letMember = (Action: string[], more: object = {}) => ({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${MEMBER}:root` },
    Action,
    Resource: '*',
    ...more,
  });

  it('lets a member manage policies, of the kinds it names and no others', () => {
    put(
      letMember(['organizations:CreatePolicy'], {
        Condition: { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } },
      }),
    );
    const create = (Type: string, Content: string) => ({ Name: 'x', Description: '', Type, Content });
    asMember('CreatePolicy', create('TAG_POLICY', '{}'));
    const scp = JSON.stringify({ Version: '2012-10-17', Statement: [deny('s3:*')] });
    expect(memberRefusal('CreatePolicy', create('SERVICE_CONTROL_POLICY', scp))).toMatch(
      /^AccessDenied: User/,
    );
    expect(memberRefusal('ListAccounts')).toMatch(/^AccessDenied: User/);
    expect(memberRefusal('CreateAccount', { Email: 'a@b.example', AccountName: 'x' })).toBe(DENIED);
  });

  it('grants nothing that the caller’s own account does not allow', () => {
    put(letMember(['organizations:ListAccounts']));
    const reader = rig.user(rig.member, 'reader', allow('organizations:ListAccounts'));
    const nobody = rig.user(rig.member, 'nobody');
    rig.call(reader, 'organizations', 'ListAccounts');
    expect(rig.refusal(nobody, 'organizations', 'ListAccounts')).toMatch(/^AccessDenied/);
  });

  it('delegates no other actions, is the management account’s, and can be taken back', () => {
    for (const action of ['organizations:CloseAccount', '*', '*:*', 's3:*', 'iam:PassRole'])
      expect(() => put(letMember([action]))).toThrow("isn't supported");
    put(letMember(['organizations:Describe*', 'organizations:List*']));
    put(letMember(['organizations:ListRoots']));
    asMember('ListRoots');
    expect(memberRefusal('DeleteResourcePolicy')).toBe(DENIED);
    rig.org('DeleteResourcePolicy');
    expect(memberRefusal('ListRoots')).toBe(DENIED);
    expect(rig.orgRefusal('DescribeResourcePolicy')).toMatch(/^ResourcePolicyNotFoundException/);
  });
});
