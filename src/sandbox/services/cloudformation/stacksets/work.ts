import { uuid } from '../../../state/ids.ts';
import { AwsError, type Call, type Caller } from '../../../types.ts';
import type { World } from '../../world.ts';
import { checkDeletable } from '../deploy/deletable.ts';
import type { Stacks } from '../engine.ts';
import type { Actor, Stack } from '../model.ts';
import type { SetOperation, StackInstance, StackSet } from './model.ts';
import { CLOUDFORMATION, recordStackCall, serviceCall } from './service-call.ts';

/** How the work on one instance stands. `stackId`: the stack that is busy or was made. */
export type Outcome =
  | { readonly state: 'busy'; readonly stackId: string }
  | {
      readonly state: 'done';
      readonly stackId?: string;
      readonly reason?: string;
      /** The account is suspended: nothing was done. */
      readonly skipped?: true;
    }
  | { readonly state: 'failed'; readonly reason: string; readonly stackId?: string };

/** What work on an instance needs to know. */
export interface Job {
  readonly world: World;
  readonly stacks: Stacks;
  readonly set: StackSet;
  readonly operation: SetOperation;
  readonly instance: StackInstance;
  /** The execution role's session. */
  readonly caller: Caller;
  readonly now: number;
}

const actorOf = (caller: Caller): Actor => ({ caller, sourceIp: CLOUDFORMATION, userAgent: CLOUDFORMATION });

/** `StackSet-NAME-UUID`, at most 128 characters as every stack's name. */
const stackName = ({ world, set }: Job): string => {
  const unique = uuid(world.store.random);
  return `StackSet-${set.name.slice(0, 128 - unique.length - 10)}-${unique}`;
};

