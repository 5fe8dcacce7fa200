import type { SentAttribute } from './message-attributes.ts';

/** One message on its way to one subscription. Plain data: it is kept while it waits. */
export interface Notification {
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly subject?: string;
  readonly message: string;
  /** ms */
  readonly at: number;
  readonly attributes: Readonly<Record<string, SentAttribute>>;
  /** Of confirmations. */
  readonly token?: string;
  /** Of FIFO topics. */
  readonly sequence?: string;
  /** The topic's SignatureVersion when it was sent. */
  readonly signatureVersion: string;
}

const query = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

/** Links that work by a plain GET; `origin` is where the sandbox is reached. */
export const confirmUrl = (origin: string, { topicArn, token = '' }: Notification): string =>
  `${origin}/?${query({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token })}`;

export const unsubscribeUrl = (origin: string, { subscriptionArn }: Notification): string =>
  `${origin}/?${query({ Action: 'Unsubscribe', SubscriptionArn: subscriptionArn })}`;

export const certificateUrl = (origin: string): string =>
  `${origin}/_sandbox/sns-certificate/SimpleNotificationService.pem`;

/** Where the sandbox is reached, as the server says it. */
export const originOf = (origin: unknown): string =>
  typeof origin === 'string' ? origin : 'https://sns.us-east-1.amazonaws.com';
