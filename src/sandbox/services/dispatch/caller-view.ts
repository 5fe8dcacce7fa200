import {
  type Authorizer,
  compile,
  type NamedPolicy,
  type PolicySet,
  type RequestContext,
} from '../../../engine/index.ts';
import type { Group, Identity, Role, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { StoredPolicy } from '../../state/stored-policy.ts';
import type { Caller } from '../../types.ts';
import type { Levels, Structure } from '../organizations/structure.ts';
import { callerContext } from './context.ts';

/**
 * A caller with everything that the engine needs of it, compiled.
 * INVARIANT: valid for the store's generation it was made at only; `CallerViews` throws older ones away.
 */
export interface CallerView {
  readonly generation: number;
  readonly policies: PolicySet;
  readonly plain: Authorizer;
  /** Compiled together with a resource's own policy. */
  readonly withResource: Map<NamedPolicy['document'], Authorizer>;
  /** The same where RCPs limit the resource: by its account's RCPs, then by its own policy. */
  readonly withRcps: Map<Levels, Map<NamedPolicy['document'] | undefined, Authorizer>>;
  /** Condition keys that are the same in each of the caller's requests. */
  readonly context: RequestContext;
}

/** Compiled views by caller. Callers are kept by their credentials, so an idle one's view is collected with it. */
export class CallerViews {
  readonly #views = new WeakMap<Caller, CallerView>();
  readonly #store: Store;
  readonly #structure: Structure;

  constructor(store: Store, structure: Structure) {
    this.#store = store;
    this.#structure = structure;
  }

  of(caller: Caller): CallerView {
    const known = this.#views.get(caller);
    if (known?.generation === this.#store.generation) return known;
    const standing = this.#structure.standing(caller.accountId);
    const own = policiesOf(caller, this.#store);
    const policies = {
      ...own,
      ...(standing?.scps !== undefined && { scps: [...(own.scps ?? []), ...standing.scps] }),
    };
    const view: CallerView = {
      generation: this.#store.generation,
      policies,
      plain: compile(policies),
      withResource: new Map(),
      withRcps: new Map(),
      context: { ...callerContext(caller, this.#store), ...standing?.asPrincipal },
    };
    this.#views.set(caller, view);
    return view;
  }
}

/** The authorizer for a request to a resource with its own policy and the RCPs of its account, or with neither. */
export function authorizerFor(
  view: CallerView,
  resource: NamedPolicy | undefined,
  rcps: Levels | undefined,
): Authorizer {
  if (rcps === undefined) {
    if (resource === undefined) return view.plain;
    return kept(view.withResource, resource.document, () => compile({ ...view.policies, resource }));
  }
  let limited = view.withRcps.get(rcps);
  if (limited === undefined) {
    limited = new Map();
    view.withRcps.set(rcps, limited);
  }
  return kept(limited, resource?.document, () =>
    compile({ ...view.policies, rcps, ...(resource !== undefined && { resource }) }),
  );
}

function kept<K>(known: Map<K, Authorizer>, key: K, make: () => Authorizer): Authorizer {
  let authorizer = known.get(key);
  if (authorizer === undefined) {
    authorizer = make();
    known.set(key, authorizer);
  }
  return authorizer;
}

export function policiesOf({ principal, session }: Caller, store: Store): PolicySet {
  switch (principal.type) {
    case 'user':
      return withBoundary(store.users.get(principal.id), (user) =>
        [user, ...user.groups].flatMap(identityPolicies),
      );
    case 'role-session':
      return {
        ...withBoundary(store.roles.get(principal.roleId), identityPolicies),
        ...(session !== undefined &&
          session.sessionPolicies.length > 0 && { session: session.sessionPolicies }),
      };
    case 'federated-user':
      // Without a session policy a federated user may do nothing (GetFederationToken, "Permissions"): [] grants nothing.
      return {
        // As root itself isn't limited by identity policies, only the session policy limits whom it federates.
        // unverified: the user guide speaks of IAM users only, whose policies and the session's intersect.
        ...(principal.issuerId === principal.accountId
          ? { identity: [everything] }
          : withBoundary(store.users.get(principal.issuerId), (user) =>
              [user, ...user.groups].flatMap(identityPolicies),
            )),
        session: session?.sessionPolicies ?? [],
      };
    case 'root':
      // Identity policies and boundaries don't limit the root user. The task of an AssumeRoot session does: its policy
      // denies all else, and of the engine's layers only those of an organization are looked at for root.
      return session?.task === undefined ? {} : { scps: [[...session.sessionPolicies, everything]] };
    default:
      return { identity: [] };
  }
}

const all = new StoredPolicy(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
  'identity',
);

/** Allows all. Read when first asked for: most sandboxes end without. */
export const everything: NamedPolicy = {
  name: 'root user',
  get document() {
    return all.document;
  },
};

function withBoundary<T extends User | Role>(
  holder: T | undefined,
  identity: (holder: T) => readonly NamedPolicy[],
): PolicySet {
  if (holder === undefined) return { identity: [] };
  const boundary = holder.boundary && {
    name: holder.boundary.arn,
    document: currentDocument(holder.boundary),
  };
  return { identity: identity(holder), ...(boundary && { boundary }) };
}

/** Inline and attached policies of one user, group or role. */
function identityPolicies(holder: Identity | Group): NamedPolicy[] {
  const inline = [...holder.inline].map(({ name, policy }) => ({
    name: `${name} (inline policy of ${holder.kind} ${holder.name})`,
    document: policy.document,
  }));
  const attached = [...holder.attached].map((policy) => ({
    name: policy.arn,
    document: currentDocument(policy),
  }));
  return [...inline, ...attached];
}

function currentDocument(policy: {
  readonly versions: ReadonlyMap<string, { policy: { document: NamedPolicy['document'] } }>;
  readonly defaultVersion: string;
}): NamedPolicy['document'] {
  const version = policy.versions.get(policy.defaultVersion);
  // INVARIANT: the default version can't be deleted.
  if (version === undefined) throw new Error('a managed policy without its default version');
  return version.policy.document;
}
