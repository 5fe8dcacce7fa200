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
