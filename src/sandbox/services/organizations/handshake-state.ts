import type { World } from '../world.ts';
import type { Handshake, OrganizationsState } from './state.ts';
import { structureOf } from './structure.ts';

const DAY = 86_400_000;

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#min-max-handshakes */
export const INVITATION_MS = 15 * DAY;
export const ALL_FEATURES_MS = 90 * DAY;
const KEPT_MS = 30 * DAY;

export const isOpen = ({ state }: Handshake): boolean => state === 'OPEN' || state === 'REQUESTED';

/** Expiry and forgetting happen by themselves; a handshake that has ended is shown for 30 days. */
export class Handshakes {
  readonly #world: World;
  readonly #state: OrganizationsState;

  constructor(world: World, state: OrganizationsState) {
    this.#world = world;
    this.#state = state;
    world.timers.handle<{ id: string }>('organizations.expire', ({ id }, due) => {
      const handshake = state.handshakes.get(id);
      if (handshake !== undefined && isOpen(handshake)) this.end(handshake, 'EXPIRED', due);
    });
    world.timers.handle<{ id: string }>('organizations.forget-handshake', ({ id }, due) => {
      const parent = state.handshakes.get(state.handshakes.get(id)?.parentId ?? '');
      // An answer counts as long as what it answers is open.
      if (parent === undefined || !isOpen(parent)) state.handshakes.delete(id);
      else world.timers.at(due + KEPT_MS, 'organizations.forget-handshake', { id });
    });
    structureOf(world).onAccountMoved(({ accountId, from, to, now }) => {
      if (from !== undefined && to === undefined) this.#left(from.organizationId, accountId, now);
    });
  }

  add(handshake: Handshake): Handshake {
    this.#state.handshakes.set(handshake.id, handshake);
    this.#world.timers.at(handshake.expiresAt, 'organizations.expire', { id: handshake.id });
    return handshake;
  }

  end(handshake: Handshake, state: Handshake['state'], now: number): void {
    handshake.state = state;
    handshake.endedAt = now;
    this.#world.timers.at(now + KEPT_MS, 'organizations.forget-handshake', { id: handshake.id });
    if (handshake.action === 'ENABLE_ALL_FEATURES') this.#endDependents(handshake, now);
  }

  /** Is the organization on its way to all features? */
  enabling(organizationId: string): boolean {
    return this.of(organizationId).some((h) => isOpen(h) && h.action === 'ENABLE_ALL_FEATURES');
  }

  /**
   * Without the request there is nothing to approve; and "if you cancel the process to enable all features before the
   * account accepts the invitation, that invitation is canceled", as it promised all features.
   */
  #endDependents(request: Handshake, now: number): void {
    for (const other of this.of(request.organizationId)) {
      const promised = other.action === 'INVITE' && request.state !== 'ACCEPTED';
      if (isOpen(other) && (other.action === 'APPROVE_ALL_FEATURES' || promised))
        this.end(other, 'CANCELED', now);
    }
  }

  /**
   * The management account's request opens when every account that was asked and is still there has approved: one that
   * declined, let its approval expire, or had it cancelled has not.
   */
  approved({ action, parentId, organizationId }: Handshake): void {
    if (action !== 'APPROVE_ALL_FEATURES') return;
    const request = this.#state.handshakes.get(parentId ?? '');
    const all = this.of(organizationId).every(
      (h) => h.parentId !== parentId || h.state === 'ACCEPTED' || !this.#isMember(h),
    );
    if (request?.state === 'REQUESTED' && all) request.state = 'OPEN';
  }

  /** Whoever has left has no say any more. */
  #left(organizationId: string, accountId: string, now: number): void {
    for (const handshake of this.of(organizationId)) {
      if (handshake.accountId !== accountId || handshake.action !== 'APPROVE_ALL_FEATURES') continue;
      if (isOpen(handshake)) this.end(handshake, 'CANCELED', now);
      this.approved(handshake);
    }
  }

  #isMember({ accountId = '', organizationId }: Handshake): boolean {
    return this.#state.members.get(accountId)?.organization.id === organizationId;
  }

  /** Of an organization: sent by it. */
  of(organizationId: string): readonly Handshake[] {
    return [...this.#state.handshakes.values()].filter((h) => h.organizationId === organizationId);
  }
}
