import type * as iam from '@aws-sdk/client-iam';
import type { ManagedPolicy, Role, User } from '../../state/model.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { findAttachable, findOwnRole, findUser, noSuchEntity } from './find.ts';

/** Sets or takes away a permissions boundary, keeping the policy's own list of whom it bounds. */
export function setBoundary(holder: User | Role, policy: ManagedPolicy | undefined): void {
  holder.boundary?.boundaryOf.delete(holder);
  if (policy === undefined) delete holder.boundary;
  else {
    holder.boundary = policy;
    policy.boundaryOf.add(holder);
  }
}

function remove(holder: User | Role): object {
  if (holder.boundary === undefined) {
    throw noSuchEntity(`The ${holder.kind} with name ${holder.name} does not have a permissions boundary.`);
  }
  setBoundary(holder, undefined);
  return {};
}

export const boundaryOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.PutUserPermissionsBoundaryRequest, object>({
    name: 'PutUserPermissionsBoundary',
    readOnly: false,
    // The key holds the boundary to be set, so that a policy can demand a certain one.
    authorize: ({ UserName, PermissionsBoundary }, call) =>
      ask.user('PutUserPermissionsBoundary', call, UserName, {
        'iam:PermissionsBoundary': PermissionsBoundary,
      }),
    handle: ({ UserName, PermissionsBoundary }, call) => {
      setBoundary(findUser(store, call, UserName), findAttachable(store, call, PermissionsBoundary));
      return {};
    },
  }),
  operation<iam.DeleteUserPermissionsBoundaryRequest, object>({
    name: 'DeleteUserPermissionsBoundary',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.bounded('DeleteUserPermissionsBoundary', call, 'user', UserName),
    handle: ({ UserName }, call) => remove(findUser(store, call, UserName)),
  }),
  operation<iam.PutRolePermissionsBoundaryRequest, object>({
    name: 'PutRolePermissionsBoundary',
    readOnly: false,
    authorize: ({ RoleName, PermissionsBoundary }, call) =>
      ask.role('PutRolePermissionsBoundary', call, RoleName, {
        'iam:PermissionsBoundary': PermissionsBoundary,
      }),
    handle: ({ RoleName, PermissionsBoundary }, call) => {
      setBoundary(findOwnRole(store, call, RoleName), findAttachable(store, call, PermissionsBoundary));
      return {};
    },
  }),
  operation<iam.DeleteRolePermissionsBoundaryRequest, object>({
    name: 'DeleteRolePermissionsBoundary',
    readOnly: false,
    authorize: ({ RoleName }, call) => ask.bounded('DeleteRolePermissionsBoundary', call, 'role', RoleName),
    handle: ({ RoleName }, call) => remove(findOwnRole(store, call, RoleName)),
  }),
];
