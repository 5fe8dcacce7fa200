import { beforeEach, describe, expect, it } from 'vitest';
import { MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from '../organizations/testing.ts';
import { allow, type Keys } from '../testing.ts';
import { trailBucketPolicy } from './testing.ts';

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';
const ROLE = 'AWSServiceRoleForCloudTrail';

let rig: OrganizationRig;
beforeEach(() => {
  rig = new OrganizationRig();
  rig.org('EnableAWSServiceAccess', { ServicePrincipal: CLOUDTRAIL });
});
const register = (MemberAccountId = MEMBER, keys: Keys = rig.management) =>
  rig.call(keys, 'cloudtrail', 'RegisterOrganizationDelegatedAdmin', { MemberAccountId });
const refused = (MemberAccountId = MEMBER, keys: Keys = rig.management) =>
  rig.refusal(keys, 'cloudtrail', 'RegisterOrganizationDelegatedAdmin', { MemberAccountId });
const administrators = () =>
  rig
    .org<{ DelegatedAdministrators: { Id: string }[] }>('ListDelegatedAdministrators', {
      ServicePrincipal: CLOUDTRAIL,
    })
    .DelegatedAdministrators.map(({ Id }) => Id);
const linked = (): boolean =>
  rig
    .iam<{ Roles: { RoleName: string }[] }>(rig.management, 'ListRoles')
    .Roles.some(({ RoleName }) => RoleName === ROLE);
const makeOrganizationTrail = (keys: Keys) => {
  const arn = `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/all`;
  const folders = [`AWSLogs/${MANAGEMENT}`, `AWSLogs/${rig.organizationId}`];
  const Bucket = 'organization-trail';
  rig.call(rig.management, 's3', 'CreateBucket', { Bucket });
  const Policy = trailBucketPolicy(Bucket, arn, folders);
  rig.call(rig.management, 's3', 'PutBucketPolicy', { Bucket, Policy });
  const input = { Name: 'all', S3BucketName: Bucket, IsOrganizationTrail: true };
  return rig.call(keys, 'cloudtrail', 'CreateTrail', input)['TrailARN'];
};

describe('CloudTrail’s delegated administrator', () => {
  it('is registered with Organizations, makes the organization’s trail, and is taken off again', () => {
    register();
    expect(administrators()).toEqual([MEMBER]);
    expect(makeOrganizationTrail(rig.member)).toBe(`arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/all`);
    rig.call(rig.member, 'cloudtrail', 'StartLogging', {
      Name: `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/all`,
    });
    rig.call(rig.management, 'cloudtrail', 'DeregisterOrganizationDelegatedAdmin', {
      DelegatedAdminAccountId: MEMBER,
    });
    expect(administrators()).toEqual([]);
    const Name = `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/all`;
    expect(rig.refusal(rig.member, 'cloudtrail', 'StopLogging', { Name })).toMatch(
      /^NotOrganizationManagementAccountException/,
    );
  });

  it('is refused in CloudTrail’s words', () => {
    expect(refused(MANAGEMENT)).toMatch(/^CannotDelegateManagementAccountException/);
    expect(refused(STRANGER)).toMatch(/^AccountNotFoundException/);
    expect(refused(MEMBER, rig.member)).toMatch(/^NotOrganizationManagementAccountException/);
    expect(refused(MEMBER, rig.stranger)).toMatch(/^OrganizationsNotInUseException/);
    const input = { DelegatedAdminAccountId: MEMBER };
    expect(rig.refusal(rig.management, 'cloudtrail', 'DeregisterOrganizationDelegatedAdmin', input)).toMatch(
      /^AccountNotRegisteredException/,
    );
    register();
    expect(refused()).toMatch(/^AccountRegisteredException/);
  });

  it('needs trusted access', () => {
    rig.org('DisableAWSServiceAccess', { ServicePrincipal: CLOUDTRAIL });
    expect(refused()).toMatch(/^CloudTrailAccessNotEnabledException/);
  });

  it('comes three at most', () => {
    for (const id of ['333333333331', '333333333332', '333333333333']) rig.join(rig.account(id), id);
    for (const id of ['333333333331', '333333333332', '333333333333']) register(id);
    expect(refused()).toMatch(/^DelegatedAdminAccountLimitExceededException/);
  });

  it('is made by who has the permissions in IAM and Organizations too', () => {
    const own = 'cloudtrail:RegisterOrganizationDelegatedAdmin';
    const one = rig.user(rig.management, 'one', allow([own]));
    expect(refused(MEMBER, one)).toMatch(/^InsufficientIAMAccessPermissionException/);
    const two = rig.user(rig.management, 'two', allow([own, 'iam:CreateServiceLinkedRole']));
    expect(refused(MEMBER, two)).toMatch(/^InsufficientDependencyServiceAccessPermissionException/);
    expect(linked()).toBe(false);
    const actions = [own, 'iam:CreateServiceLinkedRole', 'organizations:RegisterDelegatedAdministrator'];
    register(MEMBER, rig.user(rig.management, 'three', allow(actions)));
    expect(linked()).toBe(true);
    const none = rig.user(rig.management, 'none');
    expect(refused(MEMBER, none)).toMatch(/^AccessDenied.*RegisterOrganizationDelegatedAdmin/);
  });
});

describe('the service-linked role of the management account', () => {
  it('comes with the first organization trail', () => {
    const actions = ['cloudtrail:CreateTrail', 's3:*'];
    const one = rig.user(rig.management, 'one', allow(actions));
    expect(() => makeOrganizationTrail(one)).toThrow(/service-linked role/);
    expect(linked()).toBe(false);
    rig.call(rig.management, 's3', 'DeleteBucketPolicy', { Bucket: 'organization-trail' });
    rig.call(rig.management, 's3', 'DeleteBucket', { Bucket: 'organization-trail' });
    makeOrganizationTrail(
      rig.user(rig.management, 'two', allow([...actions, 'iam:CreateServiceLinkedRole'])),
    );
    expect(linked()).toBe(true);
  });

  it('does not come by a registration with Organizations, nor by what the administrator does', () => {
    rig.org('RegisterDelegatedAdministrator', { AccountId: MEMBER, ServicePrincipal: CLOUDTRAIL });
    makeOrganizationTrail(rig.member);
    expect(linked()).toBe(false);
  });
});
