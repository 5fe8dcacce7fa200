import { describe, expect, it } from 'vitest';
import { MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from './testing.ts';

const DAY = 86_400_000;

interface Shake {
  readonly Handshake: { readonly Id: string; readonly State: string };
}

const invite = (rig: OrganizationRig, Id = STRANGER, Type = 'ACCOUNT') =>
  rig.org<Shake>('InviteAccountToOrganization', { Target: { Id, Type } }).Handshake.Id;
const state = (rig: OrganizationRig, HandshakeId: string) =>
  rig.org<Shake>('DescribeHandshake', { HandshakeId }).Handshake.State;

describe('an invitation', () => {
  it('is accepted by the invited account alone, once', () => {
    const rig = new OrganizationRig();
    const HandshakeId = invite(rig);
    expect(rig.orgRefusal('AcceptHandshake', { HandshakeId })).toMatch(/^AccessDeniedException/);
    expect(rig.refusal(rig.member, 'organizations', 'AcceptHandshake', { HandshakeId })).toMatch(
      /^HandshakeNotFoundException/,
    );
    rig.call(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId });
    expect(rig.refusal(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId })).toMatch(
      /^HandshakeAlreadyInStateException/,
    );
    expect(rig.orgRefusal('CancelHandshake', { HandshakeId })).toMatch(/^InvalidHandshakeTransition/);
    expect(rig.org('DescribeAccount', { AccountId: STRANGER })['Account']).toMatchObject({
      JoinedMethod: 'INVITED',
    });
  });

  it('is declined by the one side and cancelled by the other, and can be sent again', () => {
    const rig = new OrganizationRig();
    const first = invite(rig);
    expect(
      rig.orgRefusal('InviteAccountToOrganization', { Target: { Id: STRANGER, Type: 'ACCOUNT' } }),
    ).toMatch(/^DuplicateHandshakeException/);
    rig.call(rig.stranger, 'organizations', 'DeclineHandshake', { HandshakeId: first });
    expect(state(rig, first)).toBe('DECLINED');
    const second = invite(rig);
    expect(rig.refusal(rig.stranger, 'organizations', 'CancelHandshake', { HandshakeId: second })).toMatch(
      /^AccessDenied/,
    );
    rig.org('CancelHandshake', { HandshakeId: second });
    expect(rig.refusal(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId: second })).toMatch(
      /^InvalidHandshakeTransition/,
    );
  });

  it('expires after 15 days and is forgotten 30 days later', () => {
    const rig = new OrganizationRig();
    const HandshakeId = invite(rig);
    rig.now += 15 * DAY;
    expect(rig.refusal(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId })).toMatch(
      /^InvalidHandshakeTransition/,
    );
    expect(state(rig, HandshakeId)).toBe('EXPIRED');
    rig.now += 31 * DAY;
    expect(rig.orgRefusal('DescribeHandshake', { HandshakeId })).toMatch(/^HandshakeNotFoundException/);
  });

  it('goes to an address, too, and to nobody who is in an organization or does not exist', () => {
    const rig = new OrganizationRig();
    invite(rig, `aws+${STRANGER}@example.com`, 'EMAIL');
    const refusal = (Id: string, Type = 'ACCOUNT') =>
      rig.orgRefusal('InviteAccountToOrganization', { Target: { Id, Type } });
    expect(refusal(MEMBER)).toMatch(/^HandshakeConstraintViolationException/);
    expect(refusal('333333333333')).toMatch(/^HandshakeConstraintViolationException/);
    expect(refusal('nobody@example.com', 'EMAIL')).toMatch(/^InvalidInputException/);
    expect(refusal('o-abcdefghij', 'ORGANIZATION')).toMatch(/^InvalidInputException/);
  });

  it('is listed on both sides', () => {
    const rig = new OrganizationRig();
    const HandshakeId = invite(rig);
    const ids = (answer: Record<string, unknown>) =>
      (answer['Handshakes'] as { Id: string }[]).map(({ Id }) => Id);
    expect(ids(rig.call(rig.stranger, 'organizations', 'ListHandshakesForAccount'))).toEqual([HandshakeId]);
    expect(ids(rig.org('ListHandshakesForOrganization'))).toContain(HandshakeId);
    const Filter = { ActionType: 'APPROVE_ALL_FEATURES' };
    expect(ids(rig.org('ListHandshakesForOrganization', { Filter }))).toEqual([]);
  });

  it('of an organization that is deleted is worth nothing', () => {
    const rig = new OrganizationRig();
    const HandshakeId = invite(rig);
    expect(rig.orgRefusal('DeleteOrganization')).toMatch(/^OrganizationNotEmptyException/);
    rig.call(rig.member, 'organizations', 'LeaveOrganization');
    rig.org('DeleteOrganization');
    expect(rig.refusal(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId })).toMatch(
      /^InvalidHandshakeTransition/,
    );
    expect(rig.orgRefusal('DescribeOrganization')).toMatch(/^AWSOrganizationsNotInUseException/);
    rig.org('CreateOrganization');
  });
});

describe('all features', () => {
  it('come when each invited account has approved and the management account has accepted', () => {
    const rig = new OrganizationRig('CONSOLIDATED_BILLING');
    const { Handshake: request } = rig.org<Shake>('EnableAllFeatures');
    expect(request.State).toBe('REQUESTED');
    expect(rig.orgRefusal('EnableAllFeatures')).toMatch(/^HandshakeConstraintViolationException/);
    expect(rig.orgRefusal('AcceptHandshake', { HandshakeId: request.Id })).toMatch(/^InvalidHandshakeTrans/);
    const { Handshakes } = rig.call<{ Handshakes: { Id: string; Action: string }[] }>(
      rig.member,
      'organizations',
      'ListHandshakesForAccount',
      { Filter: { ActionType: 'APPROVE_ALL_FEATURES' } },
    );
    const HandshakeId = Handshakes[0]?.Id;
    rig.call(rig.member, 'organizations', 'AcceptHandshake', { HandshakeId });
    expect(state(rig, request.Id)).toBe('OPEN');
    expect(rig.refusal(rig.member, 'organizations', 'AcceptHandshake', { HandshakeId: request.Id })).toMatch(
      /^HandshakeNotFoundException/,
    );
    rig.org('AcceptHandshake', { HandshakeId: request.Id });
    expect(rig.org('DescribeOrganization')['Organization']).toMatchObject({
      FeatureSet: 'ALL',
      MasterAccountId: MANAGEMENT,
    });
    rig.enable('SERVICE_CONTROL_POLICY');
  });
});
