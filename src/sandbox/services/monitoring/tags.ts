import type * as cw from '@aws-sdk/client-cloudwatch';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Ask, requestTags } from './ask.ts';
import { validation } from './errors.ts';
import type { Tagged } from './tagged.ts';

const MOST = 50;

/** Throws when they can't be added; changes nothing then. */
export function addTags(
  tags: Map<string, string>,
  add: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): void {
  const keys = add.map(({ Key = '' }) => Key);
  if (new Set(keys).size < keys.length) throw validation('Duplicate tag keys found.');
  if (keys.some((key) => /^aws:/i.test(key))) throw validation('Tag keys must not begin with aws:.');
  if (new Set([...tags.keys(), ...keys]).size > MOST)
    throw validation('A resource can have at most 50 tags.');
  for (const { Key = '', Value = '' } of add) tags.set(Key, Value);
}

export function tagOperations(tagged: Tagged, ask: Ask): readonly Operation[] {
  const find = (call: Call, arn: string): Map<string, string> => {
    const tags = tagged(call, arn);
    if (tags === undefined)
      throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist.`, 404);
    return tags;
  };
  return [
    operation<cw.TagResourceInput, object>({
      name: 'TagResource',
      readOnly: false,
      authorize: ({ ResourceARN, Tags }, call) =>
        ask.arn('TagResource', call, ResourceARN, requestTags(Tags)),
      handle: ({ ResourceARN, Tags }, call) => {
        addTags(find(call, ResourceARN), Tags);
        return {};
      },
    }),
    operation<cw.UntagResourceInput, object>({
      name: 'UntagResource',
      readOnly: false,
      authorize: ({ ResourceARN, TagKeys }, call) =>
        ask.arn('UntagResource', call, ResourceARN, { 'aws:TagKeys': TagKeys }),
      handle: ({ ResourceARN, TagKeys }, call) => {
        const tags = find(call, ResourceARN);
        for (const key of TagKeys) tags.delete(key);
        return {};
      },
    }),
    operation<cw.ListTagsForResourceInput, cw.ListTagsForResourceOutput>({
      name: 'ListTagsForResource',
      readOnly: true,
      authorize: ({ ResourceARN }, call) => ask.arn('ListTagsForResource', call, ResourceARN),
      handle: ({ ResourceARN }, call) => ({
        Tags: [...find(call, ResourceARN)].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}
