import type { ControlRoute } from '../../types.ts';
import { envelope } from './envelope.ts';
import { confirmUrl, type Notification, originOf, unsubscribeUrl } from './notification.ts';
import type { SnsState } from './state.ts';

/** What arrived in a mailbox or on a phone, or could not be delivered. Kept as it was sent; links are made when it is read. */
export interface Mail {
  readonly protocol: string;
  readonly to: string;
  readonly from: string;
  readonly notification: Notification;
  /** Why it did not reach its endpoint; absent: it did. */
  readonly undelivered?: string;
}

const KEPT = 10_000;

export function addMail(state: SnsState, mail: Mail): void {
  state.inbox.push(mail);
  if (state.inbox.length > KEPT * 1.1) state.inbox = state.inbox.slice(-KEPT);
}

/** `GET inbox`, `GET inbox/ADDRESS`, `GET inbox/TOPIC` (name or ARN); DELETE empties it. Oldest first. */
export const inboxRoute = (state: SnsState): ControlRoute => ({
  GET: ({ origin }, rest) =>
    state.inbox.filter(aboutIt(rest)).map((mail) => shown(mail, state, originOf(origin))),
  DELETE: (_, rest) => {
    const gone = aboutIt(rest);
    state.inbox = rest === '' ? [] : state.inbox.filter((mail) => !gone(mail));
    return { ok: true };
  },
});

function aboutIt(rest: string): (mail: Mail) => boolean {
  const wanted = decoded(rest);
  if (wanted === '') return () => true;
  return ({ to, notification: { topicArn } }) =>
    to === wanted || topicArn === wanted || topicArn.slice(topicArn.lastIndexOf(':') + 1) === wanted;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shown(mail: Mail, state: SnsState, origin: string) {
  const { notification } = mail;
  const confirmation = notification.type === 'SubscriptionConfirmation';
  return {
    time: new Date(notification.at).toISOString(),
    protocol: mail.protocol,
    to: mail.to,
    from: mail.from,
    subject: subjectOf(notification),
    body: bodyOf(mail, state, origin),
    topicArn: notification.topicArn,
    messageId: notification.messageId,
    ...(confirmation && { token: notification.token, confirmUrl: confirmUrl(origin, notification) }),
    ...(mail.undelivered !== undefined && { undelivered: mail.undelivered }),
  };
}

const subjectOf = ({ type, subject }: Notification): string =>
  type === 'SubscriptionConfirmation'
    ? 'AWS Notification - Subscription Confirmation'
    : (subject ?? 'AWS Notification Message');

function bodyOf({ protocol, notification }: Mail, state: SnsState, origin: string): string {
  const { type, message, topicArn } = notification;
  if (protocol !== 'email') {
    return protocol === 'sms' || state.seed === undefined
      ? message
      : envelope(notification, origin, state.seed);
  }
  if (type === 'SubscriptionConfirmation') {
    return `You have chosen to subscribe to the topic:\n${topicArn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${confirmUrl(origin, notification)}\n\nPlease do not reply directly to this email.`;
  }
  return `${message}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n${unsubscribeUrl(origin, notification)}\n\nPlease do not reply directly to this email.`;
}
