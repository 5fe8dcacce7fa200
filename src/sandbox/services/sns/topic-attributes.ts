import type * as sns from '@aws-sdk/client-sns';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { checkTopicAttribute, isJsonObject, topicDelivery } from './attributes.ts';
import { invalid } from './errors.ts';
import { findTopic } from './find.ts';
import { defaultPolicy, topicPolicy } from './policy.ts';
import type { SnsState, Topic } from './state.ts';

export const topicAttributeOperations = (
  { store }: World,
  state: SnsState,
  ask: Ask,
): readonly Operation[] => [
  operation<sns.GetTopicAttributesInput, sns.GetTopicAttributesResponse>({
    name: 'GetTopicAttributes',
    readOnly: true,
    authorize: ({ TopicArn }) => ask.topic('GetTopicAttributes', TopicArn),
    handle: ({ TopicArn }, call) => ({ Attributes: attributesOf(findTopic(state, TopicArn, call)) }),
  }),
  operation<sns.SetTopicAttributesInput, object>({
    name: 'SetTopicAttributes',
    readOnly: false,
    authorize: ({ TopicArn }) => ask.topic('SetTopicAttributes', TopicArn),
    handle: ({ TopicArn, AttributeName: name, AttributeValue: value = '' }, call) => {
      const topic = findTopic(state, TopicArn, call);
      if (name === 'Policy') {
        topic.policy = value === '' ? defaultPolicy(topic.arn, topic.accountId) : topicPolicy(value, store);
        return {};
      }
      checkTopicAttribute(name, value, topic.name.endsWith('.fifo'));
      if (value === '') topic.attributes.delete(name);
      else topic.attributes.set(name, value);
      return {};
    },
  }),
  operation<sns.GetDataProtectionPolicyInput, sns.GetDataProtectionPolicyResponse>({
    name: 'GetDataProtectionPolicy',
    readOnly: true,
    authorize: ({ ResourceArn }) => ask.topic('GetDataProtectionPolicy', ResourceArn),
    handle: ({ ResourceArn }, call) => {
      const { dataProtection } = findTopic(state, ResourceArn, call);
      return dataProtection === undefined ? {} : { DataProtectionPolicy: dataProtection };
    },
  }),
  operation<sns.PutDataProtectionPolicyInput, object>({
    name: 'PutDataProtectionPolicy',
    readOnly: false,
    authorize: ({ ResourceArn }) => ask.topic('PutDataProtectionPolicy', ResourceArn),
    handle: ({ ResourceArn, DataProtectionPolicy: policy }, call) => {
      const topic = findTopic(state, ResourceArn, call);
      if (policy !== '' && !isJsonObject(policy)) throw invalid('DataProtectionPolicy');
      if (policy === '') delete topic.dataProtection;
      else topic.dataProtection = policy;
      return {};
    },
  }),
];

/** https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
function attributesOf(topic: Topic): Record<string, string> {
  const all = [...topic.subscriptions.values()];
  const confirmed = all.filter((subscription) => subscription.confirmed).length;
  const fifo = topic.name.endsWith('.fifo');
  return {
    Policy: topic.policy.text,
    Owner: topic.accountId,
    SubscriptionsPending: String(all.length - confirmed),
    TopicArn: topic.arn,
    EffectiveDeliveryPolicy: topicDelivery(topic.attributes.get('DeliveryPolicy')),
    SubscriptionsConfirmed: String(confirmed),
    DisplayName: '',
    SubscriptionsDeleted: String(topic.removedSubscriptions),
    ...(fifo && { FifoTopic: 'true', ContentBasedDeduplication: 'false', FifoThroughputScope: 'Topic' }),
    ...Object.fromEntries(topic.attributes),
  };
}
