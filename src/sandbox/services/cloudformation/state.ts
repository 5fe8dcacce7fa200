import type { World } from '../world.ts';
import type { Stack } from './model.ts';

/** All that CloudFormation remembers, but for stack sets. */
export interface CloudFormationState {
  /** By id, deleted ones too. */
  readonly stacks: Map<string, Stack>;
  /** Ids of stacks that aren't deleted, by account/region/name. */
  readonly byName: Map<string, string>;
  /** Ids of stacks by account/region, oldest first. */
  readonly byPlace: Map<string, string[]>;
  /** By id. */
  readonly driftDetections: Map<
    string,
    { readonly stackId: string; readonly at: number; readonly reason?: string }
  >;
  /** Virtual ms that a stack operation takes. */
  delay: number;
}

/** Short, so that waiters which look at once and then sleep for 30 seconds find the stack complete. */
const DELAY = 1;

export const stateOf = (world: World): CloudFormationState =>
  world.own<CloudFormationState>('cloudformation', () => ({
    stacks: new Map(),
    byName: new Map(),
    byPlace: new Map(),
    driftDetections: new Map(),
    delay: DELAY,
  }));

const nameKey = (accountId: string, region: string, name: string): string => `${accountId}/${region}/${name}`;

export function findStack(
  state: CloudFormationState,
  accountId: string,
  region: string,
  nameOrId: string,
): Stack | undefined {
  const id = nameOrId.startsWith('arn:') ? nameOrId : state.byName.get(nameKey(accountId, region, nameOrId));
  const stack = id === undefined ? undefined : state.stacks.get(id);
  return stack?.accountId === accountId && stack.region === region ? stack : undefined;
}

export function addStack(state: CloudFormationState, stack: Stack): void {
  state.stacks.set(stack.id, stack);
  state.byName.set(nameKey(stack.accountId, stack.region, stack.name), stack.id);
  const place = `${stack.accountId}/${stack.region}`;
  const there = state.byPlace.get(place);
  if (there === undefined) state.byPlace.set(place, [stack.id]);
  else state.byPlace.set(place, [...kept(state, there, stack.createdAt), stack.id]);
}

/** Deleted stacks that nobody can list any more are let go of. */
function kept(state: CloudFormationState, ids: readonly string[], now: number): string[] {
  return ids.filter((id) => {
    const deletedAt = state.stacks.get(id)?.deletedAt;
    if (deletedAt === undefined || now - deletedAt < LISTED) return true;
    state.stacks.delete(id);
    return false;
  });
}

/** The name is free again; the id still finds the stack. */
export function freeName(state: CloudFormationState, stack: Stack): void {
  const key = nameKey(stack.accountId, stack.region, stack.name);
  if (state.byName.get(key) === stack.id) state.byName.delete(key);
}

/** As if it had never been: a stack that was only reviewed. */
export function forgetStack(state: CloudFormationState, stack: Stack): void {
  freeName(state, stack);
  state.stacks.delete(stack.id);
  const there = state.byPlace.get(`${stack.accountId}/${stack.region}`);
  there?.splice(there.indexOf(stack.id), 1);
}

/** Deleted ones are listed for 90 days. */
const LISTED = 90 * 86_400_000;

/** Newest first. */
export function stacksIn(
  state: CloudFormationState,
  accountId: string,
  region: string,
  now: number,
): Stack[] {
  const ids = state.byPlace.get(`${accountId}/${region}`) ?? [];
  return ids
    .flatMap((id) => state.stacks.get(id) ?? [])
    .filter(({ deletedAt }) => deletedAt === undefined || now - deletedAt < LISTED)
    .reverse();
}
