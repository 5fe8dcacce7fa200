import type { Tags } from './model.ts';

export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/**
 * Whether `Department` and `department` are one key. They are for IAM's users and roles, whose keys keep their case but
 * aren't told apart by it, and for nothing else: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
export type KeyCase = 'one-key' | 'two-keys';

/** The key under which a tag is kept; undefined when there is none. */
const keptAs = (tags: Tags, key: string, keyCase: KeyCase): string | undefined => {
  if (tags.has(key) || keyCase === 'two-keys') return key;
  const lower = key.toLowerCase();
  for (const kept of tags.keys()) if (kept.toLowerCase() === lower) return kept;
  return undefined;
};

export function setTags(tags: Tags, add: readonly Tag[] | undefined, keyCase: KeyCase): void {
  for (const { Key, Value } of add ?? []) {
    if (Key === undefined) continue;
    const kept = keptAs(tags, Key, keyCase);
    if (kept !== undefined && kept !== Key) tags.delete(kept);
    tags.set(Key, Value ?? '');
  }
}

export function removeTags(tags: Tags, keys: readonly string[], keyCase: KeyCase): void {
  for (const key of keys) {
    const kept = keptAs(tags, key, keyCase);
    if (kept !== undefined) tags.delete(kept);
  }
}

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

export const tagRecord = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
