import type { World } from '../../world.ts';
import { emptyStackSets, type StackSet } from './model.ts';

/** Whether a stack is an instance of a stack set other than this. */
export function isInUse(world: World, stackId: string, but: StackSet): boolean {
  const { names } = world.own('stacksets', emptyStackSets);
  for (const set of names.values()) {
    if (set === but) continue;
    for (const instance of set.instances.values()) if (instance.stackId === stackId) return true;
  }
  return false;
}
