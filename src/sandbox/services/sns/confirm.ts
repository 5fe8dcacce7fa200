import { timingSafeEqual } from 'node:crypto';
import type * as sns from '@aws-sdk/client-sns';
import type { Operation } from '../../types.ts';
import { AwsError } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { invalid, notFound } from './errors.ts';
import { findSubscription, findTopic, readTopicArn, topicOf } from './find.ts';
import type { SnsState, Subscription } from './state.ts';
import { EXPIRE } from './subscribe.ts';
import { HIDDEN } from './trail.ts';

/** Ends a subscription. */
export function remove(state: SnsState, subscription: Subscription): void {
  const topic = topicOf(state, subscription);
  topic.subscriptions.delete(subscription.arn);
  topic.removedSubscriptions++;
  state.subscriptions.delete(subscription.arn);
}

/**
 * The two calls that anybody may make without a signature, by the links in messages: a confirmation's token is its
 * credential, and a subscription's ARN is known to who gets its messages. Such calls are not logged by CloudTrail
 * ("Logging Amazon SNS API calls using AWS CloudTrail").
 */
export function confirmOperations({ timers }: World, state: SnsState, ask: Ask): readonly Operation[] {
  timers.handle<{ arn: string }>(EXPIRE, ({ arn }, due) => {
    const subscription = state.subscriptions.get(arn);
    if (subscription !== undefined && !subscription.confirmed && subscription.tokenExpires <= due) {
      remove(state, subscription);
    }
  });
  return [
    operation<sns.ConfirmSubscriptionInput, sns.ConfirmSubscriptionResponse>({
      name: 'ConfirmSubscription',
      readOnly: false,
      authorize: ({ TopicArn }, { caller }) => {
        readTopicArn(TopicArn);
        return caller.principal.type === 'anonymous' ? [] : ask.topic('ConfirmSubscription', TopicArn);
      },
      handle: ({ TopicArn, Token, AuthenticateOnUnsubscribe }, call) => {
        const topic = findTopic(state, TopicArn, call);
        const subscription = [...topic.subscriptions.values()].find(({ token }) => sameToken(token, Token));
        if (subscription === undefined) throw invalid('Token');
        if (subscription.confirmed) return { SubscriptionArn: subscription.arn };
        if (call.now >= subscription.tokenExpires) throw invalid('Token');
        const signed = call.caller.principal.type !== 'anonymous';
        subscription.confirmed = true;
        subscription.authenticated = signed;
        subscription.authenticateOnUnsubscribe =
          signed && AuthenticateOnUnsubscribe?.toLowerCase() === 'true';
        return { SubscriptionArn: subscription.arn };
      },
      trail: ({ TopicArn, AuthenticateOnUnsubscribe }, output) => ({
        requestParameters: {
          topicArn: TopicArn,
          token: HIDDEN,
          ...(AuthenticateOnUnsubscribe !== undefined && {
            authenticateOnUnsubscribe: AuthenticateOnUnsubscribe,
          }),
        },
        responseElements: output === undefined ? null : { subscriptionArn: output.SubscriptionArn },
      }),
    }),
    operation<sns.UnsubscribeInput, object>({
      name: 'Unsubscribe',
      readOnly: false,
      authorize: ({ SubscriptionArn: arn }, call) =>
        call.caller.principal.type === 'anonymous'
          ? []
          : ask.subscription('Unsubscribe', state.subscriptions.get(arn), arn, call),
      handle: ({ SubscriptionArn }, call) => {
        const subscription = findSubscription(state, SubscriptionArn);
        const anonymous = call.caller.principal.type === 'anonymous';
        if (!subscription.confirmed) {
          if (anonymous) throw notFound('Subscription');
          throw invalid('SubscriptionArn', 'Cannot unsubscribe a subscription that is pending confirmation');
        }
        if (anonymous && subscription.authenticateOnUnsubscribe) {
          throw new AwsError(
            'AuthorizationError',
            'Unauthenticated unsubscribe is not allowed for this subscription',
            403,
          );
        }
        remove(state, subscription);
        return {};
      },
    }),
  ];
}

function sameToken(token: string, given: string): boolean {
  const [a, b] = [Buffer.from(token), Buffer.from(given)];
  return token !== '' && a.length === b.length && timingSafeEqual(a, b);
}
