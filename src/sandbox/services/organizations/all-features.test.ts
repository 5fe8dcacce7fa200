import { beforeEach, describe, expect, it } from 'vitest';
import { MEMBER, OrganizationRig, STRANGER } from './testing.ts';

const DAY = 86_400_000;
interface Shake {
  readonly Handshake: { readonly Id: string; readonly State: string };
}
interface Shakes {
  readonly Handshakes: readonly { readonly Id: string }[];
}

let rig: OrganizationRig;
let request: string;
beforeEach(() => {
  rig = new OrganizationRig('CONSOLIDATED_BILLING');
  rig.join(rig.stranger, STRANGER);
  request = rig.org<Shake>('EnableAllFeatures').Handshake.Id;
});

/** The handshake that asks an account for its approval. */
const asked = (who: 'member' | 'stranger'): string =>
  rig.call<Shakes>(rig[who], 'organizations', 'ListHandshakesForAccount', {
    Filter: { ActionType: 'APPROVE_ALL_FEATURES' },
  }).Handshakes[0]?.Id ?? '';
const answer = (who: 'member' | 'stranger', operation: string) =>
  rig.call(rig[who], 'organizations', operation, { HandshakeId: asked(who) });
const stateOfRequest = () => rig.org<Shake>('DescribeHandshake', { HandshakeId: request }).Handshake.State;

describe('the request for all features', () => {
  it('opens when all have approved', () => {
    answer('member', 'AcceptHandshake');
    expect(stateOfRequest()).toBe('REQUESTED');
    answer('stranger', 'AcceptHandshake');
    expect(stateOfRequest()).toBe('OPEN');
  });

  it('stays closed when one has declined, whoever approves later', () => {
    answer('stranger', 'DeclineHandshake');
    answer('member', 'AcceptHandshake');
    expect(stateOfRequest()).toBe('REQUESTED');
    expect(rig.orgRefusal('AcceptHandshake', { HandshakeId: request })).toMatch(/^InvalidHandshakeTrans/);
  });

  it('stays closed also when the refusal is so old that handshakes are forgotten', () => {
    answer('stranger', 'DeclineHandshake');
    rig.now += 31 * DAY;
    answer('member', 'AcceptHandshake');
    expect(stateOfRequest()).toBe('REQUESTED');
  });

  it('is not opened by the management account, which cancels an approval in the name of nobody', () => {
    rig.org('CancelHandshake', { HandshakeId: asked('stranger') });
    answer('member', 'AcceptHandshake');
    expect(stateOfRequest()).toBe('REQUESTED');
  });

  it('waits for nobody who has left', () => {
    answer('member', 'AcceptHandshake');
    const old = asked('stranger');
    rig.call(rig.stranger, 'organizations', 'LeaveOrganization');
    expect(stateOfRequest()).toBe('OPEN');
    expect(rig.refusal(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId: old })).toMatch(
      /^InvalidHandshakeTransition/,
    );
    rig.org('AcceptHandshake', { HandshakeId: request });
    expect(rig.org('DescribeAccount', { AccountId: MEMBER })['Account']).toMatchObject({ Id: MEMBER });
  });
});

describe('invitations around the request for all features', () => {
  const OTHER = '333333333333';
  const DAY_90 = 90 * DAY;
  const billing = () => {
    const fresh = new OrganizationRig('CONSOLIDATED_BILLING');
    fresh.account(OTHER);
    return fresh;
  };
  const invite = (Id = STRANGER) =>
    rig.org<Shake & { Handshake: { Resources: { Type: string; Value: string }[] } }>(
      'InviteAccountToOrganization',
      { Target: { Type: 'ACCOUNT', Id } },
    ).Handshake;
  const accept = (HandshakeId: string) =>
    rig.call(rig.stranger, 'organizations', 'AcceptHandshake', { HandshakeId });
  const stateOf = (HandshakeId: string) =>
    rig.org<Shake>('DescribeHandshake', { HandshakeId }).Handshake.State;
  const features = ({ Resources }: ReturnType<typeof invite>) =>
    JSON.stringify(Resources).match(/"ORGANIZATION_FEATURE_SET","Value":"(\w+)"/)?.[1];

  it('of before are cancelled: they promised consolidated billing only', () => {
    rig = billing();
    const old = invite();
    expect(features(old)).toBe('CONSOLIDATED_BILLING');
    rig.org('EnableAllFeatures');
    expect(stateOf(old.Id)).toBe('CANCELED');
    expect(() => accept(old.Id)).toThrow('handshake in its current state');
    expect(rig.refusal(rig.stranger, 'organizations', 'DescribeOrganization')).toMatch(/NotInUse/);
  });

  it('of the time between say all features, and whoever accepts them has agreed', () => {
    rig = billing();
    request = rig.org<Shake>('EnableAllFeatures').Handshake.Id;
    const fresh = invite();
    expect(features(fresh)).toBe('ALL');
    accept(fresh.Id);
    expect(stateOfRequest()).toBe('REQUESTED');
    answer('member', 'AcceptHandshake');
    expect(stateOfRequest()).toBe('OPEN');
    const open = invite(OTHER);
    rig.org('AcceptHandshake', { HandshakeId: request });
    expect(stateOf(open.Id)).toBe('OPEN');
  });

  it.each([
    ['cancelled', () => rig.org('CancelHandshake', { HandshakeId: request })],
    [
      'declined by the management account itself',
      () => rig.org('DeclineHandshake', { HandshakeId: request }),
    ],
    [
      'expired',
      () => {
        rig.now += DAY_90;
      },
    ],
  ])('of the time between are cancelled when the request is %s, like the approvals', (_how, end) => {
    rig = billing();
    rig.now = Date.parse('2026-01-01T00:00:00Z');
    request = rig.org<Shake>('EnableAllFeatures').Handshake.Id;
    const approval = asked('member');
    rig.now += 80 * DAY;
    const fresh = invite();
    rig.now -= 80 * DAY;
    end();
    expect(stateOf(fresh.Id)).toBe('CANCELED');
    expect(stateOf(approval)).toBe('CANCELED');
    expect(features(invite())).toBe('CONSOLIDATED_BILLING');
  });
});
