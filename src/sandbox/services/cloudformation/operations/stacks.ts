import type * as cfn from '@aws-sdk/client-cloudformation';
import { AwsError, type Call, type Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import type { World } from '../../world.ts';
import { assumeServiceRole, SERVICE } from '../deploy/credentials.ts';
import { checkDeletable, checkRetained } from '../deploy/deletable.ts';
import { readStackPolicy } from '../deploy/stack-policy.ts';
import type { Stacks } from '../engine.ts';
import type { Stack } from '../model.ts';
import { resourceType } from '../resources/registry.ts';
import { forgetStack, stateOf } from '../state.ts';
import { invalid } from '../template/fail.ts';
import { readTemplate } from '../template/read.ts';
import { type Ask, passRole, requestContext } from './ask.ts';
import { actorOf, keepKnown, needStack, parametersOf, tagsOf, templateText, textAt } from './input.ts';
import { withoutValues } from './trail.ts';

const LARGEST_POLICY = 16_384;

/** CreateStack, UpdateStack, DeleteStack and what bears on them. */
export function stackOperations(world: World, ask: Ask, stacks: Stacks): readonly Operation[] {
  const state = stateOf(world);
  const policyOf = (
    call: Parameters<typeof textAt>[1],
    body: string | undefined,
    url: string | undefined,
  ) => {
    if (body !== undefined && url !== undefined) {
      throw invalid('You cannot specify both StackPolicyBody and StackPolicyURL');
    }
    const text = url === undefined ? body : textAt(world, call, url, 'StackPolicyURL', LARGEST_POLICY);
    if (text !== undefined) readStackPolicy(text);
    return text;
  };
  /** The role that this operation and all later ones use. */
  const takeRole = (stack: Stack, roleArn: string | undefined, { now }: Call): void => {
    if (roleArn === undefined) return;
    assumeServiceRole(world, roleArn, { accountId: stack.accountId, region: stack.region, now });
    stack.roleArn = roleArn;
  };
  return [
    operation<cfn.CreateStackInput, cfn.CreateStackOutput>({
      name: 'CreateStack',
      readOnly: false,
      authorize: (input, call) => [
        ...ask.stack('CreateStack', input.StackName, call, requestContext(input)),
        ...passRole(input.RoleARN),
      ],
      trail: withoutValues,
      handle: (input, call) => {
        const { StackName: stackName, ClientRequestToken: token, OnFailure: onFailure } = input;
        if (onFailure !== undefined && input.DisableRollback !== undefined) {
          throw invalid('You can specify either DisableRollback or OnFailure, but not both.');
        }
        const known = ask.find(stackName, call);
        if (known !== undefined) {
          if (token !== undefined && known.tokens.get(token) === 'create') return { StackId: known.id };
          throw new AwsError('AlreadyExistsException', `Stack [${stackName}] already exists`);
        }
        const template = templateText(world, call, input);
        checkTypes(template, input.ResourceTypes);
        const policy = policyOf(call, input.StackPolicyBody, input.StackPolicyURL);
        const stack = stacks.deploy({
          accountId: call.caller.accountId,
          region: call.region,
          stackName,
          template,
          parameters: parametersOf(input.Parameters),
          actor: actorOf(call),
          now: call.now,
          ...optional({
            capabilities: input.Capabilities,
            tags: tagsOf(input.Tags),
            roleArn: input.RoleARN,
            onFailure,
            notificationArns: input.NotificationARNs,
            disableRollback: input.DisableRollback,
            timeoutMinutes: input.TimeoutInMinutes,
            terminationProtection: input.EnableTerminationProtection,
            policy,
            token,
          }),
        });
        if (token !== undefined) stack.tokens.set(token, 'create');
        return { StackId: stack.id };
      },
    }),
    operation<cfn.UpdateStackInput, cfn.UpdateStackOutput>({
      name: 'UpdateStack',
      readOnly: false,
      authorize: (input, call) => [
        ...ask.stack('UpdateStack', input.StackName, call, requestContext(input)),
        ...passRole(input.RoleARN),
      ],
      trail: withoutValues,
      handle: (input, call) => {
        const stack = needStack(ask, input.StackName, call);
        const { ClientRequestToken: token } = input;
        if (token !== undefined && stack.tokens.get(token) === 'update') return { StackId: stack.id };
        const { recipe } = stack;
        const template = templateText(world, call, input, recipe);
        checkTypes(template, input.ResourceTypes);
        const during = policyOf(call, input.StackPolicyDuringUpdateBody, input.StackPolicyDuringUpdateURL);
        const policy = policyOf(call, input.StackPolicyBody, input.StackPolicyURL);
        const parameters = keepKnown(parametersOf(input.Parameters, recipe), input.Parameters, template);
        stacks.deploy({
          accountId: stack.accountId,
          region: stack.region,
          stackName: stack.name,
          template,
          parameters,
          actor: actorOf(call),
          now: call.now,
          // Left out, the topics and tags stay as they are.
          notificationArns: input.NotificationARNs ?? recipe?.notificationArns ?? [],
          tags: tagsOf(input.Tags) ?? recipe?.tags ?? [],
          ...optional({
            capabilities: input.Capabilities,
            roleArn: input.RoleARN,
            disableRollback: input.DisableRollback,
            token,
            policyDuringUpdate: during,
          }),
        });
        if (policy !== undefined) stack.policy = policy;
        if (token !== undefined) stack.tokens.set(token, 'update');
        return { StackId: stack.id };
      },
    }),
    operation<cfn.DeleteStackInput, object>({
      name: 'DeleteStack',
      readOnly: false,
      authorize: (input, call) => [
        ...ask.stack('DeleteStack', input.StackName, call, { 'cloudformation:RoleArn': input.RoleARN }),
        ...passRole(input.RoleARN),
      ],
      handle: (input, call) => {
        const stack = input.StackName === undefined ? undefined : ask.find(input.StackName, call);
        // Deleting what isn't there succeeds.
        if (stack === undefined || stack.deletedAt !== undefined) return {};
        checkDeletable(stack, stack.parentId !== undefined && call.invokedBy === SERVICE);
        const retain = input.RetainResources ?? [];
        const force = input.DeletionMode === 'FORCE_DELETE_STACK';
        if ((retain.length > 0 || force) && stack.status !== 'DELETE_FAILED') {
          throw invalid(
            `Invalid operation on stack [${stack.id}]. When deleting a stack, you can only use ${force ? 'the FORCE_DELETE_STACK deletion mode' : 'the RetainResources parameter'} for a stack in the DELETE_FAILED state`,
          );
        }
        checkRetained(stack, retain);
        if (stack.pending?.kind === 'delete') return {};
        if (stack.status === 'REVIEW_IN_PROGRESS') {
          forgetStack(state, stack);
          return {};
        }
        stacks.remove(stack, {
          actor: actorOf(call),
          now: call.now,
          retain,
          keepResources: force,
          ...optional({ roleArn: input.RoleARN, token: input.ClientRequestToken }),
        });
        return {};
      },
    }),
    operation<cfn.CancelUpdateStackInput, object>({
      name: 'CancelUpdateStack',
      readOnly: false,
      authorize: (input, call) => ask.stack('CancelUpdateStack', input.StackName, call),
      handle: (input, call) => {
        const stack = needStack(ask, input.StackName, call);
        if (stack.status !== 'UPDATE_IN_PROGRESS' || stack.pending === undefined) {
          throw invalid('CancelUpdateStack cannot be called from current stack status');
        }
        stack.pending.cancelled = true;
        return {};
      },
    }),
    operation<cfn.ContinueUpdateRollbackInput, object>({
      name: 'ContinueUpdateRollback',
      readOnly: false,
      authorize: (input, call) => [
        ...ask.stack('ContinueUpdateRollback', input.StackName, call, {
          'cloudformation:RoleArn': input.RoleARN,
        }),
        ...passRole(input.RoleARN),
      ],
      handle: (input, call) => {
        const stack = needStack(ask, input.StackName, call);
        if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
          throw invalid(`Stack [${stack.id}] is in ${stack.status} state and can not continue a rollback.`);
        }
        takeRole(stack, input.RoleARN, call);
        const { ResourcesToSkip: skip, ClientRequestToken: token } = input;
        const failed = new Set(
          [...stack.resources.values()].filter((r) => r.status.endsWith('FAILED')).map((r) => r.logicalId),
        );
        for (const id of skip ?? []) {
          if (!failed.has(id)) {
            throw invalid(`Resource [${id}] can not be skipped: it is not in UPDATE_FAILED state`);
          }
        }
        stacks.begin(
          stack,
          { kind: 'rollback', actor: actorOf(call), ...optional({ skip, token }) },
          'UPDATE_ROLLBACK_IN_PROGRESS',
          call.now,
        );
        return {};
      },
    }),
    operation<cfn.RollbackStackInput, cfn.RollbackStackOutput>({
      name: 'RollbackStack',
      readOnly: false,
      authorize: (input, call) => [
        ...ask.stack('RollbackStack', input.StackName, call, { 'cloudformation:RoleArn': input.RoleARN }),
        ...passRole(input.RoleARN),
      ],
      handle: (input, call) => {
        const stack = needStack(ask, input.StackName, call);
        // unverified: the words.
        if (stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED') {
          throw invalid(`Stack [${stack.id}] is in ${stack.status} state and can not be rolled back.`);
        }
        const { ClientRequestToken: token } = input;
        takeRole(stack, input.RoleARN, call);
        // "This operation will delete a stack if it doesn't contain a last known stable state."
        if (stack.unwinding === undefined) {
          stacks.remove(stack, { actor: actorOf(call), now: call.now, ...optional({ token }) });
        } else {
          const rollback = { kind: 'rollback' as const, actor: actorOf(call), ...optional({ token }) };
          stacks.begin(stack, rollback, 'UPDATE_ROLLBACK_IN_PROGRESS', call.now);
        }
        return { StackId: stack.id };
      },
    }),
    operation<cfn.UpdateTerminationProtectionInput, cfn.UpdateTerminationProtectionOutput>({
      name: 'UpdateTerminationProtection',
      readOnly: false,
      authorize: (input, call) => ask.stack('UpdateTerminationProtection', input.StackName, call),
      handle: (input, call) => {
        const stack = needStack(ask, input.StackName, call);
        if (stack.parentId !== undefined) {
          throw invalid('Termination protection of a nested stack is set on its root stack');
        }
        if (stack.status === 'DELETE_IN_PROGRESS' || stack.status === 'DELETE_COMPLETE') {
          // unverified: the words.
          throw invalid(`Stack [${stack.id}] is in ${stack.status} state and can not be protected.`);
        }
        // "passes the same choice on to any nested stacks"
        for (const one of state.stacks.values()) {
          if (one === stack || one.rootId === stack.id) {
            one.terminationProtection = input.EnableTerminationProtection;
          }
        }
        return { StackId: stack.id };
      },
    }),
    operation<cfn.SetStackPolicyInput, object>({
      name: 'SetStackPolicy',
      readOnly: false,
      authorize: (input, call) =>
        ask.stack('SetStackPolicy', input.StackName, call, {
          'cloudformation:StackPolicyUrl': input.StackPolicyURL,
        }),
      handle: (input, call) => {
        const stack = needStack(ask, input.StackName, call);
        const policy = policyOf(call, input.StackPolicyBody, input.StackPolicyURL);
        if (policy === undefined) throw invalid('Either StackPolicyBody or StackPolicyURL must be specified');
        stack.policy = policy;
        return {};
      },
    }),
    operation<cfn.GetStackPolicyInput, cfn.GetStackPolicyOutput>({
      name: 'GetStackPolicy',
      readOnly: true,
      authorize: (input, call) => ask.stack('GetStackPolicy', input.StackName, call),
      handle: (input, call) => {
        const { policy } = needStack(ask, input.StackName, call);
        return policy === undefined ? {} : { StackPolicyBody: policy };
      },
    }),
  ];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that are undefined. */
export const optional = <T extends object>(members: T): Defined<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;

/** ResourceTypes limits what a template may contain: full names, `AWS::IAM::*`, `AWS::*`. */
export function checkTypes(text: string, allowed: readonly string[] | undefined): void {
  if (allowed === undefined || allowed.length === 0) return;
  const fits = (type: string) =>
    allowed.some((a) => (a.endsWith('*') ? type.startsWith(a.slice(0, -1)) : a === type));
  const refused = [...readTemplate(text).resources.values()].filter(({ type }) => !fits(type));
  if (refused.length > 0 && refused.every(({ type }) => resourceType(type) !== undefined)) {
    throw invalid(
      `Resource type ${refused[0]?.type} is not allowed by parameter ResourceTypes [${allowed.join(', ')}]`,
    );
  }
}
