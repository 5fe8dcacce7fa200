import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Authorization, Call, Operation } from '../../../types.ts';
import { type Input, operation } from '../../operation.ts';
import { checkPassable } from '../deploy/credentials.ts';
import { type Ask, requestTags } from './ask.ts';
import { begin, repeated } from './begin.ts';
import { nextDefinition } from './definition.ts';
import { invalid, invalidOperation } from './errors.ts';
import type { Redefinition, StackSet } from './model.ts';
import type { Room } from './room.ts';
import { isBusy } from './runner.ts';
import { scopeOf } from './scope.ts';
import { checkModel } from './set-operations.ts';
import { trailOf } from './trail.ts';

type Update = Input<cfn.UpdateStackSetInput>;

export const updateSetOperation = (room: Room, ask: Ask): Operation =>
  operation<cfn.UpdateStackSetInput, cfn.UpdateStackSetOutput>({
    name: 'UpdateStackSet',
    readOnly: false,
    authorize: (input, call) => questions(room, ask, input, call),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const again = repeated(set, input, call);
      if (again !== undefined) return { OperationId: again.id };
      const scope = wholeOrPart(room, set, input, call);
      const task = { kind: 'redefine' as const, change: changeOf(room, set, input, call) };
      return { OperationId: begin(room, set, call, input, { action: 'UPDATE', task, scope }) };
    },
    trail: trailOf,
  });

/** Everything, or accounts (or targets) and Regions; what is meant for new accounts concerns everything. */
function wholeOrPart(room: Room, set: StackSet, input: Update, call: Call) {
  const targeted = (input.Accounts?.length ?? 0) > 0 || input.DeploymentTargets !== undefined;
  const regions = (input.Regions?.length ?? 0) > 0;
  if (!targeted && !regions) return {};
  if (!targeted || !regions) throw invalid('You must specify both accounts and regions, or neither of them');
  if (input.AutoDeployment !== undefined) {
    throw invalid('If you specify AutoDeployment, do not specify DeploymentTargets or Regions');
  }
  return scopeOf(room, set, input, call, 'update');
}

function changeOf(room: Room, set: StackSet, input: Update, call: Call): Redefinition {
  const model = input.PermissionModel ?? set.permissionModel;
  if (model !== set.permissionModel && set.instances.size > 0) {
    throw invalid(
      'PermissionModel cannot be modified if there are stack instances associated with the stack set',
    );
  }
  checkModel(model, {
    ...input,
    AutoDeployment: input.AutoDeployment ?? (model === 'SERVICE_MANAGED' ? set.autoDeployment : undefined),
  });
  checkPassable(input.AdministrationRoleARN, set.accountId);
  const managedExecution = input.ManagedExecution?.Active;
  if (managedExecution !== undefined && managedExecution !== set.managedExecution && isBusy(set)) {
    throw invalidOperation(
      "You can't modify your StackSet's execution configuration while there are running or queued operations for that StackSet.",
    );
  }
  return {
    definition: nextDefinition(room.world, set, input, call),
    outdates:
      input.TemplateBody !== undefined || input.TemplateURL !== undefined || input.Parameters !== undefined,
    ...(input.AutoDeployment && { autoDeployment: input.AutoDeployment }),
    ...(managedExecution !== undefined && { managedExecution }),
    ...(model !== set.permissionModel && { permissionModel: model }),
  };
}

function questions(room: Room, ask: Ask, input: Update, call: Call): readonly Authorization[] {
  const set = room.peek(call, input.StackSetName, input.CallAs);
  const asked = [
    ...ask.operation(
      'UpdateStackSet',
      call,
      input,
      {
        ...(input.Accounts?.length && { accounts: input.Accounts }),
        ...(input.DeploymentTargets && { targets: input.DeploymentTargets }),
        ...(input.Regions?.length && { regions: input.Regions }),
      },
      {
        ...requestTags(input.Tags),
        'cloudformation:TemplateUrl': input.TemplateURL,
        'cloudformation:RoleArn': input.AdministrationRoleARN,
      },
    ),
  ];
  if (set === undefined) return asked;
  const before = new Map(set.definition.tags.map(({ Key, Value }) => [Key, Value]));
  const changed = (input.Tags ?? []).filter(({ Key = '', Value = '' }) => before.get(Key) !== Value);
  if (changed.length > 0) {
    asked.push(ask.tagging('TagResource', 'UpdateStackSet', call, set.arn, requestTags(changed)));
  }
  const kept = new Set(input.Tags?.map(({ Key }) => Key));
  const removed = input.Tags === undefined ? [] : [...before.keys()].filter((key) => !kept.has(key));
  if (removed.length > 0) {
    asked.push(ask.tagging('UntagResource', 'UpdateStackSet', call, set.arn, { 'aws:TagKeys': removed }));
  }
  if ((input.PermissionModel ?? set.permissionModel) === 'SELF_MANAGED') {
    asked.push(ask.administrationRole(call, input.AdministrationRoleARN));
  }
  return asked;
}
