import type * as iam from '@aws-sdk/client-iam';
import { userArn } from '../../../base/index.ts';
import { uniqueId } from '../../state/ids.ts';
import type { User } from '../../state/model.ts';
import { NameMap } from '../../state/names.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { setBoundary } from './boundaries.ts';
import {
  accountOf,
  alreadyExists,
  checkQuota,
  conflict,
  findAttachable,
  findUser,
  userOrSelf,
} from './find.ts';
import { userShape, userSummary } from './shapes.ts';
import { addTags } from './tag-rules.ts';

export const userOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateUserRequest, iam.CreateUserResponse>({
    name: 'CreateUser',
    readOnly: false,
    authorize: ({ UserName: name, Path: path, Tags: tags, PermissionsBoundary: boundary }, call) =>
      ask.fresh('CreateUser', call, 'user', { name, path, tags }, { 'iam:PermissionsBoundary': boundary }),
    handle: ({ UserName: name, Path: path = '/', Tags, PermissionsBoundary }, call) => {
      const account = accountOf(store, call);
      if (account.users.has(name)) throw alreadyExists(`User with name ${name} already exists.`);
      checkQuota('UsersPerAccount', account.users.size);
      const boundary =
        PermissionsBoundary === undefined ? undefined : findAttachable(store, call, PermissionsBoundary);
      const user: User = {
        kind: 'user',
        accountId: account.id,
        name,
        path,
        arn: userArn('aws', account.id, name, path),
        id: uniqueId('AIDA', store.random),
        createdAt: call.now,
        inline: new NameMap(),
        attached: new Set(),
        tags: new Map(),
        groups: new Set(),
        keys: new Map(),
        mfaDevices: new Map(),
      };
      addTags(user.tags, Tags, 'one-key');
      setBoundary(user, boundary);
      account.users.set(name, user);
      store.users.set(user.id, user);
      return { User: userShape(user) };
    },
  }),
  operation<iam.GetUserRequest, iam.GetUserResponse>({
    name: 'GetUser',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('GetUser', call, UserName),
    handle: ({ UserName }, call) => {
      const user = userOrSelf(store, call, UserName);
      if (user !== undefined) return { User: userShape(user) };
      const account = accountOf(store, call);
      return {
        User: {
          Path: '/',
          UserName: account.name ?? account.id,
          UserId: account.id,
          Arn: `arn:aws:iam::${account.id}:root`,
          CreateDate: new Date(account.createdAt),
        },
      };
    },
  }),
  operation<iam.ListUsersRequest, iam.ListUsersResponse>({
    name: 'ListUsers',
    readOnly: true,
    authorize: ({ PathPrefix }, call) => ask.kind('ListUsers', call, 'user', PathPrefix),
    handle: (input, call) => {
      const all = [...accountOf(store, call).users].filter((user) =>
        user.path.startsWith(input.PathPrefix ?? '/'),
      );
      const { items, rest } = page(all, input);
      return { Users: items.map(userSummary), ...rest };
    },
  }),
  operation<iam.UpdateUserRequest, object>({
    name: 'UpdateUser',
    readOnly: false,
    authorize: ({ UserName, NewUserName, NewPath }, call) => [
      ...ask.user('UpdateUser', call, UserName),
      // Both the old and the new ARN must be allowed (API reference of UpdateUser).
      ...(NewUserName === undefined && NewPath === undefined
        ? []
        : ask.renamed('UpdateUser', call, 'user', UserName, { name: NewUserName, path: NewPath })),
    ],
    handle: ({ UserName, NewUserName, NewPath }, call) => {
      const user = findUser(store, call, UserName);
      const { users, id } = accountOf(store, call);
      const taken = NewUserName === undefined ? undefined : users.get(NewUserName);
      if (taken !== undefined && taken !== user) {
        throw alreadyExists(`User with name ${NewUserName} already exists.`);
      }
      users.delete(user.name);
      user.name = NewUserName ?? user.name;
      user.path = NewPath ?? user.path;
      user.arn = userArn('aws', id, user.name, user.path);
      users.set(user.name, user);
      return {};
    },
  }),
  operation<iam.DeleteUserRequest, object>({
    name: 'DeleteUser',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('DeleteUser', call, UserName),
    handle: ({ UserName }, call) => {
      const user = findUser(store, call, UserName);
      if (user.attached.size > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (user.inline.size > 0) throw conflict('Cannot delete entity, must delete policies first.');
      if (user.groups.size > 0) throw conflict('Cannot delete entity, must remove users from group first.');
      if (user.keys.size > 0) throw conflict('Cannot delete entity, must delete access keys first.');
      if (user.login !== undefined) throw conflict('Cannot delete entity, must delete login profile first.');
      if (user.mfaDevices.size > 0) throw conflict('Cannot delete entity, must delete MFA device first.');
      setBoundary(user, undefined);
      accountOf(store, call).users.delete(user.name);
      store.users.delete(user.id);
      return {};
    },
  }),
];
