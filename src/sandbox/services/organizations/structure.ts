import type { NamedPolicy, RequestContext } from '../../../engine/index.ts';
import type { World } from '../world.ts';
import { type Container, emptyOrganizations, type Member, type OrganizationsState } from './state.ts';

/** Where an account stands: the organization's id and the ids of root, OUs and direct parent, from the root down. */
export interface Place {
  readonly organizationId: string;
  readonly parents: readonly string[];
}

/** An account joined (`from` absent), moved, or left (`to` absent). Also told of accounts that CreateAccount makes. */
export interface AccountMoved {
  readonly accountId: string;
  readonly from?: Place;
  readonly to?: Place;
  /** Virtual time, ms. */
  readonly now: number;
}

/** Policies by level, from the root to the account. Identity counts: the same list while nothing changes. */
export type Levels = readonly (readonly NamedPolicy[])[];

/** What the organization adds to decisions about an account, as caller or as owner of a resource. */
export interface Standing {
  readonly organizationId: string;
  /** `o-…/r-…/ou-…/`, as aws:PrincipalOrgPaths and aws:ResourceOrgPaths have it. */
  readonly path: string;
  /** aws:PrincipalOrgID and the like, ready to be spread. */
  readonly asPrincipal: RequestContext;
  readonly asResource: RequestContext;
  readonly asSource: RequestContext;
  /** One entry a level, from the root to the account; undefined: not limited. */
  readonly scps?: Levels;
  readonly rcps?: Levels;
}

/** What other services may know of organizations, without a call. Reads only; answers are of this moment. */
export class Structure {
  readonly #state: OrganizationsState;
  readonly #listeners: ((moved: AccountMoved) => void)[] = [];
  readonly #standings = new Map<string, Standing | undefined>();
  #generation = -1;
  readonly #store: { readonly generation: number };

  constructor(state: OrganizationsState, store: { readonly generation: number }) {
    this.#state = state;
    this.#store = store;
  }

  /** `o-…`; undefined for a standalone account. */
  organizationOf(accountId: string): string | undefined {
    return this.#state.members.get(accountId)?.organization.id;
  }

  managementAccountOf(accountId: string): string | undefined {
    return this.#state.members.get(accountId)?.organization.managementAccountId;
  }

  /** Is it the management account of its organization? */
  isManagement(accountId: string): boolean {
    return this.managementAccountOf(accountId) === accountId;
  }

  place(accountId: string): Place | undefined {
    const member = this.#state.members.get(accountId);
    return member && placeOf(member);
  }

  /** `r-…`; undefined when there is no such organization. */
  rootOf(organizationId: string): string | undefined {
    return this.#state.organizations.get(organizationId)?.root.id;
  }

  /** Is it the root or an OU of this organization? */
  hasContainer(organizationId: string, id: string): boolean {
    return this.#container(organizationId, id) !== undefined;
  }

