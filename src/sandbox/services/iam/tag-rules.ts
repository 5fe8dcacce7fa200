import type { Tags } from '../../state/model.ts';
import { type KeyCase, setTags, type Tag } from '../../state/tags.ts';
import { invalidInput, limitExceeded } from './find.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const TAGS_PER_ENTITY = 50;

/**
 * "You cannot create a tag key or value that begins with the text aws:". unverified: that no other case passes. This and
 * what follows: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
const isReserved = (text: string): boolean => /^aws:/i.test(text);

/**
 * Throws InvalidInput or LimitExceeded, and then nothing has changed: "If any one of the tags is invalid or if you exceed
 * the allowed maximum number of tags, then the entire request fails".
 */
export function addTags(tags: Tags, add: readonly Tag[] | undefined, keyCase: KeyCase): void {
  const keys = new Set<string>();
  for (const { Key = '', Value = '' } of add ?? []) {
    // unverified: the words; else whoever may tag could pass for what an AWS service has made.
    if (isReserved(Key) || isReserved(Value))
      throw invalidInput(`Tag keys and values that begin with "aws:" are reserved for AWS: ${Key}`);
    const key = keyCase === 'one-key' ? Key.toLowerCase() : Key;
    if (keys.has(key)) {
      const note = keyCase === 'one-key' ? ' Please note that Tag keys are case insensitive.' : '';
      throw invalidInput(`Duplicate tag keys found.${note}`);
    }
    keys.add(key);
  }
  const after = new Map(tags);
  setTags(after, add, keyCase);
  if (after.size > TAGS_PER_ENTITY) throw limitExceeded('The number of tags has reached the maximum limit.');
  setTags(tags, add, keyCase);
}
