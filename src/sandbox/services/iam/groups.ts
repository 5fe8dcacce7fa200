import type * as iam from '@aws-sdk/client-iam';
import { uniqueId } from '../../state/ids.ts';
import type { Group } from '../../state/model.ts';
import { NameMap } from '../../state/names.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import {
  accountOf,
  alreadyExists,
  checkQuota,
  conflict,
  findGroup,
  findUser,
  limitExceeded,
  noSuchEntity,
} from './find.ts';
import { groupShape, userSummary } from './shapes.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const GROUPS_PER_USER = 10;

const arnOf = (account: string, path: string, name: string): string =>
  `arn:aws:iam::${account}:group${path}${name}`;

export const groupOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateGroupRequest, iam.CreateGroupResponse>({
    name: 'CreateGroup',
    readOnly: false,
    authorize: ({ GroupName: name, Path: path }, call) =>
      ask.fresh('CreateGroup', call, 'group', { name, path }),
    handle: ({ GroupName: name, Path: path = '/' }, call) => {
      const account = accountOf(store, call);
      if (account.groups.has(name)) throw alreadyExists(`Group with name ${name} already exists.`);
      checkQuota('GroupsPerAccount', account.groups.size);
      const group: Group = {
        kind: 'group',
        accountId: account.id,
        name,
        path,
        arn: arnOf(account.id, path, name),
        id: uniqueId('AGPA', store.random),
        createdAt: call.now,
        inline: new NameMap(),
        attached: new Set(),
        members: new Set(),
      };
      account.groups.set(name, group);
      return { Group: groupShape(group) };
    },
  }),
  operation<iam.GetGroupRequest, iam.GetGroupResponse>({
    name: 'GetGroup',
    readOnly: true,
    authorize: ({ GroupName }, call) => ask.group('GetGroup', call, GroupName),
    handle: (input, call) => {
      const group = findGroup(store, call, input.GroupName);
      const { items, rest } = page([...group.members], input);
      return { Group: groupShape(group), Users: items.map(userSummary), ...rest };
    },
  }),
  operation<iam.ListGroupsRequest, iam.ListGroupsResponse>({
    name: 'ListGroups',
    readOnly: true,
    authorize: ({ PathPrefix }, call) => ask.kind('ListGroups', call, 'group', PathPrefix),
    handle: (input, call) => {
      const all = [...accountOf(store, call).groups].filter(({ path }) =>
        path.startsWith(input.PathPrefix ?? '/'),
      );
      const { items, rest } = page(all, input);
      return { Groups: items.map(groupShape), ...rest };
    },
  }),
  operation<iam.ListGroupsForUserRequest, iam.ListGroupsForUserResponse>({
    name: 'ListGroupsForUser',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('ListGroupsForUser', call, UserName),
    handle: (input, call) => {
      const { items, rest } = page([...findUser(store, call, input.UserName).groups], input);
      return { Groups: items.map(groupShape), ...rest };
    },
  }),
  operation<iam.AddUserToGroupRequest, object>({
    name: 'AddUserToGroup',
    readOnly: false,
    authorize: ({ GroupName }, call) => ask.group('AddUserToGroup', call, GroupName),
    handle: ({ GroupName, UserName }, call) => {
      const group = findGroup(store, call, GroupName);
      const user = findUser(store, call, UserName);
      if (!user.groups.has(group) && user.groups.size >= GROUPS_PER_USER) {
        throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${GROUPS_PER_USER}`);
      }
      group.members.add(user);
      user.groups.add(group);
      return {};
    },
  }),
  operation<iam.RemoveUserFromGroupRequest, object>({
    name: 'RemoveUserFromGroup',
    readOnly: false,
    authorize: ({ GroupName }, call) => ask.group('RemoveUserFromGroup', call, GroupName),
    handle: ({ GroupName, UserName }, call) => {
      const group = findGroup(store, call, GroupName);
      const user = findUser(store, call, UserName);
      if (!group.members.has(user)) throw noSuchEntity(`User ${UserName} is not in group ${GroupName}.`);
      group.members.delete(user);
      user.groups.delete(group);
      return {};
    },
  }),
  operation<iam.UpdateGroupRequest, object>({
    name: 'UpdateGroup',
    readOnly: false,
    authorize: ({ GroupName, NewGroupName, NewPath }, call) => [
      ...ask.group('UpdateGroup', call, GroupName),
      ...(NewGroupName === undefined && NewPath === undefined
        ? []
        : ask.renamed('UpdateGroup', call, 'group', GroupName, { name: NewGroupName, path: NewPath })),
    ],
    handle: ({ GroupName, NewGroupName, NewPath }, call) => {
      const group = findGroup(store, call, GroupName);
      const { groups, id } = accountOf(store, call);
      const taken = NewGroupName === undefined ? undefined : groups.get(NewGroupName);
      if (taken !== undefined && taken !== group) {
        throw alreadyExists(`Group with name ${NewGroupName} already exists.`);
      }
      groups.delete(group.name);
      group.name = NewGroupName ?? group.name;
      group.path = NewPath ?? group.path;
      group.arn = arnOf(id, group.path, group.name);
      groups.set(group.name, group);
      return {};
    },
  }),
  operation<iam.DeleteGroupRequest, object>({
    name: 'DeleteGroup',
    readOnly: false,
    authorize: ({ GroupName }, call) => ask.group('DeleteGroup', call, GroupName),
    handle: ({ GroupName }, call) => {
      const group = findGroup(store, call, GroupName);
      if (group.members.size > 0) throw conflict('Cannot delete entity, must remove users from group first.');
      if (group.attached.size > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (group.inline.size > 0) throw conflict('Cannot delete entity, must delete policies first.');
      accountOf(store, call).groups.delete(group.name);
      return {};
    },
  }),
];
