import type { JsonObject } from '../model.ts';
import { type ResourceType, same } from '../resources/types.ts';

export interface Difference {
  /** Properties that differ. */
  readonly changed: readonly string[];
  readonly replacement: 'True' | 'False' | 'Conditional';
}

/** What it takes to get a resource from one set of properties to the other. */
export function difference(type: ResourceType, before: JsonObject, after: JsonObject): Difference {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !same(before[name], after[name])).sort();
  const updates = changed.map((name) =>
    Object.hasOwn(type.properties, name) ? type.properties[name]?.update : undefined,
  );
  const replaced = changed.length > 0 && (type.update === undefined || updates.includes('replace'));
  return {
    changed,
    replacement: replaced ? 'True' : updates.includes('conditional') ? 'Conditional' : 'False',
  };
}
