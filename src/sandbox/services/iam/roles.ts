import type * as iam from '@aws-sdk/client-iam';
import { roleArn } from '../../../base/index.ts';
import { policySize, quotaOf } from '../../../policy/index.ts';
import { uniqueId } from '../../state/ids.ts';
import type { Role } from '../../state/model.ts';
import { NameMap } from '../../state/names.ts';
import type { Store } from '../../state/store.ts';
import { Trust } from '../../state/trust.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { setBoundary } from './boundaries.ts';
import {
  accountOf,
  alreadyExists,
  assertModifiable,
  checkQuota,
  conflict,
  findAttachable,
  findOwnRole,
  findRole,
  invalidInput,
  limitExceeded,
} from './find.ts';
import { isProtected } from './service-linked.ts';
import { roleShape, roleSummary } from './shapes.ts';
import { addTags } from './tag-rules.ts';

function saveTrust(text: string, store: Store): Trust {
  if (policySize(text) > quotaOf('trust')) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${quotaOf('trust')}`);
  }
  return Trust.save(text, store);
}

export const roleOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateRoleRequest, iam.CreateRoleResponse>({
    name: 'CreateRole',
    readOnly: false,
    authorize: ({ RoleName: name, Path: path, Tags: tags, PermissionsBoundary: boundary }, call) =>
      ask.fresh('CreateRole', call, 'role', { name, path, tags }, { 'iam:PermissionsBoundary': boundary }),
    handle: (input, call) => {
      const { RoleName: name, Path: path = '/' } = input;
      const account = accountOf(store, call);
      if (isProtected({ path })) {
        // unverified: code and words; that customers can't make roles there is documented.
        throw invalidInput(`The path ${path} is reserved for roles that AWS services create.`);
      }
      const trust = saveTrust(input.AssumeRolePolicyDocument, store);
      if (account.roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
      // "Service-linked roles count toward your IAM roles …. Only service-linked roles can exceed the limit":
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
      checkQuota('RolesPerAccount', account.roles.size);
      const boundary =
        input.PermissionsBoundary === undefined
          ? undefined
          : findAttachable(store, call, input.PermissionsBoundary);
      const role: Role = {
        kind: 'role',
        accountId: account.id,
        name,
        path,
        arn: roleArn('aws', account.id, name, path),
        id: uniqueId('AROA', store.random),
        createdAt: call.now,
        inline: new NameMap(),
        attached: new Set(),
        tags: new Map(),
        trust,
        ...(input.Description !== undefined && { description: input.Description }),
        maxSessionDuration: input.MaxSessionDuration ?? 3600,
        profiles: new Set(),
      };
      addTags(role.tags, input.Tags, 'one-key');
      setBoundary(role, boundary);
      account.roles.set(name, role);
      store.roles.set(role.id, role);
      const { RoleLastUsed: _, ...shape } = roleShape(role, store);
      return { Role: shape };
    },
  }),
  operation<iam.GetRoleRequest, iam.GetRoleResponse>({
    name: 'GetRole',
    readOnly: true,
    authorize: ({ RoleName }, call) => ask.bounded('GetRole', call, 'role', RoleName),
    handle: ({ RoleName }, call) => ({ Role: roleShape(findRole(store, call, RoleName), store) }),
  }),
  operation<iam.ListRolesRequest, iam.ListRolesResponse>({
    name: 'ListRoles',
    readOnly: true,
    authorize: ({ PathPrefix }, call) => ask.kind('ListRoles', call, 'role', PathPrefix),
    handle: (input, call) => {
      const all = [...accountOf(store, call).roles].filter((role) =>
        role.path.startsWith(input.PathPrefix ?? '/'),
      );
      const { items, rest } = page(all, input);
      return { Roles: items.map((role) => roleSummary(role, store)), ...rest };
    },
  }),
  operation<iam.UpdateRoleRequest, object>({
    name: 'UpdateRole',
    readOnly: false,
    authorize: ({ RoleName }, call) => ask.bounded('UpdateRole', call, 'role', RoleName),
    handle: ({ RoleName, Description, MaxSessionDuration }, call) => {
      const role = findRole(store, call, RoleName);
      // The description is all that customers may change of a service-linked role.
      if (MaxSessionDuration !== undefined) assertModifiable(role);
      // unverified: that a member left out keeps its value; the API reference doesn't say.
      if (Description !== undefined) role.description = Description;
      if (MaxSessionDuration !== undefined) role.maxSessionDuration = MaxSessionDuration;
      return {};
    },
  }),
  operation<iam.UpdateRoleDescriptionRequest, iam.UpdateRoleDescriptionResponse>({
    name: 'UpdateRoleDescription',
    readOnly: false,
    authorize: ({ RoleName }, call) => ask.bounded('UpdateRoleDescription', call, 'role', RoleName),
    handle: ({ RoleName, Description }, call) => {
      const role = findRole(store, call, RoleName);
      role.description = Description;
      return { Role: roleShape(role, store) };
    },
  }),
  operation<iam.UpdateAssumeRolePolicyRequest, object>({
    name: 'UpdateAssumeRolePolicy',
    readOnly: false,
    authorize: ({ RoleName }, call) => ask.bounded('UpdateAssumeRolePolicy', call, 'role', RoleName),
    handle: ({ RoleName, PolicyDocument }, call) => {
      const role = findOwnRole(store, call, RoleName);
      role.trust = saveTrust(PolicyDocument, store);
      return {};
    },
  }),
  operation<iam.DeleteRoleRequest, object>({
    name: 'DeleteRole',
    readOnly: false,
    authorize: ({ RoleName }, call) => ask.bounded('DeleteRole', call, 'role', RoleName),
    handle: ({ RoleName }, call) => {
      const role = findOwnRole(store, call, RoleName);
      if (role.attached.size > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (role.inline.size > 0) throw conflict('Cannot delete entity, must delete policies first.');
      if (role.profiles.size > 0) {
        throw conflict('Cannot delete entity, must remove roles from instance profile first.');
      }
      setBoundary(role, undefined);
      accountOf(store, call).roles.delete(role.name);
      store.roles.delete(role.id);
      return {};
    },
  }),
];
