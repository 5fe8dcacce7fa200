import type * as iam from '@aws-sdk/client-iam';
import { roleArn } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, findRole, invalidInput, noSuchEntity } from './find.ts';
import {
  makeServiceLinkedRole,
  nameTaken,
  serviceLinkedName,
  serviceLinkedTemplate,
} from './service-linked.ts';
import { roleShape } from './shapes.ts';
import { iamAccount } from './state.ts';

const PREFIX = '/aws-service-role/';
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_NAME = 64;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
export const serviceLinkedRoleOperations = (world: World, ask: Ask): readonly Operation[] => {
  const { store } = world;
  return [
    operation<iam.CreateServiceLinkedRoleRequest, iam.CreateServiceLinkedRoleResponse>({
      name: 'CreateServiceLinkedRole',
      readOnly: false,
      authorize: ({ AWSServiceName: service, CustomSuffix }, { caller }) => {
        const template = serviceLinkedTemplate(service);
        const name = template === undefined ? '*' : serviceLinkedName(template, CustomSuffix);
        return [
          {
            action: 'iam:CreateServiceLinkedRole',
            resource: roleArn('aws', caller.accountId, name, `${PREFIX}${service}/`),
            context: { 'iam:AWSServiceName': service },
          },
        ];
      },
      handle: ({ AWSServiceName: service, CustomSuffix: suffix, Description: description }, call) => {
        const template = serviceLinkedTemplate(service);
        if (template === undefined) {
          // unverified: the words.
          throw invalidInput(`Service role cannot be created for the service ${service}.`);
        }
        if (suffix !== undefined && template.suffix !== true)
          throw invalidInput(`Custom suffix is not allowed for ${service}`);
        const name = serviceLinkedName(template, suffix);
        // A longer one could never be named again. unverified: code and words.
        if (name.length > LONGEST_NAME)
          throw invalidInput(`Role name ${name} is longer than ${LONGEST_NAME} characters.`);
        if (accountOf(store, call).roles.has(name)) throw nameTaken(name);
        const role = makeServiceLinkedRole(store, call.caller.accountId, {
          service,
          now: call.now,
          suffix,
          description,
        });
        const { RoleLastUsed: _, ...shape } = roleShape(role, store);
        return { Role: shape };
      },
    }),
    operation<iam.DeleteServiceLinkedRoleRequest, iam.DeleteServiceLinkedRoleResponse>({
      name: 'DeleteServiceLinkedRole',
      readOnly: false,
      authorize: ({ RoleName }, call) => ask.role('DeleteServiceLinkedRole', call, RoleName),
      handle: ({ RoleName }, call) => {
        const role = findRole(store, call, RoleName);
        if (!role.path.startsWith(PREFIX)) {
          throw noSuchEntity(`The role with name ${RoleName} is not a service-linked role.`);
        }
        const { accountId } = call.caller;
        const service = role.path.slice(PREFIX.length, -1);
        const uses = world.linkedRoleUses.get(service)?.(accountId) ?? [];
        if (uses.length === 0) {
          for (const policy of role.attached) policy.attachedTo.delete(role);
          role.attached.clear();
          accountOf(store, call).roles.delete(role.name);
          store.roles.delete(role.id);
        }
        const id = `task${role.path}${role.name}/${uuid(store.random)}`;
        const task = { roleName: role.name, at: call.now, ...(uses.length > 0 && { uses }) };
        iamAccount(world, accountId).deletions.set(id, task);
        return { DeletionTaskId: id };
      },
    }),
    operation<iam.GetServiceLinkedRoleDeletionStatusRequest, iam.GetServiceLinkedRoleDeletionStatusResponse>({
      name: 'GetServiceLinkedRoleDeletionStatus',
      readOnly: true,
      authorize: ({ DeletionTaskId }, call) => {
        const [, , service = '', name = ''] = DeletionTaskId.split('/');
        const arn = roleArn('aws', call.caller.accountId, name, `${PREFIX}${service}/`);
        return ask.entity('GetServiceLinkedRoleDeletionStatus', call, arn);
      },
      handle: ({ DeletionTaskId }, { caller }) => {
        const task = iamAccount(world, caller.accountId).deletions.get(DeletionTaskId);
        if (task === undefined) throw noSuchEntity(`The deletion task ${DeletionTaskId} cannot be found.`);
        // Whether it is needed is known at once, so that a deletion has ended when it is asked for.
        const { roleName, uses } = task;
        if (uses === undefined) return { Status: 'SUCCEEDED' };
        return {
          Status: 'FAILED',
          Reason: {
            // unverified: the words.
            Reason: `${roleName} cannot be deleted: resources of its service still use it.`,
            RoleUsageList: uses.map(({ region: Region, resources }) => ({
              Region,
              Resources: [...resources],
            })),
          },
        };
      },
    }),
  ];
};
