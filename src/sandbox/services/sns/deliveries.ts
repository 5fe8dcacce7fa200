import type { ControlRoute } from '../../types.ts';
import { retriesOf, subscriptionDelivery } from './attributes.ts';
import { envelope } from './envelope.ts';
import { addMail } from './inbox.ts';
import { type Notification, originOf } from './notification.ts';
import type { SnsState, Subscription } from './state.ts';

/** An HTTP POST that waits for its turn. */
export interface Delivery {
  readonly id: string;
  readonly url: string;
  readonly protocol: string;
  readonly notification: Notification;
  /** RawMessageDelivery: the message alone, without the JSON around it. */
  readonly raw: boolean;
  readonly contentType: string;
  /** The subscription's EffectiveDeliveryPolicy when the message came. */
  readonly policy: string;
  attempts: number;
  /** Not before, virtual ms. */
  due: number;
}

/** Queues a message to an HTTP(S) endpoint; endpoints on other machines are never contacted. */
export function deliverHttp(
  state: SnsState,
  subscription: Subscription,
  notification: Notification,
  topicPolicy: string | undefined,
): void {
  const { endpoint: url, protocol, attributes } = subscription;
  if (!isLoopback(url)) {
    const undelivered =
      'The sandbox contacts this machine only: the endpoint is not on 127.0.0.1 or localhost.';
    addMail(state, { protocol, to: url, from: 'AWS Notifications', notification, undelivered });
    return;
  }
  const policy = subscriptionDelivery(topicPolicy, attributes.get('DeliveryPolicy'));
  const { requestPolicy } = JSON.parse(policy) as { requestPolicy: { headerContentType?: string } };
  const id = `${notification.messageId} ${notification.subscriptionArn}`;
  state.deliveries.set(id, {
    id,
    url,
    protocol,
    notification,
    raw: notification.type === 'Notification' && attributes.get('RawMessageDelivery') === 'true',
    contentType: requestPolicy.headerContentType ?? 'text/plain; charset=UTF-8',
    policy,
    attempts: 0,
    due: notification.at,
  });
}

export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** One POST that the server makes (outbox.ts). */
export interface Outgoing {
  readonly id: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of it. */
export interface Outcome {
  readonly id: string;
  /** Of the answer; absent: there was none. */
  readonly status?: number;
  /** For people: why there was no answer. */
  readonly reason?: string;
  /** Trying again would be useless. */
  readonly final?: boolean;
}

/** Longer than any delay between two attempts: what is due later than this was queued before the clock was set back. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * GET: what waits to be sent by now; POST: what came of it, so that it is kept with all else that happens to the cloud.
 * Unknown ids are ignored: the cloud may have been emptied meanwhile.
 */
export const outboxRoute = (state: SnsState): ControlRoute => ({
  GET: ({ origin }, _, { now }) =>
    [...state.deliveries.values()]
      .filter(({ due }) => due <= now || due > now + LONGEST_WAIT_MS)
      .map((delivery) => outgoing(delivery, state, originOf(origin))),
  POST: (outcome, _, { now }) => {
    settle(state, outcome, now);
    return { ok: true };
  },
});

/** https://docs.aws.amazon.com/sns/latest/dg/http-header.html */
function outgoing(delivery: Delivery, { seed }: SnsState, origin: string): Outgoing {
  const { id, url, notification, raw, contentType } = delivery;
  const { type, messageId, topicArn, subscriptionArn, message } = notification;
  if (seed === undefined) throw new Error('a subscription without a signing key');
  return {
    id,
    url,
    headers: {
      'x-amz-sns-message-type': type,
      'x-amz-sns-message-id': messageId,
      'x-amz-sns-topic-arn': topicArn,
      ...(type === 'Notification' && { 'x-amz-sns-subscription-arn': subscriptionArn }),
      ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
      'content-type': contentType,
      'user-agent': 'Amazon Simple Notification Service Agent',
    },
    body: raw ? message : envelope(notification, origin, seed),
  };
}

/**
 * "Amazon SNS message delivery retries": 2xx is success; server errors, 429 and no answer are tried again as the delivery
 * policy says; other answers are final. What fails for good is shown in the inbox.
 */
function settle(state: SnsState, outcome: Partial<Outcome>, now: number): void {
  const { id = '', status, reason, final } = outcome;
  const delivery = state.deliveries.get(id);
  if (delivery === undefined) return;
  delivery.attempts++;
  const done = status !== undefined && status >= 200 && status < 300;
  const again = final !== true && (status === undefined || status >= 500 || status === 429);
  const { retries, delay } = retriesOf(delivery.policy);
  if (!done && again && delivery.attempts <= retries) {
    delivery.due = now + delay(delivery.attempts - 1) * 1_000;
    return;
  }
  state.deliveries.delete(id);
  if (done) return;
  const { protocol, url, notification, attempts } = delivery;
  const said = reason ?? `The endpoint answered ${status}.`;
  const undelivered = `${said} Given up after ${attempts} attempt${attempts === 1 ? '' : 's'}.`;
  addMail(state, { protocol, to: url, from: 'AWS Notifications', notification, undelivered });
}
