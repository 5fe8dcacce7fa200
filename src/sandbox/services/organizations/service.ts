import type { World } from '../world.ts';
import { Ask } from './ask.ts';
import { Membership } from './membership.ts';
import { emptyOrganizations, type OrganizationsState } from './state.ts';

/** What the operations of this service share. */
export interface Service {
  readonly world: World;
  readonly state: OrganizationsState;
  readonly ask: Ask;
  readonly membership: Membership;
}

export function serviceOf(world: World): Service {
  const state = world.own('organizations', emptyOrganizations);
  return { world, state, ask: new Ask(state), membership: new Membership(world) };
}

/**
 * Name and address of an account's root user. The control interface makes accounts without an address: theirs is made
 * of the account id.
 */
export function ownerOf({ state, world }: Service, accountId: string): { name: string; email: string } {
  const known = state.owners.get(accountId);
  const { name = accountId } = world.store.account(accountId);
  return known ?? { name, email: `aws+${accountId}@example.com` };
}

/** The account with this address; undefined when nobody has it. */
export function accountByEmail({ state, world }: Service, email: string): string | undefined {
  const made = state.byEmail.get(email.toLowerCase());
  if (made !== undefined) return made;
  const id = /^aws\+(\d{12})@example\.com$/i.exec(email)?.[1] ?? '';
  return world.store.accounts.has(id) && !state.owners.has(id) ? id : undefined;
}

export function setOwner({ state }: Service, accountId: string, name: string, email: string): void {
  state.owners.set(accountId, { name, email });
  state.byEmail.set(email.toLowerCase(), accountId);
}
