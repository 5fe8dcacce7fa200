import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../types.ts';
import type { Ask } from './ask.ts';
import { type Setting, settingOperations } from './setting.ts';

const invalidTag = (message: string): AwsError => new AwsError('InvalidTag', message);

/** Tags of a bucket (50) or an object (10); throws InvalidTag and BadRequest as S3 does. */
export function tagMap(tags: readonly s3.Tag[] | undefined, most: number): Map<string, string> {
  const map = new Map<string, string>();
  for (const { Key = '', Value = '' } of tags ?? []) {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(Key)) {
      throw invalidTag('The TagKey you have provided is invalid');
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(Value)) {
      throw invalidTag('The TagValue you have provided is invalid');
    }
    if (/^aws:/i.test(Key)) throw invalidTag('System tags cannot be added/updated by requester');
    if (map.has(Key)) throw invalidTag('Cannot provide multiple Tags with the same key');
    map.set(Key, Value);
  }
  if (map.size > most) {
    throw new AwsError(
      'BadRequest',
      `${most === 10 ? 'Object' : 'Bucket'} tags cannot be greater than ${most}`,
    );
  }
  return map;
}

/** `x-amz-tagging: a=1&b=2` */
export function tagHeader(text: string | undefined): Map<string, string> {
  if (text === undefined || text === '') return new Map();
  const tags = [...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value }));
  return tagMap(tags, 10);
}

export const tagSet = (tags: ReadonlyMap<string, string>): s3.Tag[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

const bucketTagging: Setting<s3.Tagging> = {
  name: 'BucketTagging',
  query: 'tagging',
  member: 'Tagging',
  actions: { put: 'PutBucketTagging', get: 'GetBucketTagging' },
  read: ({ tags }) => {
    if (tags.size === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404);
    return { TagSet: tagSet(tags) };
  },
  write: (bucket, { TagSet }) => {
    const tags = tagMap(TagSet, 50);
    bucket.tags.clear();
    for (const [key, value] of tags) bucket.tags.set(key, value);
    return undefined;
  },
  remove: ({ tags }) => tags.clear(),
};

export const taggingOperations = (ask: Ask): readonly Operation[] => settingOperations(ask, bucketTagging);
