import type * as sns from '@aws-sdk/client-sns';
import { setTags, tagList } from '../../state/tags.ts';
import type { Operation } from '../../types.ts';
import { requestTags } from '../iam/ask.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { checkTopicAttribute } from './attributes.ts';
import { invalid } from './errors.ts';
import { isTopicName, readTopicArn, topicArn } from './find.ts';
import { defaultPolicy, topicPolicy } from './policy.ts';
import type { SnsState, Topic } from './state.ts';
import { pageOf } from './token.ts';

const PAGE = 100;

export const topicOperations = ({ store }: World, state: SnsState, ask: Ask): readonly Operation[] => [
  operation<sns.CreateTopicInput, sns.CreateTopicResponse>({
    name: 'CreateTopic',
    readOnly: false,
    authorize: ({ Name, Tags }, { region, caller: { accountId } }) => {
      const resource = topicArn(region, accountId, Name);
      const context = requestTags(Tags);
      const create = { action: 'SNS:CreateTopic', resource, context };
      return Tags?.length ? [create, { ...create, action: 'SNS:TagResource' }] : [create];
    },
    handle: ({ Name, Attributes = {}, Tags = [], DataProtectionPolicy }, call) => {
      const fifo = Attributes['FifoTopic'] === 'true';
      if (!isTopicName(Name) || Name.endsWith('.fifo') !== fifo) throw invalid('Topic Name');
      const { Policy, FifoTopic, ...rest } = Attributes;
      if (FifoTopic !== undefined && !['true', 'false'].includes(FifoTopic)) throw invalid('FifoTopic');
      for (const [name, value] of Object.entries(rest)) checkTopicAttribute(name, value, fifo);
      checkTags(Tags);
      const { accountId } = call.caller;
      const arn = topicArn(call.region, accountId, Name);
      const policy = Policy === undefined || Policy === '' ? undefined : topicPolicy(Policy, store);
      const known = state.topics.get(arn);
      if (known !== undefined) {
        const same = Object.entries(rest).every(
          ([name, value]) => (known.attributes.get(name) ?? '') === value,
        );
        if (!same || (policy !== undefined && policy.text !== known.policy.text)) {
          throw invalid('Attributes', 'Topic already exists with different attributes');
        }
        if (Tags.length > 0 && !sameTags(known, Tags)) {
          throw invalid('Tags', 'Topic already exists with different tags');
        }
        return { TopicArn: arn };
      }
      const topic: Topic = {
        arn,
        name: Name,
        accountId,
        region: call.region,
        createdAt: call.now,
        attributes: new Map(Object.entries(rest).filter(([, value]) => value !== '')),
        policy: policy ?? defaultPolicy(arn, accountId),
        ...(DataProtectionPolicy !== undefined && { dataProtection: DataProtectionPolicy }),
        tags: new Map(),
        subscriptions: new Map(),
        removedSubscriptions: 0,
        sequence: 0,
        recent: new Map(),
      };
      setTags(topic.tags, Tags, 'two-keys');
      state.topics.set(arn, topic);
      return { TopicArn: arn };
    },
  }),
  operation<sns.DeleteTopicInput, object>({
    name: 'DeleteTopic',
    readOnly: false,
    authorize: ({ TopicArn }) => ask.topic('DeleteTopic', TopicArn),
    handle: ({ TopicArn }, call) => {
      if (readTopicArn(TopicArn).region !== call.region) throw invalid('TopicArn');
      // "This action is idempotent, so deleting a topic that does not exist does not result in an error."
      const topic = state.topics.get(TopicArn);
      for (const arn of topic?.subscriptions.keys() ?? []) state.subscriptions.delete(arn);
      state.topics.delete(TopicArn);
      return {};
    },
  }),
  operation<sns.ListTopicsInput, sns.ListTopicsResponse>({
    name: 'ListTopics',
    readOnly: true,
    authorize: (_, call) => ask.any('ListTopics', call),
    handle: ({ NextToken }, { caller, region }) => {
      const own = [...state.topics.values()].filter(
        (topic) => topic.accountId === caller.accountId && topic.region === region,
      );
      const { items, next } = pageOf(own, PAGE, NextToken);
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...(next && { NextToken: next }) };
    },
  }),
];

/** https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html */
export function checkTags(tags: readonly { readonly Key?: string | undefined }[]): void {
  if (tags.length > 50)
    throw invalid('Tags', 'Could not complete request: tag quota of per resource exceeded');
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalid('Tags', 'Duplicate keys are not allowed.');
  if (tags.some(({ Key }) => /^aws:/i.test(Key ?? '')))
    throw invalid('Tags', 'aws: prefixed tag key names are not allowed for external use.');
}

const sameTags = (topic: Topic, tags: readonly sns.Tag[]): boolean => {
  const sorted = (list: readonly sns.Tag[]) =>
    JSON.stringify(list.map(({ Key, Value }) => [Key, Value]).sort());
  return sorted(tagList(topic.tags)) === sorted(tags);
};
