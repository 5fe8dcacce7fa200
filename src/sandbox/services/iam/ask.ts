import type { RequestContext } from '../../../engine/index.ts';
import type { ManagedPolicy, Role, Tags, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { Tag } from '../../state/tags.ts';
import type { Authorization, Call } from '../../types.ts';
import { accountOf } from './find.ts';
import { findSubject } from './last-accessed.ts';

/**
 * What IAM operations ask the engine. Resources are those of the Service Authorization Reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 * What doesn't exist is asked for by the ARN it would have at the root path, so that a refusal doesn't tell whether
 * it exists.
 */
export class Ask {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Actions without a resource type. */
  any(action: string): readonly Authorization[] {
    return [{ action: `iam:${action}`, resource: '*' }];
  }

  /** List actions over a kind: `arn:…:role/` with the path prefix (as recorded denials show). */
  kind(action: string, call: Call, kind: string, pathPrefix = '/'): readonly Authorization[] {
    return this.#one(action, arnOf(call, kind, pathPrefix.startsWith('/') ? pathPrefix : `/${pathPrefix}`));
  }

  /** Something about to be made. */
  fresh(
    action: string,
    call: Call,
    kind: 'user' | 'role' | 'group' | 'policy' | 'mfa' | 'instance-profile',
    input: {
      readonly name: string;
      readonly path?: string | undefined;
      readonly tags?: readonly Tag[] | undefined;
    },
    context: RequestContext = {},
  ): readonly Authorization[] {
    const resource = arnOf(call, kind, `${input.path ?? '/'}${input.name}`);
    return this.made(action, resource, tagWords[kind], input.tags, context);
  }

  /**
   * Something about to be made, by its ARN. Who gives it tags needs the permission to tag, too: recorded denials of
   * CreateRole name iam:TagRole. unverified: for what isn't a role.
   */
  made(
    action: string,
    arn: string,
    tagWord: string,
    tags: readonly Tag[] | undefined,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const asked = requestTags(tags);
    const make = this.#one(action, arn, { ...asked, ...context });
    return tags?.length ? [...make, ...this.#one(`Tag${tagWord}`, arn, asked)] : make;
  }

  /** What a user or group is about to be called: what isn't changed stays, the path too. */
  renamed(
    action: string,
    call: Call,
    kind: 'user' | 'group',
    old: string,
    to: { readonly name: string | undefined; readonly path: string | undefined },
  ): readonly Authorization[] {
    const account = accountOf(this.#store, call);
    const now = kind === 'user' ? account.users.get(old) : account.groups.get(old);
    const path = to.path ?? now?.path;
    return this.fresh(action, call, kind, { name: to.name ?? now?.name ?? old, path });
  }

  user(
    action: string,
    call: Call,
    name: string | undefined,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const account = accountOf(this.#store, call);
    const { principal } = call.caller;
    const user =
      name !== undefined
        ? account.users.get(name)
        : principal.type === 'user'
          ? this.#store.users.get(principal.id)
          : undefined;
    if (user !== undefined) return this.#one(action, user.arn, { ...entityTags(user.tags), ...context });
    // The root user's own credentials are a resource of their own (the root-task policies name it).
    if (name === undefined && principal.type === 'root')
      return this.#one(action, arnOf(call, 'root', ''), context);
    const resource = name === undefined ? arnOf(call, 'user', '/') : arnOf(call, 'user', `/${name}`);
    return this.#one(action, resource, context);
  }

  /** For actions whose condition keys include iam:PermissionsBoundary: the boundary that the entity has now. */
  bounded(
    action: string,
    call: Call,
    kind: 'user' | 'role',
    name: string,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const account = accountOf(this.#store, call);
    const holder: User | Role | undefined =
      kind === 'user' ? account.users.get(name) : account.roles.get(name);
    const boundary = holder?.boundary && { 'iam:PermissionsBoundary': holder.boundary.arn };
    const both = { ...boundary, ...context };
    return kind === 'user' ? this.user(action, call, name, both) : this.role(action, call, name, both);
  }

  role(action: string, call: Call, name: string, context: RequestContext = {}): readonly Authorization[] {
    const role = accountOf(this.#store, call).roles.get(name);
    const resource = role?.arn ?? arnOf(call, 'role', `/${name}`);
    return this.#one(action, resource, { ...entityTags(role?.tags), ...context });
  }

  group(action: string, call: Call, name: string, context: RequestContext = {}): readonly Authorization[] {
    const group = accountOf(this.#store, call).groups.get(name);
    return this.#one(action, group?.arn ?? arnOf(call, 'group', `/${name}`), context);
  }

  policy(action: string, call: Call, arn: string, context: RequestContext = {}): readonly Authorization[] {
    const policy: ManagedPolicy | undefined = this.#store.policy(accountOf(this.#store, call), arn);
    return this.#one(action, arn, { ...resourceTags(policy?.tags), ...context });
  }

  mfa(
    action: string,
    call: Call,
    serialNumber: string,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const device = accountOf(this.#store, call).mfaDevices.get(serialNumber);
    return this.#one(action, serialNumber, { ...resourceTags(device?.tags), ...context });
  }

  profile(action: string, call: Call, name: string, context: RequestContext = {}): readonly Authorization[] {
    const profile = accountOf(this.#store, call).instanceProfiles.get(name);
    const resource = profile?.arn ?? arnOf(call, 'instance-profile', `/${name}`);
    return this.#one(action, resource, { ...resourceTags(profile?.tags), ...context });
  }

  /** A user, group, role or managed policy that is named by its ARN. */
  entity(action: string, call: Call, arn: string): readonly Authorization[] {
    const subject = findSubject(this.#store, accountOf(this.#store, call), arn);
    if (subject === undefined || subject.kind === 'group') return this.#one(action, arn);
    return this.#one(
      action,
      arn,
      subject.kind === 'policy' ? resourceTags(subject.tags) : entityTags(subject.tags),
    );
  }

  /** What else is named by its ARN. */
  arn(action: string, arn: string, tags?: Tags, context: RequestContext = {}): readonly Authorization[] {
    return this.#one(action, arn, { ...resourceTags(tags), ...context });
  }

  #one(action: string, resource: string, context: RequestContext = {}): readonly Authorization[] {
    return [{ action: `iam:${action}`, resource, context }];
  }
}

const arnOf = (call: Call, kind: string, rest: string): string =>
  `arn:aws:iam::${call.caller.accountId}:${kind}${rest}`;

const tagWords = {
  user: 'User',
  role: 'Role',
  // CreateGroup takes no tags.
  group: 'Group',
  policy: 'Policy',
  mfa: 'MFADevice',
  'instance-profile': 'InstanceProfile',
} as const;

function resourceTags(tags: Tags | undefined): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [key, value] of tags ?? []) context[`aws:ResourceTag/${key}`] = value;
  return context;
}

/** Users and roles, and they alone, have their tags under IAM's own key as well ("Resource types" of the reference). */
function entityTags(tags: Tags | undefined): RequestContext {
  const context = resourceTags(tags);
  for (const [key, value] of tags ?? []) context[`iam:ResourceTag/${key}`] = value;
  return context;
}

/** aws:RequestTag/… and aws:TagKeys of a call that sets tags. */
export function requestTags(tags: readonly Tag[] | undefined): RequestContext {
  if (tags === undefined || tags.length === 0) return {};
  const context: Record<string, string | readonly string[]> = {
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
  };
  for (const { Key = '', Value = '' } of tags) context[`aws:RequestTag/${Key}`] = Value;
  return context;
}
