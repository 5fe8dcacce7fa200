import type * as cfn from '@aws-sdk/client-cloudformation';
import { uuid } from '../../../state/ids.ts';
import { type Authorization, AwsError, type Call, type Operation } from '../../../types.ts';
import { type Input, operation } from '../../operation.ts';
import { checkPassable } from '../deploy/credentials.ts';
import type { Stacks } from '../engine.ts';
import { type Ask, requestTags, setArn } from './ask.ts';
import { fingerprint } from './begin.ts';
import { firstDefinition } from './definition.ts';
import { inProgress, invalid } from './errors.ts';
import { listing } from './listing.ts';
import type { StackSet } from './model.ts';
import { nameKey, type Room } from './room.ts';
import { runningOperation } from './runner.ts';
import { accessOf } from './service-roles.ts';
import { setShape, setSummary } from './shapes.ts';
import { trailOf } from './trail.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_SETS = 1_000;

type Create = Input<cfn.CreateStackSetInput>;

export const setOperations = (room: Room, ask: Ask, stacks: Stacks): readonly Operation[] => [
  operation<cfn.CreateStackSetInput, cfn.CreateStackSetOutput>({
    name: 'CreateStackSet',
    readOnly: false,
    authorize: (input, call) => createQuestions(ask, input, call),
    handle: (input, call) => ({ StackSetId: create(room, stacks, input, call).id }),
    trail: trailOf,
  }),
  operation<cfn.DescribeStackSetInput, cfn.DescribeStackSetOutput>({
    name: 'DescribeStackSet',
    readOnly: true,
    authorize: (input, call) => ask.set('DescribeStackSet', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      return { StackSet: setShape(set, room.roles(set)) };
    },
  }),
  operation<cfn.ListStackSetsInput, cfn.ListStackSetsOutput>({
    name: 'ListStackSets',
    readOnly: true,
    authorize: () => ask.any('ListStackSets'),
    handle: (input, call) => {
      const owner = room.owner(call, input.CallAs);
      const delegated = input.CallAs === 'DELEGATED_ADMIN';
      const all = [...room.state.sets.values()].filter(
        (set) =>
          set.accountId === owner &&
          set.region === call.region &&
          (!delegated || set.permissionModel === 'SERVICE_MANAGED') &&
          (input.Status === undefined || set.status === input.Status),
      );
      const { items, rest } = listing(all, input);
      return { Summaries: items.map(setSummary), ...rest };
    },
  }),
  operation<cfn.DeleteStackSetInput, cfn.DeleteStackSetOutput>({
    name: 'DeleteStackSet',
    readOnly: false,
    authorize: (input, call) => ask.set('DeleteStackSet', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const running = runningOperation(set);
      if (running !== undefined) throw inProgress(set.arn, running.id);
      if (set.instances.size > 0) {
        throw new AwsError('StackSetNotEmptyException', 'StackSet is not empty', 409);
      }
      set.status = 'DELETED';
      set.operations.clear();
      set.targets.clear();
      room.state.names.delete(nameKey(set.accountId, set.region, set.name));
      return {};
    },
  }),
];

function createQuestions(ask: Ask, input: Create, call: Call): readonly Authorization[] {
  const context = {
    ...requestTags(input.Tags),
    'cloudformation:TemplateUrl': input.TemplateURL,
    'cloudformation:RoleArn': input.AdministrationRoleARN,
  };
  const questions = [...ask.any('CreateStackSet', context)];
  if (input.Tags?.length) {
    const arn = setArn(call.caller.accountId, call.region, `${input.StackSetName}:*`);
    questions.push(ask.tagging('TagResource', 'CreateStackSet', call, arn, requestTags(input.Tags)));
  }
  if (input.PermissionModel !== 'SERVICE_MANAGED') {
    questions.push(ask.administrationRole(call, input.AdministrationRoleARN));
  }
  return questions;
}

function create(room: Room, stacks: Stacks, input: Create, call: Call): StackSet {
  const { store } = room.world;
  const model = input.PermissionModel ?? 'SELF_MANAGED';
  checkModel(model, input);
  const accountId = room.owner(call, input.CallAs);
  checkPassable(input.AdministrationRoleARN, accountId);
  room.assertOperable({ permissionModel: model, accountId });
  const definition = firstDefinition(room.world, stacks, input, call);
  const request = fingerprint('CreateStackSet', input);
  const known = room.state.names.get(nameKey(accountId, call.region, input.StackSetName));
  if (known !== undefined) {
    const again = input.ClientRequestToken !== undefined && input.ClientRequestToken === known.token;
    if (again && request === known.request) return known;
    throw new AwsError('NameAlreadyExistsException', `StackSet ${input.StackSetName} already exists`, 409);
  }
  const many = [...room.state.names.values()].filter((set) => set.accountId === accountId).length;
  if (many >= MOST_SETS) {
    throw new AwsError('LimitExceededException', `Exceeded limit of ${MOST_SETS} stack sets`, 400);
  }
  if (model === 'SERVICE_MANAGED') accessOf(room.world, accountId);
  const id = `${input.StackSetName}:${uuid(store.random)}`;
  const set: StackSet = {
    id,
    name: input.StackSetName,
    arn: setArn(accountId, call.region, id),
    accountId,
    region: call.region,
    permissionModel: model,
    status: 'ACTIVE',
    definition,
    ...(input.AutoDeployment && { autoDeployment: input.AutoDeployment }),
    managedExecution: input.ManagedExecution?.Active === true,
    request,
    ...(input.ClientRequestToken !== undefined && { token: input.ClientRequestToken }),
    instances: new Map(),
    operations: new Map(),
    queue: [],
    targets: new Map(),
  };
  room.state.sets.set(set.arn, set);
  room.state.names.set(nameKey(accountId, call.region, set.name), set);
  return set;
}

/**
 * Which members belong to which permission model ("Valid only if the permissions model is …").
 * unverified: AWS's words.
 */
export function checkModel(
  model: string,
  input: Pick<Partial<Create>, 'AdministrationRoleARN' | 'ExecutionRoleName' | 'AutoDeployment' | 'CallAs'>,
): void {
  if (model === 'SERVICE_MANAGED') {
    if (input.AdministrationRoleARN !== undefined || input.ExecutionRoleName !== undefined) {
      throw invalid(
        'AdministrationRoleARN and ExecutionRoleName are not supported for SERVICE_MANAGED stack sets',
      );
    }
    if (input.AutoDeployment?.Enabled === undefined) {
      throw invalid('AutoDeployment must be specified for SERVICE_MANAGED stack sets');
    }
    const { Enabled, RetainStacksOnAccountRemoval } = input.AutoDeployment;
    if (!Enabled && RetainStacksOnAccountRemoval !== undefined) {
      throw invalid('RetainStacksOnAccountRemoval can be specified only if AutoDeployment is enabled');
    }
    if (Enabled && RetainStacksOnAccountRemoval === undefined) {
      throw invalid('RetainStacksOnAccountRemoval must be specified if AutoDeployment is enabled');
    }
    return;
  }
  if (input.AutoDeployment !== undefined) {
    throw invalid('AutoDeployment is not supported for SELF_MANAGED stack sets');
  }
  if (input.CallAs === 'DELEGATED_ADMIN') {
    throw invalid('CallAs DELEGATED_ADMIN is not supported for SELF_MANAGED stack sets');
  }
}
