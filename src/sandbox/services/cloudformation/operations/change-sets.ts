import type * as cfn from '@aws-sdk/client-cloudformation';
import { uuid } from '../../../state/ids.ts';
import { AwsError, type Call, type Operation } from '../../../types.ts';
import { type Input, operation } from '../../operation.ts';
import type { World } from '../../world.ts';
import { assumeServiceRole } from '../deploy/credentials.ts';
import { planChanges } from '../deploy/plan.ts';
import { prepareRecipe } from '../deploy/prepare.ts';
import { checkUpdatable, checkTypes as keepTypes, type Stacks } from '../engine.ts';
import type { ChangeSet, Stack } from '../model.ts';
import { stateOf } from '../state.ts';
import { invalid } from '../template/fail.ts';
import { readTemplate } from '../template/read.ts';
import { type Ask, passRole, requestContext } from './ask.ts';
import { changeSetShape, changeSetSummary, changeShape } from './change-set-shapes.ts';
import { actorOf, keepKnown, needStack, paged, parametersOf, tagsOf, templateText } from './input.ts';
import { checkTypes, optional } from './stacks.ts';
import { withoutValues } from './trail.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html */
export function changeSetOperations(world: World, ask: Ask, stacks: Stacks): readonly Operation[] {
  const state = stateOf(world);

  const create = (input: Input<cfn.CreateChangeSetInput>, call: Call): cfn.CreateChangeSetOutput => {
    const { ChangeSetName: name, ChangeSetType: type = 'UPDATE', StackName, Tags, ResourcesToImport } = input;
    // To ignore them would make of the change set something else than what was asked for.
    if (input.ImportExistingResources === true || input.DeploymentMode !== undefined) {
      const what = input.DeploymentMode === undefined ? 'ImportExistingResources' : 'DeploymentMode';
      throw invalid(`${what} is not supported by this sandbox`);
    }
    const existing = ask.find(StackName, call);
    const started = existing !== undefined && existing.status !== 'REVIEW_IN_PROGRESS';
    if (type === 'CREATE' && started) {
      throw new AwsError(
        'AlreadyExistsException',
        `Stack [${StackName}] already exists and cannot be created again with the changeSet [${name}].`,
      );
    }
    if (type === 'UPDATE' && existing === undefined) throw invalid(`Stack [${StackName}] does not exist`);
    if (type === 'UPDATE' && existing?.status === 'REVIEW_IN_PROGRESS') {
      throw invalid(`Stack:${existing.id} is in REVIEW_IN_PROGRESS state and can not be updated.`);
    }
    // What has been executed is no longer associated with the stack: its name is free.
    const taken = existing?.changeSets.some((one) => one.name === name && !isExecuted(one));
    if (taken === true) {
      throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
    }
    if (existing !== undefined && started) checkUpdatable(existing);
    const before = existing?.recipe;
    const template = templateText(world, call, input, before);
    checkTypes(template, input.ResourceTypes);
    const recipe = prepareRecipe({
      template,
      parameters: keepKnown(parametersOf(input.Parameters, before), input.Parameters, template),
      capabilities: input.Capabilities,
      tags: tagsOf(Tags) ?? before?.tags,
      notificationArns: input.NotificationARNs ?? before?.notificationArns,
    });
    const { accountId } = call.caller;
    if (input.RoleARN !== undefined) {
      assumeServiceRole(world, input.RoleARN, { accountId, region: call.region, now: call.now });
    }
    const imports = type === 'IMPORT' ? importsOf(ResourcesToImport, template) : undefined;
    // Everything that can be refused has been: from here on there is a stack and a change set.
    const target = existing ?? {
      accountId,
      region: call.region,
      stackName: StackName,
      now: call.now,
      actor: actorOf(call),
    };
    const stack = 'id' in target ? target : stacks.review(target);
    if (started) keepTypes(stack, recipe);
    const changeSet: ChangeSet = {
      id: `arn:aws:cloudformation:${call.region}:${accountId}:changeSet/${name}/${uuid(world.store.random)}`,
      name,
      type: type as ChangeSet['type'],
      createdAt: call.now,
      recipe,
      ...planned(stack, recipe, call.now, imports),
      ...optional({
        description: input.Description,
        roleArn: input.RoleARN,
        onFailure: input.OnStackFailure,
        imports,
      }),
    };
    stack.changeSets.push(changeSet);
    return { Id: changeSet.id, StackId: stack.id };
  };

  /** A change set that can't be computed, or that changes nothing, fails; the stack stays as it is. */
  const planned = (
    stack: Stack,
    recipe: ChangeSet['recipe'],
    now: number,
    imports: ChangeSet['imports'],
  ): Pick<ChangeSet, 'changes' | 'status' | 'executionStatus' | 'reason'> => {
    const failed = (reason: string) => ({
      changes: [],
      status: 'FAILED' as const,
      executionStatus: 'UNAVAILABLE' as const,
      reason,
    });
    try {
      const { changes, others } = planChanges(state, stack, recipe, now, imports);
      if (changes.length === 0 && !others) {
        return failed(
          "The submitted information didn't contain changes. Submit different information to create a change set.",
        );
      }
      const wrong = imports !== undefined && changes.find(({ action }) => action !== 'Import');
      if (wrong) {
        return failed(
          `As part of the import operation, you cannot modify or add [${wrong.action === 'Add' ? 'Resources' : wrong.logicalId}]`,
        );
      }
      return { changes, status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' };
    } catch (error) {
      if (error instanceof AwsError) return failed(error.message);
      throw error;
    }
  };

  const execute = (input: Input<cfn.ExecuteChangeSetInput>, call: Call): cfn.ExecuteChangeSetOutput => {
    const [stack, changeSet] = need(input, call);
    if (changeSet.executionStatus !== 'AVAILABLE') {
      throw new AwsError(
        'InvalidChangeSetStatus',
        changeSet.status === 'FAILED'
          ? `ChangeSet [${changeSet.id}] cannot be executed in its current status of [FAILED]`
          : `ChangeSet [${changeSet.id}] cannot be executed in its current execution status of [${changeSet.executionStatus}]`,
      );
    }
    if (stack.pending !== undefined) {
      throw invalid(`Stack [${stack.id}] is in ${stack.status} state and can not be updated.`);
    }
    const { recipe, type, imports } = changeSet;
    if (stack.status !== 'REVIEW_IN_PROGRESS') checkUpdatable(stack);
    const onFailure = changeSet.onFailure ?? (input.DisableRollback === true ? 'DO_NOTHING' : undefined);
    if (changeSet.roleArn !== undefined) stack.roleArn = changeSet.roleArn;
    stack.disableRollback = input.DisableRollback === true;
    if (type === 'UPDATE') stack.updatedAt = call.now;
    if (type === 'CREATE') {
      stack.recipe = recipe;
      const { description } = readTemplate(recipe.template);
      if (description !== undefined) stack.description = description;
    }
    changeSet.executionStatus = 'EXECUTE_COMPLETE';
    const kind = type === 'CREATE' ? 'create' : type === 'IMPORT' ? 'import' : 'update';
    const token = input.ClientRequestToken;
    stacks.begin(
      stack,
      { kind, actor: actorOf(call), recipe, ...optional({ onFailure, token, imports }) },
      `${type}_IN_PROGRESS`,
      call.now,
    );
    // A stack's executed change sets are gone once the stack has changed.
    stack.changeSets.splice(0, stack.changeSets.length, changeSet);
    return {};
  };

  const need = (
    { StackName, ChangeSetName }: { StackName?: string | undefined; ChangeSetName?: string | undefined },
    call: Call,
  ): readonly [Stack, ChangeSet] => {
    const byArn = ChangeSetName?.startsWith('arn:') === true;
    if (!byArn && StackName === undefined) {
      throw invalid('StackName must be specified if ChangeSetName is not specified as an ARN.');
    }
    const candidates = StackName === undefined ? [...state.stacks.values()] : [ask.find(StackName, call)];
    if (StackName !== undefined && candidates[0] === undefined) {
      throw invalid(`Stack [${StackName}] does not exist`);
    }
    for (const stack of candidates) {
      if (stack?.accountId !== call.caller.accountId) continue;
      if (stack.region !== call.region) continue;
      const found = stack.changeSets.findLast(
        (one) => one.name === ChangeSetName || one.id === ChangeSetName,
      );
      if (found !== undefined) return [stack, found];
    }
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${ChangeSetName}] does not exist`, 404);
  };

  /** The stack that a change set's ARN belongs to, for the question to the engine. */
  const stackOf = (
    input: { StackName?: string | undefined; ChangeSetName?: string | undefined },
    call: Call,
  ): string | undefined =>
    input.StackName ??
    [...state.stacks.values()].find(
      (stack) =>
        stack.accountId === call.caller.accountId &&
        stack.changeSets.some(({ id }) => id === input.ChangeSetName),
    )?.id;

  const asked = (
    action: string,
    input: { StackName?: string | undefined; ChangeSetName?: string | undefined },
    call: Call,
  ) => ask.stack(action, stackOf(input, call), call, { 'cloudformation:ChangeSetName': input.ChangeSetName });

  return [
    operation<cfn.CreateChangeSetInput, cfn.CreateChangeSetOutput>({
      name: 'CreateChangeSet',
      readOnly: false,
      authorize: (input, call) => [
        ...ask.stack('CreateChangeSet', input.StackName, call, requestContext(input)),
        ...passRole(input.RoleARN),
      ],
      trail: withoutValues,
      handle: create,
    }),
    operation<cfn.DescribeChangeSetInput, cfn.DescribeChangeSetOutput>({
      name: 'DescribeChangeSet',
      readOnly: true,
      authorize: (input, call) => asked('DescribeChangeSet', input, call),
      handle: (input, call) => {
        const [stack, changeSet] = need(input, call);
        const { items, ...rest } = paged(changeSet.changes, input.NextToken, 100);
        return { ...changeSetShape(stack, changeSet), Changes: items.map(changeShape), ...rest };
      },
    }),
    operation<cfn.ExecuteChangeSetInput, cfn.ExecuteChangeSetOutput>({
      name: 'ExecuteChangeSet',
      readOnly: false,
      authorize: (input, call) => asked('ExecuteChangeSet', input, call),
      handle: execute,
    }),
    operation<cfn.DeleteChangeSetInput, cfn.DeleteChangeSetOutput>({
      name: 'DeleteChangeSet',
      readOnly: false,
      authorize: (input, call) => asked('DeleteChangeSet', input, call),
      handle: (input, call) => {
        if (input.StackName !== undefined) needStack(ask, input.StackName, call);
        try {
          const [stack, changeSet] = need(input, call);
          stack.changeSets.splice(stack.changeSets.indexOf(changeSet), 1);
        } catch (error) {
          // Deleting what isn't there succeeds.
          if (!(error instanceof AwsError) || error.code !== 'ChangeSetNotFound') throw error;
        }
        return {};
      },
    }),
    operation<cfn.ListChangeSetsInput, cfn.ListChangeSetsOutput>({
      name: 'ListChangeSets',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('ListChangeSets', StackName, call),
      handle: ({ StackName, NextToken }, call) => {
        const stack = needStack(ask, StackName, call);
        const { items, ...rest } = paged(stack.changeSets, NextToken, 100);
        return { Summaries: items.map((one) => changeSetSummary(stack, one)), ...rest };
      },
    }),
  ];
}

const isExecuted = ({ executionStatus }: ChangeSet): boolean => executionStatus.startsWith('EXECUTE_');

/** Logical id → physical id. Imported resources must not be deleted with the first mistake: they need a policy. */
function importsOf(
  given: readonly cfn.ResourceToImport[] | undefined,
  template: string,
): Record<string, string> {
  if (given === undefined || given.length === 0) {
    throw invalid('You must specify ResourcesToImport for change sets of type IMPORT.');
  }
  const { resources } = readTemplate(template);
  return Object.fromEntries(
    given.map(({ LogicalResourceId: id = '', ResourceIdentifier: identifier, ResourceType }) => {
      const resource = resources.get(id);
      if (resource === undefined || resource.type !== ResourceType) {
        throw invalid(`Resource [${id}] of type ${ResourceType} is not in the template.`);
      }
      if (resource.deletionPolicy === undefined) {
        throw invalid(
          `Each resource to import must have a DeletionPolicy attribute in the template: [${id}]`,
        );
      }
      return [id, Object.values(identifier ?? {}).join('|')];
    }),
  );
}
