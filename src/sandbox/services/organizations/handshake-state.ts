import type { World } from '../world.ts';
import type { Handshake, OrganizationsState } from './state.ts';

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
    world.timers.handle<{ id: string }>('organizations.forget-handshake', ({ id }) => {
      state.handshakes.delete(id);
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
  }

  /** Of an organization: sent by it. */
  of(organizationId: string): readonly Handshake[] {
    return [...this.#state.handshakes.values()].filter((h) => h.organizationId === organizationId);
  }
}
