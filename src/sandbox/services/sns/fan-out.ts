import { subscriptionDelivery } from './attributes.ts';
import { deliverHttp } from './deliveries.ts';
import { wants } from './filter.ts';
import { addMail } from './inbox.ts';
import type { SentAttribute } from './message-attributes.ts';
import type { Notification } from './notification.ts';
import type { SnsState, Subscription, Topic } from './state.ts';

/** A message as it was published, checked. */
export interface Published {
  readonly messageId: string;
  readonly subject?: string;
  /** By protocol, and `default`. */
  readonly texts: ReadonlyMap<string, string>;
  readonly attributes: Readonly<Record<string, SentAttribute>>;
  readonly sequence?: string;
  readonly at: number;
}

/** Sends a message to each confirmed subscription that wants it. */
export function fanOut(state: SnsState, topic: Topic, published: Published): void {
  const { texts, attributes, messageId, subject, sequence, at } = published;
  for (const subscription of topic.subscriptions.values()) {
    const message = texts.get(subscription.protocol) ?? texts.get('default') ?? '';
    if (!subscription.confirmed || !wants(subscription, message, attributes)) continue;
    deliver(state, topic, subscription, {
      type: 'Notification',
      messageId,
      topicArn: topic.arn,
      subscriptionArn: subscription.arn,
      ...(subject !== undefined && { subject }),
      ...(sequence !== undefined && { sequence }),
      message,
      at,
      attributes,
      signatureVersion: topic.attributes.get('SignatureVersion') ?? '1',
    });
  }
}

/** Asks an endpoint to confirm, with a token that is good for two days. */
export function askToConfirm(
  state: SnsState,
  topic: Topic,
  subscription: Subscription,
  messageId: string,
  at: number,
): void {
  deliver(state, topic, subscription, {
    type: 'SubscriptionConfirmation',
    messageId,
    topicArn: topic.arn,
    subscriptionArn: subscription.arn,
    message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    token: subscription.token,
    at,
    attributes: {},
    signatureVersion: topic.attributes.get('SignatureVersion') ?? '1',
  });
}

function deliver(
  state: SnsState,
  topic: Topic,
  subscription: Subscription,
  notification: Notification,
): void {
  const { protocol, endpoint } = subscription;
  const displayName = topic.attributes.get('DisplayName') || 'AWS Notifications';
  const mail = { protocol, to: endpoint, from: `${displayName} <no-reply@sns.amazonaws.com>`, notification };
  if (protocol === 'http' || protocol === 'https') {
    deliverHttp(state, subscription, notification, topic.attributes.get('DeliveryPolicy'));
  } else if (['email', 'email-json', 'sms'].includes(protocol)) {
    addMail(state, mail);
  } else {
    addMail(state, { ...mail, undelivered: `The sandbox has no service behind ${protocol} endpoints.` });
  }
}

/** EffectiveDeliveryPolicy, for protocols that have one. */
export const effectivePolicy = (topic: Topic, { protocol, attributes }: Subscription): string | undefined =>
  protocol === 'http' || protocol === 'https'
    ? subscriptionDelivery(topic.attributes.get('DeliveryPolicy'), attributes.get('DeliveryPolicy'))
    : undefined;
