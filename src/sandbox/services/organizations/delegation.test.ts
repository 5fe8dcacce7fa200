import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys } from '../testing.ts';
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

  it('learns nothing of tags, types and ids that it may not read', () => {
    const unit = rig.unit('Prod');
    rig.org('TagResource', { ResourceId: unit, Tags: [{ Key: 'tier', Value: 'secret' }] });
    rig.enable('SERVICE_CONTROL_POLICY');
    const scp = rig.policy('SERVICE', undefined, deny('s3:*'));
    const tagged = (value: string) => ({
      'aws:ResourceTag/tier': value,
    });
    const guess = (name: string, Condition: object) =>
      rig.user(rig.member, name, allow('organizations:*', '*', Condition));
    const right = guess('right', { StringEquals: tagged('secret') });
    const wrong = guess('wrong', { StringEquals: tagged('other') });
    const none = guess('none', { Null: { 'aws:ResourceTag/tier': 'true' } });
    const type = (name: string) => guess(name, { StringEquals: { 'organizations:PolicyType': name } });
    const words = (keys: Keys, operation: string, input: object) =>
      rig.refusal(keys, 'organizations', operation, input).replace(/user\/\w+/, 'user/x');
    for (const [operation, input] of [
      ['ListTagsForResource', { ResourceId: unit }],
      ['DescribeOrganizationalUnit', { OrganizationalUnitId: unit }],
      ['TagResource', { ResourceId: unit, Tags: [{ Key: 'x', Value: 'y' }] }],
      ['ListPoliciesForTarget', { TargetId: unit, Filter: 'TAG_POLICY' }],
    ] as const) {
      expect(words(right, operation, input)).toBe(words(wrong, operation, input));
      expect(words(none, operation, input)).toBe(DENIED);
    }
    const [isScp, isTagPolicy] = [type('SERVICE_CONTROL_POLICY'), type('TAG_POLICY')];
    for (const [operation, input] of [
      ['DescribePolicy', { PolicyId: scp }],
      ['AttachPolicy', { PolicyId: scp, TargetId: unit }],
    ] as const)
      expect(words(isScp, operation, input)).toBe(words(isTagPolicy, operation, input));
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

  it('can deny to a delegated administrator of a service what it might read', () => {
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: STACKSETS });
    rig.org('RegisterDelegatedAdministrator', { AccountId: MEMBER, ServicePrincipal: STACKSETS });
    const Principal = { AWS: `arn:aws:iam::${MEMBER}:root` };
    const Action = 'organizations:ListAccounts';
    put({ Effect: 'Deny', Principal, Action, Resource: '*' }, letMember(['organizations:CreatePolicy']));
    expect(memberRefusal('ListAccounts')).toContain('with an explicit deny in a resource-based policy');
    asMember('ListRoots');
    // What it allows is no grant to those who need none of it: the account's own policies still decide.
    const nobody = rig.user(rig.member, 'nobody');
    put(letMember(['organizations:ListAccounts']));
    expect(rig.refusal(nobody, 'organizations', 'ListAccounts')).toMatch(/^AccessDenied/);
    asMember('ListAccounts');
    put({ Effect: 'Deny', Principal: '*', Action, Resource: '*' });
    expect(memberRefusal('ListAccounts')).toMatch(/^AccessDenied/);
    rig.org('ListAccounts');
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
