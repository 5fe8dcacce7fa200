import { ensureServiceLinkedRole } from '../iam/service-linked.ts';
import type { World } from '../world.ts';
import { addDefaultPolicies, attachDefaults, detach } from './default-policies.ts';
import { type Container, emptyOrganizations, type Member, type Organization } from './state.ts';
import { placeOf, structureOf } from './structure.ts';

export interface Joining {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly joinedMethod: Member['joinedMethod'];
  readonly tags?: ReadonlyMap<string, string>;
}

/** How accounts come into an organization, move in it, and leave it. Everybody who listens is told. */
export class Membership {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Puts an account below the root, where all new members begin. */
  join(
    organization: Organization,
    { accountId, name, email, joinedMethod, tags }: Joining,
    now: number,
  ): Member {
    const member: Member = {
      kind: 'account',
      id: accountId,
      organization,
      name,
      email,
      joinedMethod,
      joinedAt: now,
      status: 'ACTIVE',
      tags: new Map(tags),
      attached: new Set(),
      parent: organization.root,
    };
    organization.members.set(accountId, member);
    organization.root.accounts.add(member);
    this.#members().set(accountId, member);
    attachDefaults(organization, member);
    this.#link(organization, accountId, now);
    this.#tell({ accountId, to: placeOf(member), now });
    return member;
  }

  move(member: Member, to: Container, now: number): void {
    const from = placeOf(member);
    member.parent.accounts.delete(member);
    member.parent = to;
    to.accounts.add(member);
    member.movedAt = now;
    this.#tell({ accountId: member.id, from, to: placeOf(member), now });
  }

  leave(member: Member, now: number): void {
    const { organization, id: accountId } = member;
    const from = placeOf(member);
    for (const policy of [...member.attached]) detach(policy, member);
    for (const accounts of organization.delegated.values()) accounts.delete(accountId);
    member.parent.accounts.delete(member);
    organization.members.delete(accountId);
    this.#members().delete(accountId);
    this.#tell({ accountId, from, now });
  }

  /** Organization and accounts after the change to all features, which brings AWS's policies and roles. */
  enableAllFeatures(organization: Organization, now: number): void {
    organization.featureSet = 'ALL';
    addDefaultPolicies(organization);
    for (const accountId of organization.members.keys()) this.#link(organization, accountId, now);
  }

  /** "If you enabled all features …, AWS Organizations creates the service-linked role": API_AcceptHandshake.html */
  #link({ featureSet }: Organization, accountId: string, now: number): void {
    if (featureSet !== 'ALL') return;
    ensureServiceLinkedRole(this.#world.store, accountId, 'organizations.amazonaws.com', now);
  }

  #members(): Map<string, Member> {
    return this.#world.own('organizations', emptyOrganizations).members;
  }

  #tell(moved: Parameters<ReturnType<typeof structureOf>['tell']>[0]): void {
    // Listeners may ask the engine at once: what it knew of this account's policies and organization is out of date.
    this.#world.store.generation++;
    structureOf(this.#world).tell(moved);
  }
}
