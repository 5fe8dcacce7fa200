import { uuid } from '../../state/ids.ts';
import { AwsError } from '../../types.ts';
import type { World } from '../world.ts';
import { runCreate } from './deploy/create.ts';
import { assumeServiceRole } from './deploy/credentials.ts';
import { driftOf } from './deploy/drift.ts';
import { runImport } from './deploy/import.ts';
import { checkComputable, planChanges } from './deploy/plan.ts';
import { prepareRecipe } from './deploy/prepare.ts';
import { runDelete } from './deploy/remove.ts';
import { rollBackUpdate } from './deploy/rollback.ts';
import { Run } from './deploy/run.ts';
import { runUpdate } from './deploy/update.ts';
import type {
  Actor,
  PendingOperation,
  Recipe,
  Stack,
  StackResource,
  StackStatus,
  StackTag,
  WhenDone,
} from './model.ts';
import { addStack, findStack, freeName, stateOf } from './state.ts';
import { invalid } from './template/fail.ts';
import { readTemplate } from './template/read.ts';

/** A stack to be made or changed. */
export interface DeployRequest {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  /** The template's text. */
  readonly template: string;
  /** By name; what is absent takes the template's default. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  readonly tags?: readonly StackTag[];
  /** Whose credentials do the resource calls, unless `roleArn` is given. Its account must be `accountId`. */
  readonly actor: Actor;
  /** A service role that trusts cloudformation.amazonaws.com. iam:PassRole is the API's question, not asked here. */
  readonly roleArn?: string;
  /** What becomes of a creation that fails; AWS's default is ROLLBACK. */
  readonly onFailure?: 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';
  readonly stackSetArn?: string;
  readonly notificationArns?: readonly string[];
  readonly disableRollback?: boolean;
  readonly timeoutMinutes?: number;
  readonly terminationProtection?: boolean;
  /** The stack policy of a creation. */
  readonly policy?: string;
  /** A stack policy for this update only. */
  readonly policyDuringUpdate?: string;
  /** The stack that this one is nested in. */
  readonly parent?: Stack;
  /** ClientRequestToken, for events. */
  readonly token?: string;
  /** Virtual time, ms. */
  readonly now: number;
  readonly whenDone?: WhenDone;
}

/** What the resource of a stack looks like now, compared with its template. */
export interface DriftReport {
  readonly status: 'IN_SYNC' | 'DRIFTED';
  readonly resources: readonly StackResource[];
}

/** Stacks as services use them (StackSets, nested stacks). Throws AwsError for what the API refuses at once. */
export interface Stacks {
  /**
   * Makes or updates a stack. It is CREATE_IN_PROGRESS or UPDATE_IN_PROGRESS when this returns, and ends by a timer
   * shortly after, or at once with `finish`. Throws ValidationError (template, parameters, "No updates are to be
   * performed.", a stack that is busy) and InsufficientCapabilitiesException.
   */
  deploy(request: DeployRequest): Stack;
  /** Deletes: DELETE_IN_PROGRESS on return. With `keepResources` the stack is forgotten and its resources stay. */
  remove(
    stack: Stack,
    how: {
      readonly actor: Actor;
      readonly now: number;
      readonly roleArn?: string;
      readonly keepResources?: boolean;
      /** Logical ids, of a stack that is DELETE_FAILED. */
      readonly retain?: readonly string[];
      readonly token?: string;
      readonly whenDone?: WhenDone;
    },
  ): void;
  /** Runs the stack's pending operation to its end now. */
  finish(stack: Stack, now: number): void;
  /** By name (stacks that aren't deleted) or id. */
  find(accountId: string, region: string, nameOrId: string): Stack | undefined;
  /** Reads every resource with the actor's credentials; keeps the results with the stack. Throws AccessDenied. */
  detectDrift(stack: Stack, actor: Actor, now: number, logicalIds?: readonly string[]): DriftReport;
  /** A stack without resources yet: REVIEW_IN_PROGRESS, for the change set that will make it. */
  review(request: Pick<DeployRequest, 'accountId' | 'region' | 'stackName' | 'now' | 'actor'>): Stack;
  /** Begins an operation that has been checked; `status` is the stack's until it ends. */
  begin(stack: Stack, operation: PendingOperation, status: StackStatus, now: number, reason?: string): void;
}

