import {
  type Authorizer,
  compile,
  type NamedPolicy,
  type PolicySet,
  type RequestContext,
} from '../../../engine/index.ts';
import type { Group, Identity, Role, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { Caller } from '../../types.ts';
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
  /** Condition keys that are the same in each of the caller's requests. */
  readonly context: RequestContext;
}

/** Compiled views by caller. Callers are kept by their credentials, so an idle one's view is collected with it. */
export class CallerViews {
  readonly #views = new WeakMap<Caller, CallerView>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  of(caller: Caller): CallerView {
    const known = this.#views.get(caller);
    if (known?.generation === this.#store.generation) return known;
    const policies = policiesOf(caller, this.#store);
    const view: CallerView = {
      generation: this.#store.generation,
      policies,
      plain: compile(policies),
      withResource: new Map(),
      context: callerContext(caller, this.#store),
    };
    this.#views.set(caller, view);
    return view;
  }
}

/** The authorizer for a request to a resource that has a policy of its own (or has none). */
export function authorizerFor(view: CallerView, resource: NamedPolicy | undefined): Authorizer {
  if (resource === undefined) return view.plain;
  const known = view.withResource.get(resource.document);
  if (known !== undefined) return known;
  const authorizer = compile({ ...view.policies, resource });
  view.withResource.set(resource.document, authorizer);
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
        ...withBoundary(store.users.get(principal.issuerId), (user) =>
          [user, ...user.groups].flatMap(identityPolicies),
        ),
        session: session?.sessionPolicies ?? [],
      };
    case 'root':
      // Identity policies and boundaries don't limit the root user.
      return {};
    default:
      return { identity: [] };
  }
}

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