  /** Ids of all OUs below a root or OU, nested ones included, parents first; without itself. */
  unitsBelow(organizationId: string, id: string): readonly string[] {
    return unitsBelow(this.#container(organizationId, id)).map((unit) => unit.id);
  }

  /** Ids of the active accounts in a root or OU and in all OUs below it, the management account too. */
  accountsBelow(organizationId: string, id: string): readonly string[] {
    const top = this.#container(organizationId, id);
    if (top === undefined) return [];
    return [top, ...unitsBelow(top)].flatMap(({ accounts }) =>
      [...accounts].filter(({ status }) => status === 'ACTIVE').map((member) => member.id),
    );
  }

  isActive(accountId: string): boolean {
    return this.#state.members.get(accountId)?.status === 'ACTIVE';
  }

  /** Has the organization trusted access for a service (`member.org.stacksets.cloudformation.amazonaws.com`)? */
  trusts(organizationId: string, service: string): boolean {
    return this.#state.organizations.get(organizationId)?.trusted.has(service) === true;
  }

  /** Accounts registered as delegated administrators of a service. */
  delegatedAdministrators(organizationId: string, service: string): readonly string[] {
    return [...(this.#state.organizations.get(organizationId)?.delegated.get(service)?.keys() ?? [])];
  }

  /** Registered while services are made; called after the change, in order of registration. Listeners don't throw. */
  onAccountMoved(listener: (moved: AccountMoved) => void): void {
    this.#listeners.push(listener);
  }

  /** Only for the organizations service itself. */
  tell(moved: AccountMoved): void {
    for (const listener of this.#listeners) listener(moved);
  }

  /** undefined for a standalone account. Kept until the store's generation moves on. */
  standing(accountId: string): Standing | undefined {
    if (this.#generation !== this.#store.generation) {
      this.#standings.clear();
      this.#generation = this.#store.generation;
    }
    if (this.#standings.has(accountId)) return this.#standings.get(accountId);
    const member = this.#state.members.get(accountId);
    const standing = member && standingOf(member);
    // Only accounts of organizations are remembered: a caller can't grow this with made-up account ids.
    if (standing !== undefined) this.#standings.set(accountId, standing);
    return standing;
  }

  #container(organizationId: string, id: string): Container | undefined {
    const organization = this.#state.organizations.get(organizationId);
    return organization?.root.id === id ? organization.root : organization?.units.get(id);
  }
}

const structures = new WeakMap<OrganizationsState, Structure>();

/** The one reader of a cloud's organizations. */
export function structureOf(world: Pick<World, 'own' | 'store'>): Structure {
  const state = world.own('organizations', emptyOrganizations);
  const structure = structures.get(state) ?? new Structure(state, world.store);
  structures.set(state, structure);
  return structure;
}

/** Root first. */
export function chainOf(member: Member): readonly Container[] {
  const chain: Container[] = [];
  for (let at: Container | undefined = member.parent; at !== undefined; at = at.parent) chain.unshift(at);
  return chain;
}

export const placeOf = (member: Member): Place => ({
  organizationId: member.organization.id,
  parents: chainOf(member).map(({ id }) => id),
});

function unitsBelow(top: Container | undefined): readonly Container[] {
  return [...(top?.units ?? [])].flatMap((unit) => [unit, ...unitsBelow(unit)]);
}

function standingOf(member: Member): Standing {
  const { organization } = member;
  const chain = chainOf(member);
  const levels = (type: string) =>
    [...chain, member].map(({ attached }) =>
      [...attached].flatMap((policy) =>
        policy.type === type && policy.document !== undefined
          ? [{ name: `${policy.name} (${policy.id})`, document: policy.document.document }]
          : [],
      ),
    );
  const limited = (type: string) =>
    organization.enabledTypes.has(type) && organization.managementAccountId !== member.id;
  // RCPFullAWSAccess can't be detached: without another RCP on the path there is nothing to decide.
  const rcpsDeny = [...chain, member].some(({ attached }) =>
    [...attached].some(({ type, awsManaged }) => type === 'RESOURCE_CONTROL_POLICY' && !awsManaged),
  );
  const organizationId = organization.id;
  const path = `${[organizationId, ...chain.map(({ id }) => id)].join('/')}/`;
  return {
    organizationId,
    path,
    asPrincipal: { 'aws:PrincipalOrgID': organizationId, 'aws:PrincipalOrgPaths': [path] },
    asResource: { 'aws:ResourceOrgID': organizationId, 'aws:ResourceOrgPaths': [path] },
    asSource: { 'aws:SourceOrgID': organizationId, 'aws:SourceOrgPaths': [path] },
    ...(limited('SERVICE_CONTROL_POLICY') && { scps: levels('SERVICE_CONTROL_POLICY') }),
    ...(rcpsDeny && limited('RESOURCE_CONTROL_POLICY') && { rcps: levels('RESOURCE_CONTROL_POLICY') }),
  };
}