/** A creation that was rolled back leaves a stack that can only be deleted. */
const unusable = new Set(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED']);

/** Creates or updates the instance's stack with the execution role's rights. */
export function deploy(job: Job): Outcome {
  const { world, stacks, set, instance, caller, now } = job;
  const { accountId, region } = instance;
  let known = find(job);
  if (known !== undefined && unusable.has(known.status)) {
    // unverified: that AWS removes the remains itself before it tries again.
    const gone = removeNow(job, known);
    if (gone.state === 'failed') return gone;
    known = undefined;
  }
  const name = known?.name ?? stackName(job);
  const action = known === undefined ? 'CreateStack' : 'UpdateStack';
  const call = serviceCall(world, caller, { service: 'cloudformation', operation: action, region, now });
  const parameters = { ...set.definition.parameters, ...instance.overrides };
  const asked = {
    StackName: known?.id ?? name,
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Capabilities: set.definition.capabilities,
    Tags: set.definition.tags,
  };
  return attempt(job, call, asked, known?.id ?? stackArn(accountId, region, `${name}/*`), () => {
    const stack = stacks.deploy({
      accountId,
      region,
      stackName: name,
      template: set.definition.template,
      parameters,
      capabilities: set.definition.capabilities,
      tags: set.definition.tags,
      actor: actorOf(caller),
      stackSetArn: set.arn,
      now,
    });
    return { state: 'busy', stackId: stack.id };
  });
}

/** Deletes the instance's stack. */
export function remove(job: Job): Outcome {
  const stack = find(job);
  if (stack === undefined) return { state: 'done' };
  return removal(job, stack);
}

function removeNow(job: Job, stack: Stack): Outcome {
  const begun = removal(job, stack);
  return begun.state === 'busy' ? settle(job, begun.stackId, 'gone') : begun;
}

function removal(job: Job, stack: Stack): Outcome {
  const { world, stacks, caller, now, instance } = job;
  const call = serviceCall(world, caller, {
    service: 'cloudformation',
    operation: 'DeleteStack',
    region: instance.region,
    now,
  });
  return attempt(job, call, { StackName: stack.id }, stack.id, () => {
    checkDeletable(stack);
    stacks.remove(stack, { actor: actorOf(caller), now });
    return { state: 'busy', stackId: stack.id };
  });
}

/** Compares the instance's resources with its template. */
export function detectDrift(job: Job): Outcome {
  const { world, stacks, caller, now, instance, operation } = job;
  const stack = find(job);
  if (stack === undefined) return { state: 'failed', reason: 'The stack instance has no stack' };
  const call = serviceCall(world, caller, {
    service: 'cloudformation',
    operation: 'DetectStackDrift',
    region: instance.region,
    now,
  });
  return attempt(job, call, { StackName: stack.id }, stack.id, () => {
    const { status } = stacks.detectDrift(stack, actorOf(caller), now);
    instance.drift = { status, at: now, operationId: operation.id };
    return { state: 'done', stackId: stack.id };
  });
}

/** Ends the work on a stack that was busy: the stack's own timer may have ended it before. */
export function settle(
  { stacks, instance, now }: Pick<Job, 'stacks' | 'instance' | 'now'>,
  stackId: string,
  wanted: 'live' | 'gone',
): Outcome {
  const stack = stacks.find(instance.accountId, instance.region, stackId);
  if (stack === undefined) {
    return wanted === 'gone'
      ? { state: 'done' }
      : { state: 'failed', reason: `Stack ${stackId} does not exist` };
  }
  if (stack.pending !== undefined) stacks.finish(stack, now);
  const live = stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE';
  const good = wanted === 'live' ? live : stack.status === 'DELETE_COMPLETE';
  return good ? { state: 'done', stackId } : { state: 'failed', reason: reasonOf(stack), stackId };
}

/** The first resource that failed, as AWS names it; then the stack's own reason. */
function reasonOf(stack: Stack): string {
  const failed = lastOperation(stack).find(
    ({ status, logicalId, reason }) =>
      status.endsWith('_FAILED') &&
      logicalId !== stack.name &&
      reason !== undefined &&
      !isConsequence(reason),
  );
  if (failed === undefined) return stack.reason ?? `Stack ${stack.id} is in ${stack.status} state`;
  return `ResourceLogicalId:${failed.logicalId}, ResourceType:${failed.type}, ResourceStatusReason:${failed.reason}.`;
}

const isConsequence = (reason: string): boolean => /^Resource (creation|update) cancelled/i.test(reason);

/** The events since the stack's last operation began. */
function lastOperation({ events, name }: Stack): Stack['events'] {
  const start = events.findLastIndex(
    ({ logicalId, status }) =>
      logicalId === name && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(status),
  );
  return events.slice(Math.max(0, start));
}

/** Authorizes a stack's API call, runs it and records it. What AWS refuses becomes the instance's failure. */
function attempt(job: Job, call: Call, asked: object, resource: string, run: () => Outcome): Outcome {
  const { world } = job;
  try {
    world.authorize([{ action: `cloudformation:${call.operation}`, resource }], call);
    const outcome = run();
    const made = call.operation === 'CreateStack' || call.operation === 'UpdateStack';
    recordStackCall(world, call, {
      requestParameters: asked,
      ...(made && { responseElements: { StackId: outcome.stackId } }),
    });
    return outcome;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    recordStackCall(world, call, { requestParameters: asked, error });
    // An instance that is as it should be is no failure.
    if (error.message === 'No updates are to be performed.') {
      const { stackId } = job.instance;
      return { state: 'done', reason: error.message, ...(stackId !== undefined && { stackId }) };
    }
    return { state: 'failed', reason: error.message };
  }
}

/** The instance's stack, unless it was deleted behind the stack set's back. */
function find({ stacks, instance }: Job): Stack | undefined {
  const { accountId, region, stackId } = instance;
  const stack = stackId === undefined ? undefined : stacks.find(accountId, region, stackId);
  return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
}

const stackArn = (accountId: string, region: string, rest: string): string =>
  `arn:aws:cloudformation:${region}:${accountId}:stack/${rest}`;
