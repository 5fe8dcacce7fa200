import type { Caller } from '../../../types.ts';
import { structureOf } from '../../organizations/structure.ts';
import type { World } from '../../world.ts';
import type { Stacks } from '../engine.ts';
import { driftStarted, driftSummary } from './drift.ts';
import { adopt } from './import.ts';
import { hasFailed, openLanes, rounds, start } from './lanes.ts';
import { keyOf, type Lane, type SetOperation, type StackInstance, type StackSet } from './model.ts';
import { prepare } from './prepare.ts';
import { isRefused, type Refused } from './refused.ts';
import { becomeAdministrator, becomeExecutor } from './roles.ts';
import { deploy, detectDrift, type Outcome, remove, settle } from './work.ts';

/**
 * An operation's rounds are this far apart (virtual ms), closer when there are many: RUNNING can be seen and stopped,
 * and a thousand accounts one after the other still end in seconds for clients that wait by a real clock.
 */
const ROUND = 100;
const LONGEST = 5_000;

interface Step {
  readonly set: string;
  readonly operation: string;
}

/** Runs the operations of stack sets, by timers. */
export class Runner {
  readonly #world: World;
  readonly #stacks: Stacks;
  readonly #sets: ReadonlyMap<string, StackSet>;

  constructor(world: World, stacks: Stacks, sets: ReadonlyMap<string, StackSet>) {
    this.#world = world;
    this.#stacks = stacks;
    this.#sets = sets;
    world.timers.handle<Step>('stacksets.step', ({ set, operation }, due) => {
      const found = this.#sets.get(set);
      const running = found?.operations.get(operation);
      if (found !== undefined && running !== undefined) this.#step(found, running, due);
    });
  }

  /** Starts an operation, or lets it wait until those before it have ended. */
  submit(set: StackSet, operation: SetOperation, now: number): void {
    set.operations.set(operation.id, operation);
    if (isBusy(set)) set.queue.push(operation.id);
    else this.#begin(set, operation, now);
  }

  /** A queued operation ends at once; a running one after the accounts that it is working on. */
  stop(set: StackSet, operation: SetOperation, now: number): void {
    if (operation.status === 'QUEUED') {
      set.queue = set.queue.filter((id) => id !== operation.id);
      operation.status = 'STOPPED';
      operation.endedAt = now;
    } else {
      operation.status = 'STOPPING';
    }
  }

  /** Runs an operation to its end without waiting. */
  finish(set: StackSet, operation: SetOperation, now: number): void {
    while (operation.endedAt === undefined) {
      const current = operation.status === 'QUEUED' ? runningOperation(set) : operation;
      if (current === undefined) return;
      this.#world.timers.cancel<Step>('stacksets.step', (step) => step.operation === current.id);
      this.#step(set, current, now);
    }
  }

  #begin(set: StackSet, operation: SetOperation, now: number): void {
    operation.status = 'RUNNING';
    prepare(structureOf(this.#world), set, operation);
    if (operation.task.kind === 'drift') driftStarted(set, operation, now);
    this.#wait(set, operation, now);
  }

  #wait(set: StackSet, operation: SetOperation, now: number): void {
    const many = rounds(operation.lanes, operation.preferences);
    const pause = Math.max(1, Math.min(ROUND, Math.floor(LONGEST / Math.max(1, many))));
    this.#world.timers.at(now + pause, 'stacksets.step', { set: set.arn, operation: operation.id });
  }

