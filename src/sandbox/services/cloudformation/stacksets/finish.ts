import type { World } from '../../world.ts';
import { emptyStackSets, type StackSetsState } from './model.ts';
import type { Runner } from './runner.ts';

const runners = new WeakMap<StackSetsState, Runner>();

export const remember = (state: StackSetsState, runner: Runner): void => {
  runners.set(state, runner);
};

/**
 * Runs an operation to its end now, and first those that it waits for: for resources of templates, which are complete
 * when their operation is. Its status, and why the first account failed; undefined when there is no such operation.
 */
export function finishStackSetOperation(
  world: World,
  stackSetId: string,
  operationId: string,
  now: number,
): { readonly status: string; readonly reason?: string } | undefined {
  const state = world.own('stacksets', emptyStackSets);
  const set = [...state.names.values()].find(({ id }) => id === stackSetId);
  const operation = set?.operations.get(operationId);
  if (set === undefined || operation === undefined) return undefined;
  runners.get(state)?.finish(set, operation, now);
  const failed = [...operation.results.values()].find(({ status }) => status === 'FAILED');
  return { status: operation.status, ...(failed?.reason !== undefined && { reason: failed.reason }) };
}
