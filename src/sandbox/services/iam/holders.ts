import type { RequestContext } from '../../../engine/index.ts';
import type { Identity } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { Authorization, Call } from '../../types.ts';
import type { Ask } from './ask.ts';
import { findGroup, findRole, findUser } from './find.ts';

/**
 * Users, roles and groups hold policies in the same way, with operations that differ in one word (`PutUserPolicy`,
 * `PutRolePolicy`, `PutGroupPolicy`) and one member (`UserName` …). What differs is here.
 */
export interface Holder {
  readonly word: 'User' | 'Role' | 'Group';
  find(store: Store, call: Call, input: HolderInput): Identity;
  /** For reads. */
  ask(ask: Ask, action: string, call: Call, input: HolderInput): readonly Authorization[];
  /** For writes, whose condition keys include iam:PermissionsBoundary; those of reads don't. */
  askToChange(
    ask: Ask,
    action: string,
    call: Call,
    input: HolderInput,
    context?: RequestContext,
  ): readonly Authorization[];
  /** Characters that all inline policies may have together: reference_iam-quotas.html. */
  readonly inlineQuota: number;
}

export interface HolderInput {
  readonly UserName?: string;
  readonly RoleName?: string;
  readonly GroupName?: string;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

export const holders: readonly Holder[] = [
  {
    word: 'User',
    find: (store, call, { UserName = '' }) => findUser(store, call, UserName),
    ask: (ask, action, call, { UserName = '' }) => ask.user(action, call, UserName),
    askToChange: (ask, action, call, { UserName = '' }, context) =>
      ask.bounded(action, call, 'user', UserName, context),
    inlineQuota: 2_048,
  },
  {
    word: 'Role',
    find: (store, call, { RoleName = '' }) => findRole(store, call, RoleName),
    ask: (ask, action, call, { RoleName = '' }) => ask.role(action, call, RoleName),
    askToChange: (ask, action, call, { RoleName = '' }, context) =>
      ask.bounded(action, call, 'role', RoleName, context),
    inlineQuota: 10_240,
  },
  {
    word: 'Group',
    find: (store, call, { GroupName = '' }) => findGroup(store, call, GroupName),
    ask: (ask, action, call, { GroupName = '' }) => ask.group(action, call, GroupName),
    askToChange: (ask, action, call, { GroupName = '' }, context) =>
      ask.group(action, call, GroupName, context),
    inlineQuota: 5_120,
  },
];
