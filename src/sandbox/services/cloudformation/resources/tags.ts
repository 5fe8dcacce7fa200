import type { Values } from './types.ts';
import { objects, type ResourceContext } from './types.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The stack's tags and the resource's own, which win. */
export function tagsOf(values: Values, stackTags: ResourceContext['tags']): Tag[] {
  const tags = new Map<string, string>();
  for (const { Key, Value } of stackTags) tags.set(Key, Value);
  for (const { Key, Value } of objects(values.Tags)) tags.set(String(Key), String(Value));
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** What to tag and to untag to get from one set to the other. */
export function tagChanges(
  values: Values,
  before: Values,
  context: ResourceContext,
): { readonly set: readonly Tag[]; readonly removed: readonly string[] } {
  const now = tagsOf(values, context.tags);
  const old = tagsOf(before, context.previousTags);
  return {
    set: now.filter(({ Key, Value }) => !old.some((tag) => tag.Key === Key && tag.Value === Value)),
    removed: old.filter(({ Key }) => !now.some((tag) => tag.Key === Key)).map(({ Key }) => Key),
  };
}
