import type * as eb from '@aws-sdk/client-eventbridge';
import { parseArn } from '../../../base/index.ts';
import type { Tags } from '../../state/model.ts';
import type { Authorization, Call, Operation } from '../../types.ts';
import { requestTags } from '../iam/ask.ts';
import { operation } from '../operation.ts';
import { type Events, resourceTags } from './context.ts';
import { invalid, limit, notFound } from './errors.ts';

const TAGS_PER_RESOURCE = 50;

/** Keys are case-sensitive, unlike IAM's. Throws ValidationException and LimitExceededException before it sets any. */
export function setTagsOf(tags: Tags, add: readonly eb.Tag[] = []): void {
  if (add.some(({ Key = '' }) => /^aws:/i.test(Key))) throw invalid('Tag keys must not begin with aws:.');
  if (new Set([...tags.keys(), ...add.map(({ Key }) => Key)]).size > TAGS_PER_RESOURCE) {
    throw limit('The number of tags exceeds the limit.');
  }
  for (const { Key = '', Value = '' } of add) tags.set(Key, Value);
}

export function tagOperations(events: Events): readonly Operation[] {
  const find = (arn: string, call: Call): Tags => {
    const parsed = parseArn(arn);
    const found = events.state.rules.get(arn)?.tags ?? events.busAt(arn)?.tags;
    if (found === undefined || parsed?.account !== call.caller.accountId || parsed.region !== call.region) {
      throw notFound(
        `${/:rule\//.test(arn) ? 'Rule' : 'EventBus'} ${arn.slice(arn.lastIndexOf('/') + 1)} does not exist.`,
      );
    }
    return found;
  };
  const ask = (action: string, arn: string, context = {}): readonly Authorization[] => {
    const tags = events.state.rules.get(arn)?.tags ?? events.state.buses.get(arn)?.tags;
    return [
      {
        action: `events:${action}`,
        resource: arn,
        resourceAccount: parseArn(arn)?.account ?? '',
        context: { ...resourceTags(tags), ...context },
      },
    ];
  };
  return [
    operation<eb.TagResourceRequest, object>({
      name: 'TagResource',
      readOnly: false,
      authorize: ({ ResourceARN, Tags }) => ask('TagResource', ResourceARN, requestTags(Tags)),
      handle: ({ ResourceARN, Tags }, call) => {
        setTagsOf(find(ResourceARN, call), Tags);
        return {};
      },
    }),
    operation<eb.UntagResourceRequest, object>({
      name: 'UntagResource',
      readOnly: false,
      authorize: ({ ResourceARN, TagKeys }) =>
        ask('UntagResource', ResourceARN, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
      handle: ({ ResourceARN, TagKeys }, call) => {
        const tags = find(ResourceARN, call);
        for (const key of TagKeys) tags.delete(key);
        return {};
      },
    }),
    operation<eb.ListTagsForResourceRequest, eb.ListTagsForResourceResponse>({
      name: 'ListTagsForResource',
      readOnly: true,
      authorize: ({ ResourceARN }) => ask('ListTagsForResource', ResourceARN),
      handle: ({ ResourceARN }, call) => ({
        Tags: [...find(ResourceARN, call)].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}