/** The kind of the timer that ends an operation. */
const RUN = 'cloudformation.run';
/** Virtual ms until an operation looks again at what it waits for. */
const AGAIN = 250;

/** Registers the timer and answers the engine; call it once a world. */
export function stacks(world: World): Stacks {
  const state = stateOf(world);

  const run = (stack: Stack, operation: PendingOperation, now: number): void => {
    const going = new Run(world, stack, operation, now, finish);
    const { recipe } = operation;
    if (operation.kind === 'create' && recipe !== undefined) runCreate(going, recipe);
    else if (operation.kind === 'update' && recipe !== undefined) runUpdate(going, recipe);
    else if (operation.kind === 'import' && recipe !== undefined) runImport(going, recipe);
    else if (operation.kind === 'delete') runDelete(going);
    else if (operation.kind === 'rollback') rollBackUpdate(going, stack.recipe?.tags ?? []);
    if (!going.busy) return;
    stack.pending = operation;
    world.timers.at(now + AGAIN, RUN, { stackId: stack.id });
  };

  const finish = (stack: Stack, now: number): void => {
    const { pending } = stack;
    if (pending === undefined) return;
    delete stack.pending;
    world.timers.cancel<{ stackId: string }>(RUN, ({ stackId }) => stackId === stack.id);
    run(stack, pending, now);
    if (stack.pending !== undefined) return;
    if (stack.status === 'DELETE_COMPLETE') {
      stack.deletedAt ??= now;
      freeName(state, stack);
    }
    const { whenDone } = pending;
    if (whenDone === undefined) return;
    const payload = { ...whenDone.payload, stackId: stack.id, status: stack.status };
    world.timers.at(now, whenDone.kind, payload);
  };

  world.timers.handle<{ stackId: string }>(RUN, ({ stackId }, due) => {
    const stack = state.stacks.get(stackId);
    if (stack !== undefined) finish(stack, due);
  });

  const begin: Stacks['begin'] = (stack, operation, status, now, reason = 'User Initiated') => {
    stack.pending = operation;
    // What was planned for the stack as it has been is of no use for what it becomes.
    for (const one of stack.changeSets) {
      if (one.executionStatus === 'AVAILABLE') one.executionStatus = 'OBSOLETE';
    }
    new Run(world, stack, operation, now, finish).status(status, reason);
    world.timers.at(now + state.delay, RUN, { stackId: stack.id });
  };

  const fresh = (
    request: Pick<DeployRequest, 'accountId' | 'region' | 'stackName' | 'now' | 'parent' | 'stackSetArn'>,
  ): Stack => {
    const { accountId, region, stackName, now, parent, stackSetArn } = request;
    const id = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${uuid(world.store.random)}`;
    return {
      id,
      name: stackName,
      accountId,
      region,
      createdAt: now,
      status: 'REVIEW_IN_PROGRESS',
      disableRollback: false,
      terminationProtection: false,
      resources: new Map(),
      outputs: [],
      imports: [],
      events: [],
      changeSets: [],
      tokens: new Map(),
      ...(parent !== undefined && { parentId: parent.id, rootId: parent.rootId ?? parent.id }),
      ...(stackSetArn !== undefined && { stackSetArn }),
    };
  };

  const create = (request: DeployRequest, recipe: Recipe): Stack => {
    const stack = fresh(request);
    const { roleArn, now, actor } = request;
    checkComputable(state, stack, recipe, now);
    stack.recipe = recipe;
    const { description } = readTemplate(recipe.template);
    if (description !== undefined) stack.description = description;
    if (roleArn !== undefined) stack.roleArn = roleArn;
    if (request.timeoutMinutes !== undefined) stack.timeoutMinutes = request.timeoutMinutes;
    if (request.policy !== undefined) stack.policy = request.policy;
    stack.disableRollback = request.disableRollback === true;
    stack.terminationProtection = request.terminationProtection === true;
    addStack(state, stack);
    begin(stack, pendingOf('create', request, recipe, actor), 'CREATE_IN_PROGRESS', now);
    return stack;
  };

  const update = (stack: Stack, request: DeployRequest, recipe: Recipe): Stack => {
    checkUpdatable(stack);
    checkTypes(stack, recipe);
    const { changes, others } = planChanges(state, stack, recipe, request.now);
    if (changes.length === 0 && !others) throw invalid('No updates are to be performed.');
    if (request.roleArn !== undefined) stack.roleArn = request.roleArn;
    stack.disableRollback = request.disableRollback === true;
    stack.updatedAt = request.now;
    begin(stack, pendingOf('update', request, recipe, request.actor), 'UPDATE_IN_PROGRESS', request.now);
    return stack;
  };

  return {
    begin,
    finish,
    review: (request) => {
      const stack = fresh(request);
      addStack(state, stack);
      const run = new Run(world, stack, { kind: 'create', actor: request.actor }, request.now, finish);
      run.status('REVIEW_IN_PROGRESS', 'User Initiated');
      return stack;
    },
    find: (accountId, region, nameOrId) => findStack(state, accountId, region, nameOrId),
    deploy: (request) => {
      const recipe = prepareRecipe(request);
      if (request.roleArn !== undefined) assumeServiceRole(world, request.roleArn, request);
      const known = findStack(state, request.accountId, request.region, request.stackName);
      return known === undefined ? create(request, recipe) : update(known, request, recipe);
    },
    remove: (stack, { actor, now, roleArn, keepResources, retain, token, whenDone }) => {
      if (roleArn !== undefined) {
        assumeServiceRole(world, roleArn, { accountId: stack.accountId, region: stack.region, now });
        stack.roleArn = roleArn;
      }
      const kept = keepResources === true ? [...stack.resources.keys()] : (retain ?? []);
      const operation: PendingOperation = {
        kind: 'delete',
        actor,
        retain: kept,
        ...(token !== undefined && { token }),
        ...(whenDone !== undefined && { whenDone }),
      };
      begin(stack, operation, 'DELETE_IN_PROGRESS', now);
    },
    detectDrift: (stack, actor, now, logicalIds) => {
      const going = new Run(world, stack, { kind: 'update', actor }, now, finish);
      const checked: StackResource[] = [];
      for (const resource of stack.resources.values()) {
        if (logicalIds !== undefined && !logicalIds.includes(resource.logicalId)) continue;
        const drift = driftOf(going, resource);
        if (drift === undefined) continue;
        resource.drift = drift;
        checked.push(resource);
      }
      const drifted = checked.some(({ drift }) => drift?.status !== 'IN_SYNC');
      const status = drifted ? 'DRIFTED' : 'IN_SYNC';
      if (logicalIds === undefined) stack.drift = { status, at: now };
      return { status, resources: checked };
    },
  };
}

function pendingOf(
  kind: 'create' | 'update',
  { onFailure, disableRollback, token, whenDone, policyDuringUpdate: policy }: DeployRequest,
  recipe: Recipe,
  actor: Actor,
): PendingOperation {
  const failing = onFailure ?? (disableRollback === true ? 'DO_NOTHING' : undefined);
  return {
    kind,
    actor,
    recipe,
    ...(failing !== undefined && { onFailure: failing }),
    ...(token !== undefined && { token }),
    ...(policy !== undefined && { policy }),
    ...(whenDone !== undefined && { whenDone }),
  };
}

const updatable: readonly StackStatus[] = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
  'UPDATE_FAILED',
];

/** Throws ValidationError while the stack's state doesn't let it be updated. */
export function checkUpdatable(stack: Stack): void {
  const failed = stack.status === 'CREATE_FAILED' && stack.disableRollback;
  if (updatable.includes(stack.status) || failed) return;
  throw new AwsError(
    'ValidationError',
    `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
  );
}

/** A logical id keeps its type. */
export function checkTypes(stack: Stack, recipe: Recipe): void {
  const changed = [...readTemplate(recipe.template).resources.values()].filter(({ logicalId, type }) => {
    const before = stack.resources.get(logicalId);
    return before !== undefined && before.type !== type;
  });
  if (changed.length === 0) return;
  throw invalid(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed
      .map(({ logicalId }) => logicalId)
      .join(', ')}]`,
  );
}
