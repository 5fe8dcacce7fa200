import { sign } from 'node:crypto';
import { certificateUrl, confirmUrl, type Notification, unsubscribeUrl } from './notification.ts';
import { keyOf } from './signing/key.ts';

/**
 * The JSON that HTTP(S) and email-json endpoints get, signed.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function envelope(notification: Notification, origin: string, seed: Uint8Array): string {
  const { type, messageId, topicArn, subject, message, token, signatureVersion, sequence } = notification;
  const confirmation = type !== 'Notification';
  const fields: Record<string, string> = {
    Type: type,
    MessageId: messageId,
    ...(confirmation && { Token: token ?? '' }),
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    ...(confirmation && { SubscribeURL: confirmUrl(origin, notification) }),
    Timestamp: new Date(notification.at).toISOString(),
    SignatureVersion: signatureVersion,
    ...(sequence !== undefined && { SequenceNumber: sequence }),
  };
  const attributes = Object.entries(notification.attributes);
  const all: Record<string, unknown> = {
    ...fields,
    Signature: signature(fields, confirmation, signatureVersion, seed),
    SigningCertURL: certificateUrl(origin),
    ...(!confirmation && { UnsubscribeURL: unsubscribeUrl(origin, notification) }),
    ...(attributes.length > 0 && { MessageAttributes: notification.attributes }),
  };
  const lines = Object.entries(all).map(
    ([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}`;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
function signature(
  fields: Readonly<Record<string, string>>,
  confirmation: boolean,
  version: string,
  seed: Uint8Array,
): string {
  const signed = confirmation
    ? ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
    : ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
  const text = signed.flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`]));
  return sign(version === '2' ? 'sha256' : 'sha1', Buffer.from(text.join('')), keyOf(seed)).toString(
    'base64',
  );
}
