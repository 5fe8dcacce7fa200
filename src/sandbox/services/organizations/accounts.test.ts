import { describe, expect, it } from 'vitest';
import { allow } from '../testing.ts';
import { MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from './testing.ts';

const DAY = 86_400_000;

interface Status {
  readonly CreateAccountStatus: {
    readonly Id: string;
    readonly State: string;
    readonly AccountId?: string;
    readonly FailureReason?: string;
  };
}

const create = (rig: OrganizationRig, more: object = {}) =>
  rig.org<Status>('CreateAccount', { AccountName: 'log', Email: 'log@corp.example', ...more })
    .CreateAccountStatus;
const status = (rig: OrganizationRig, CreateAccountRequestId: string) =>
  rig.org<Status>('DescribeCreateAccountStatus', { CreateAccountRequestId }).CreateAccountStatus;

describe('CreateAccount', () => {
  it('answers at once and makes the account later, below the root, with tags', () => {
    const rig = new OrganizationRig();
    const { Id, State } = create(rig, { Tags: [{ Key: 'team', Value: 'x' }] });
    expect([State, status(rig, Id).State]).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    rig.now += 1_000;
    const { AccountId = '' } = status(rig, Id);
    expect(AccountId).toMatch(/^\d{12}$/);
    expect(rig.org('DescribeAccount', { AccountId })['Account']).toMatchObject({
      Email: 'log@corp.example',
      Status: 'ACTIVE',
      JoinedMethod: 'CREATED',
      Paths: [`${rig.organizationId}/${rig.rootId}/${AccountId}/`],
    });
    expect(rig.org('ListTagsForResource', { ResourceId: AccountId })).toEqual({
      Tags: [{ Key: 'team', Value: 'x' }],
    });
  });

  it('gives the management account a role with all rights, and nobody else', () => {
    const rig = new OrganizationRig();
    const { accountId, admin } = rig.created('log');
    rig.iam(admin, 'CreateUser', { UserName: 'first' });
    const outsider = rig.user(rig.member, 'u', allow('sts:AssumeRole'));
    expect(
      rig.refusal(outsider, 'sts', 'AssumeRole', {
        RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
        RoleSessionName: 'xx',
      }),
    ).toMatch(/^AccessDenied/);
  });

  it('fails when the address is taken, and refuses reserved role names', () => {
    const rig = new OrganizationRig();
    create(rig);
    rig.now += 1_000;
    const { Id } = create(rig);
    rig.now += 1_000;
    expect(status(rig, Id)).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' });
    expect(
      rig.orgRefusal('CreateAccount', {
        AccountName: 'x',
        Email: 'x@y.example',
        RoleName: 'AWSServiceRoleForX',
      }),
    ).toMatch(/^InvalidInputException/);
    expect(rig.org('ListCreateAccountStatus', { States: ['FAILED'] })['CreateAccountStatuses']).toHaveLength(
      1,
    );
  });

  it('finishes however far the clock jumps', () => {
    const rig = new OrganizationRig();
    const { Id } = create(rig);
    rig.now += 400 * DAY;
    expect(status(rig, Id).State).toBe('SUCCEEDED');
  });

  it('is recorded without name and address, and its end as an event of the service', () => {
    const rig = new OrganizationRig();
    rig.created('secretname');
    const { Events } = rig.call<{ Events: { EventName: string; CloudTrailEvent: string }[] }>(
      rig.management,
      'cloudtrail',
      'LookupEvents',
    );
    const made = Events.filter(({ EventName }) => EventName.startsWith('CreateAccount'));
    expect(made.map(({ EventName }) => EventName).sort()).toEqual(['CreateAccount', 'CreateAccountResult']);
    for (const { CloudTrailEvent } of made) expect(CloudTrailEvent).not.toContain('secretname');
  });
});

describe('the service-linked role', () => {
  const names = (rig: OrganizationRig, keys = rig.member) =>
    (rig.iam(keys, 'ListRoles')['Roles'] as { RoleName: string }[]).map(({ RoleName }) => RoleName);

  it('comes to all accounts of an organization with all features', () => {
    const rig = new OrganizationRig();
    expect(names(rig)).toEqual(['AWSServiceRoleForOrganizations']);
    expect(names(rig, rig.management)).toEqual(['AWSServiceRoleForOrganizations']);
    expect(names(rig, rig.stranger)).toEqual([]);
  });

  it('is not there with consolidated billing, until all features are enabled', () => {
    const rig = new OrganizationRig('CONSOLIDATED_BILLING');
    expect(names(rig)).toEqual([]);
    rig.call(rig.member, 'organizations', 'LeaveOrganization');
    const { Handshake } = rig.org<{ Handshake: { Id: string } }>('EnableAllFeatures');
    rig.org('AcceptHandshake', { HandshakeId: Handshake.Id });
    expect(names(rig, rig.management)).toEqual(['AWSServiceRoleForOrganizations']);
  });
});

describe('an account', () => {
  it('cannot leave in its first four days when it was created, and can after', () => {
    const rig = new OrganizationRig();
    const { accountId: AccountId } = rig.created('log');
    expect(rig.orgRefusal('RemoveAccountFromOrganization', { AccountId })).toMatch(
      /^ConstraintViolationException/,
    );
    rig.now += 4 * DAY;
    rig.org('RemoveAccountFromOrganization', { AccountId });
    expect(rig.orgRefusal('DescribeAccount', { AccountId })).toMatch(/^AccountNotFoundException/);
  });

  it('that manages the organization can neither leave nor be closed', () => {
    const rig = new OrganizationRig();
    expect(rig.orgRefusal('LeaveOrganization')).toMatch(/^MasterCannotLeaveOrganizationException/);
    expect(rig.orgRefusal('RemoveAccountFromOrganization', { AccountId: MANAGEMENT })).toMatch(
      /^MasterCannotLeave/,
    );
    expect(rig.orgRefusal('CloseAccount', { AccountId: MANAGEMENT })).toMatch(/^ConstraintViolation/);
  });

  it('that is closed is out of service at once, suspended soon, and gone after 90 days', () => {
    const rig = new OrganizationRig();
    const { accountId: AccountId, admin } = rig.created('log');
    rig.org('CloseAccount', { AccountId });
    expect(() => rig.iam(admin, 'ListUsers')).toThrow('security token included in the request is invalid');
    const operator = rig.user(rig.management, 'late', allow('sts:AssumeRole'));
    const RoleArn = `arn:aws:iam::${AccountId}:role/OrganizationAccountAccessRole`;
    expect(rig.refusal(operator, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'xx' })).toMatch(
      /^AccessDenied/,
    );
    const state = () => (rig.org('DescribeAccount', { AccountId })['Account'] as { Status: string }).Status;
    expect(state()).toBe('PENDING_CLOSURE');
    expect(rig.orgRefusal('CloseAccount', { AccountId })).toMatch(/^ConflictException/);
    rig.now += 10_000;
    expect(state()).toBe('SUSPENDED');
    expect(rig.orgRefusal('CloseAccount', { AccountId })).toMatch(/^AccountAlreadyClosedException/);
    rig.now += 91 * DAY;
    expect(rig.orgRefusal('DescribeAccount', { AccountId })).toMatch(/^AccountNotFoundException/);
  });

  it('is closed three at a time at most', () => {
    const rig = new OrganizationRig();
    const ids = ['a', 'b', 'c', 'd'].map((name) => rig.created(name).accountId);
    for (const AccountId of ids.slice(0, 3)) rig.org('CloseAccount', { AccountId });
    expect(rig.orgRefusal('CloseAccount', { AccountId: ids[3] })).toMatch(/^ConstraintViolationException/);
    rig.now += 10_000;
    rig.org('CloseAccount', { AccountId: ids[3] });
  });

  it('moves from where it is to where there is a place, and nowhere else', () => {
    const rig = new OrganizationRig();
    const unit = rig.unit('prod');
    const move = (SourceParentId: string, DestinationParentId: string, AccountId = MEMBER) =>
      rig.orgRefusal('MoveAccount', { AccountId, SourceParentId, DestinationParentId });
    expect(move(unit, rig.rootId)).toMatch(/^SourceParentNotFoundException/);
    expect(move(rig.rootId, 'ou-abcd-12345678')).toMatch(/^DestinationParentNotFoundException/);
    expect(move(rig.rootId, rig.rootId)).toMatch(/^DuplicateAccountException/);
    expect(move(rig.rootId, unit, STRANGER)).toMatch(/^AccountNotFoundException/);
    rig.move(MEMBER, rig.rootId, unit);
    expect(rig.org('ListParents', { ChildId: MEMBER })).toEqual({
      Parents: [{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }],
    });
    expect(rig.orgRefusal('DeleteOrganizationalUnit', { OrganizationalUnitId: unit })).toMatch(
      /^OrganizationalUnitNotEmptyException/,
    );
  });
});
