import type * as sns from '@aws-sdk/client-sns';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { effectivePolicy } from './fan-out.ts';
import { findSubscription, findTopic, topicOf } from './find.ts';
import type { SnsState, Subscription } from './state.ts';
import { setSetting } from './subscription-settings.ts';
import { pageOf } from './token.ts';

const PAGE = 100;

export const subscriptionOperations = (_: World, state: SnsState, ask: Ask): readonly Operation[] => [
  operation<sns.ListSubscriptionsInput, sns.ListSubscriptionsResponse>({
    name: 'ListSubscriptions',
    readOnly: true,
    authorize: (_, call) => ask.any('ListSubscriptions', call),
    handle: ({ NextToken }, { caller, region }) => {
      const own = [...state.subscriptions.values()].filter(
        (one) => one.owner === caller.accountId && topicOf(state, one).region === region,
      );
      return listed(own, NextToken);
    },
  }),
  operation<sns.ListSubscriptionsByTopicInput, sns.ListSubscriptionsByTopicResponse>({
    name: 'ListSubscriptionsByTopic',
    readOnly: true,
    authorize: ({ TopicArn }) => ask.topic('ListSubscriptionsByTopic', TopicArn),
    handle: ({ TopicArn, NextToken }, call) =>
      listed([...findTopic(state, TopicArn, call).subscriptions.values()], NextToken),
  }),
  operation<sns.GetSubscriptionAttributesInput, sns.GetSubscriptionAttributesResponse>({
    name: 'GetSubscriptionAttributes',
    readOnly: true,
    authorize: ({ SubscriptionArn: arn }, call) =>
      ask.subscription('GetSubscriptionAttributes', state.subscriptions.get(arn), arn, call),
    handle: ({ SubscriptionArn }) => {
      const subscription = findSubscription(state, SubscriptionArn);
      return { Attributes: attributesOf(state, subscription) };
    },
  }),
  operation<sns.SetSubscriptionAttributesInput, object>({
    name: 'SetSubscriptionAttributes',
    readOnly: false,
    authorize: ({ SubscriptionArn: arn }, call) =>
      ask.subscription('SetSubscriptionAttributes', state.subscriptions.get(arn), arn, call),
    handle: ({ SubscriptionArn, AttributeName: name, AttributeValue: value = '' }) => {
      const { attributes, protocol } = findSubscription(state, SubscriptionArn);
      const after = setSetting(attributes, protocol, name, value);
      attributes.clear();
      for (const [key, set] of after) attributes.set(key, set);
      return {};
    },
  }),
];

function listed(all: readonly Subscription[], token: string | undefined): sns.ListSubscriptionsResponse {
  const { items, next } = pageOf(all, PAGE, token);
  return {
    Subscriptions: items.map(({ arn, owner, protocol, endpoint, topicArn, confirmed }) => ({
      SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
      Owner: owner,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topicArn,
    })),
    ...(next !== undefined && { NextToken: next }),
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html */
function attributesOf(state: SnsState, subscription: Subscription): Record<string, string> {
  const { arn, topicArn, owner, principal, protocol, endpoint, attributes } = subscription;
  const effective = effectivePolicy(topicOf(state, subscription), subscription);
  return {
    SubscriptionPrincipal: principal,
    Owner: owner,
    RawMessageDelivery: 'false',
    TopicArn: topicArn,
    Endpoint: endpoint,
    Protocol: protocol,
    PendingConfirmation: String(!subscription.confirmed),
    ConfirmationWasAuthenticated: String(subscription.authenticated),
    SubscriptionArn: arn,
    ...(attributes.has('FilterPolicy') && { FilterPolicyScope: 'MessageAttributes' }),
    ...(effective !== undefined && { EffectiveDeliveryPolicy: effective }),
    ...Object.fromEntries(attributes),
  };
}