  #step(set: StackSet, operation: SetOperation, now: number): void {
    for (const lane of operation.lanes) this.#settleLane(set, operation, lane, now);
    const ended = this.#proceed(set, operation, now);
    if (ended === undefined) this.#wait(set, operation, now);
    else this.#end(set, operation, ended, now);
  }

  /** Starts the next accounts; how the operation ended, if it did. INVARIANT: no account is running. */
  #proceed(
    set: StackSet,
    operation: SetOperation,
    now: number,
  ): 'SUCCEEDED' | 'FAILED' | 'STOPPED' | undefined {
    if (operation.status === 'STOPPING') {
      // unverified: AWS's words.
      cancelRest(set, operation, 'Cancelled since the operation was stopped');
      return 'STOPPED';
    }
    if (operation.lanes.some(hasFailed)) {
      cancelRest(set, operation, 'Cancelled since failure tolerance has exceeded');
      return 'FAILED';
    }
    const open = openLanes(operation.lanes, operation.preferences);
    if (open.length === 0) return 'SUCCEEDED';
    const administrator = this.#administrator(set, operation, now);
    for (const lane of open) this.#startLane(set, operation, lane, administrator, now);
    if (openLanes(operation.lanes, operation.preferences).length > 0) return undefined;
    return operation.lanes.some(hasFailed) ? 'FAILED' : 'SUCCEEDED';
  }

  #startLane(
    set: StackSet,
    operation: SetOperation,
    lane: Lane,
    administrator: Caller | Refused | undefined,
    now: number,
  ): void {
    for (const accountId of start(lane)) {
      const instance = set.instances.get(keyOf(accountId, lane.region));
      const result = operation.results.get(keyOf(accountId, lane.region));
      if (instance === undefined || result === undefined) continue;
      result.status = 'RUNNING';
      instance.detailedStatus = 'RUNNING';
      const outcome = this.#work(set, operation, instance, administrator, now);
      if (outcome.state === 'busy') instance.stackId = outcome.stackId;
      else this.#record(set, operation, lane, instance, outcome);
    }
  }

  #work(
    set: StackSet,
    operation: SetOperation,
    instance: StackInstance,
    administrator: Caller | Refused | undefined,
    now: number,
  ): Outcome {
    const { task } = operation;
    if (task.kind === 'delete' && task.retain) return { state: 'done' };
    if (administrator === undefined) return { state: 'done' };
    if (this.#isSuspended(set, instance)) {
      return { state: 'done', skipped: true, reason: 'The account is suspended' };
    }
    if (isRefused(administrator)) return { state: 'failed', reason: administrator.refused };
    const world = this.#world;
    const caller = becomeExecutor(world, set, operation, administrator, instance.accountId, now);
    if (isRefused(caller)) return { state: 'failed', reason: caller.refused };
    const job = { world, stacks: this.#stacks, set, operation, instance, caller, now };
    switch (task.kind) {
      case 'delete':
        return remove(job);
      case 'drift':
        return detectDrift(job);
      case 'import':
        return adopt(job);
      default:
        return deploy(job);
    }
  }

  #isSuspended({ permissionModel }: StackSet, { accountId }: StackInstance): boolean {
    const structure = structureOf(this.#world);
    const member = structure.organizationOf(accountId) !== undefined;
    return permissionModel === 'SERVICE_MANAGED' && member && !structure.isActive(accountId);
  }

  #settleLane(set: StackSet, operation: SetOperation, lane: Lane, now: number): void {
    for (const accountId of [...lane.running]) {
      const instance = set.instances.get(keyOf(accountId, lane.region));
      if (instance?.stackId === undefined) continue;
      const wanted = operation.task.kind === 'delete' ? 'gone' : 'live';
      const outcome = settle({ stacks: this.#stacks, instance, now }, instance.stackId, wanted);
      this.#record(set, operation, lane, instance, outcome);
    }
  }

  /** One session a round serves all its accounts; keeping the stacks of an account needs none. */
  #administrator(set: StackSet, operation: SetOperation, now: number): Caller | Refused | undefined {
    if (operation.task.kind === 'delete' && operation.task.retain) return undefined;
    return becomeAdministrator(this.#world, set, operation, now);
  }

  #record(
    set: StackSet,
    operation: SetOperation,
    lane: Lane,
    instance: StackInstance,
    outcome: Outcome,
  ): void {
    const key = keyOf(instance.accountId, instance.region);
    const result = operation.results.get(key);
    if (result === undefined || outcome.state === 'busy') return;
    lane.running = lane.running.filter((id) => id !== instance.accountId);
    if (outcome.stackId !== undefined) instance.stackId = outcome.stackId;
    result.status = outcome.state === 'done' ? 'SUCCEEDED' : 'FAILED';
    setReason(result, outcome.reason);
    if (outcome.state === 'failed') lane.failed++;
    finishInstance(set, operation, instance, outcome);
  }

  #end(
    set: StackSet,
    operation: SetOperation,
    status: 'SUCCEEDED' | 'FAILED' | 'STOPPED',
    now: number,
  ): void {
    operation.status = status;
    operation.endedAt = now;
    operation.lanes = [];
    if (operation.task.kind === 'drift') driftSummary(set, operation, now);
    const [next, ...rest] = set.queue;
    if (next === undefined) return;
    set.queue = rest;
    const waiting = set.operations.get(next);
    if (waiting !== undefined) this.#begin(set, waiting, now);
  }
}

/** Whether an operation runs or waits: a further one has to wait, or is refused. */
export const isBusy = (set: StackSet): boolean => runningOperation(set) !== undefined;

export function runningOperation(set: StackSet): SetOperation | undefined {
  // The newest ones are last, and all before a running one have ended or the queue holds them.
  for (const operation of [...set.operations.values()].reverse()) {
    if (operation.status === 'RUNNING' || operation.status === 'STOPPING') return operation;
  }
  return undefined;
}

function finishInstance(
  set: StackSet,
  { task }: SetOperation,
  instance: StackInstance,
  outcome: Outcome,
): void {
  const done = outcome.state === 'done';
  const key = keyOf(instance.accountId, instance.region);
  if (outcome.state === 'done' && outcome.skipped === true) {
    instance.detailedStatus = 'SKIPPED_SUSPENDED_ACCOUNT';
  } else if (task.kind === 'delete') {
    if (done) {
      set.instances.delete(key);
      return;
    }
    instance.status = 'INOPERABLE';
    instance.detailedStatus = 'INOPERABLE';
  } else if (task.kind === 'drift') {
    // Looking changes nothing about whether the instance is up to date.
    instance.detailedStatus = done ? 'SUCCEEDED' : 'FAILED';
  } else if (task.kind === 'import') {
    instance.status = done ? 'CURRENT' : 'INOPERABLE';
    instance.detailedStatus = done ? 'SUCCEEDED' : 'FAILED_IMPORT';
  } else {
    instance.status = done ? 'CURRENT' : 'OUTDATED';
    instance.detailedStatus = done ? 'SUCCEEDED' : 'FAILED';
  }
  setReason(instance, outcome.state === 'busy' ? undefined : outcome.reason);
}

function cancelRest(set: StackSet, operation: SetOperation, reason: string): void {
  for (const lane of operation.lanes) {
    for (const accountId of lane.accounts.slice(lane.next)) {
      const key = keyOf(accountId, lane.region);
      const result = operation.results.get(key);
      const instance = set.instances.get(key);
      if (result !== undefined) Object.assign(result, { status: 'CANCELLED', reason });
      if (instance !== undefined) Object.assign(instance, { detailedStatus: 'CANCELLED', reason });
    }
    lane.next = lane.accounts.length;
  }
}

function setReason(on: { reason?: string }, reason: string | undefined): void {
  if (reason === undefined) delete on.reason;
  else on.reason = reason;
}
