import type * as sns from '@aws-sdk/client-sns';
import { removeTags, setTags, tagList } from '../../state/tags.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { readTopicArn } from './find.ts';
import type { SnsState, Topic } from './state.ts';
import { checkTags } from './topics.ts';

const TAGS_PER_TOPIC = 50;

/** "Tags are case-sensitive": https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html */
export function tagOperations(_: World, state: SnsState, ask: Ask): readonly Operation[] {
  const find = (arn: string, call: Call): Topic => {
    const topic = readTopicArn(arn, 'ResourceArn').region === call.region ? state.topics.get(arn) : undefined;
    if (topic === undefined) throw new AwsError('ResourceNotFound', 'Resource does not exist', 404);
    return topic;
  };
  return [
    operation<sns.TagResourceRequest, object>({
      name: 'TagResource',
      readOnly: false,
      authorize: ({ ResourceArn, Tags }) => ask.tagged('TagResource', ResourceArn, Tags),
      handle: ({ ResourceArn, Tags }, call) => {
        const { tags } = find(ResourceArn, call);
        checkTags(Tags);
        const after = new Map(tags);
        setTags(after, Tags, 'two-keys');
        if (after.size > TAGS_PER_TOPIC) {
          throw new AwsError(
            'TagLimitExceeded',
            'Could not complete request: tag quota of per resource exceeded',
          );
        }
        setTags(tags, Tags, 'two-keys');
        return {};
      },
    }),
    operation<sns.UntagResourceRequest, object>({
      name: 'UntagResource',
      readOnly: false,
      authorize: ({ ResourceArn, TagKeys }) =>
        ask.topic('UntagResource', ResourceArn, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
      handle: ({ ResourceArn, TagKeys }, call) => {
        removeTags(find(ResourceArn, call).tags, TagKeys, 'two-keys');
        return {};
      },
    }),
    operation<sns.ListTagsForResourceRequest, sns.ListTagsForResourceResponse>({
      name: 'ListTagsForResource',
      readOnly: true,
      authorize: ({ ResourceArn }) => ask.topic('ListTagsForResource', ResourceArn),
      handle: ({ ResourceArn }, call) => ({ Tags: tagList(find(ResourceArn, call).tags) }),
    }),
  ];
}
