import type { Tags } from './model.ts';

export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The key under which a tag is kept, whatever case it is asked for in. */
const keptAs = (tags: Tags, key: string): string | undefined => {
  if (tags.has(key)) return key;
  const lower = key.toLowerCase();
  for (const kept of tags.keys()) if (kept.toLowerCase() === lower) return kept;
  return undefined;
};

/** IAM tag keys are case-preserving but not case-sensitive: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function setTags(tags: Tags, add: readonly Tag[] | undefined): void {
  for (const { Key, Value } of add ?? []) {
    if (Key === undefined) continue;
    const kept = keptAs(tags, Key);
    if (kept !== undefined) tags.delete(kept);
    tags.set(Key, Value ?? '');
  }
}

export function removeTags(tags: Tags, keys: readonly string[]): void {
  for (const key of keys) {
    const kept = keptAs(tags, key);
    if (kept !== undefined) tags.delete(kept);
  }
}

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

export const tagRecord = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
