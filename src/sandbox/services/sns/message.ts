import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Random } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import { invalid } from './errors.ts';
import type { Published } from './fan-out.ts';
import { readAttributes, type SentAttribute } from './message-attributes.ts';
import type { Topic } from './state.ts';

/** 256 KB, attributes included. */
export const LARGEST = 262_144;

/** The members that Publish and PublishBatch's entries share. */
export interface MessageInput {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** A message that keeps SNS's rules. */
export interface Message {
  readonly subject?: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly attributes: Readonly<Record<string, SentAttribute>>;
}

/** Bytes of a message with its attributes. */
export function sizeOf({ Message: message = '', MessageAttributes: attributes = {} }: MessageInput): number {
  const parts = Object.entries(attributes).map(
    ([name, { DataType = '', StringValue = '', BinaryValue }]) =>
      Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
  );
  return parts.reduce((sum, size) => sum + size, Buffer.byteLength(message));
}

/** Throws InvalidParameter or ParameterValueInvalid. */
export function readMessage(input: MessageInput): Message {
  const { Message: message = '', Subject: subject, MessageStructure: structure } = input;
  if (message === '') throw invalid('Empty message');
  if (sizeOf(input) > LARGEST) throw invalid('Message too long');
  // "Subjects must be UTF-8 text with no line breaks or control characters, and less than 100 characters long."
  if (subject !== undefined && !/^(?! )[^\p{Cc}]{1,100}$/u.test(subject)) throw invalid('Subject');
  const attributes = readAttributes(input.MessageAttributes);
  if (structure !== undefined && structure !== '' && structure !== 'json') throw invalid('MessageStructure');
  const texts = structure === 'json' ? readStructure(message) : new Map([['default', message]]);
  return { texts, attributes, ...(subject !== undefined && { subject }) };
}

function readStructure(message: string): Map<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const texts = new Map(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  if (!texts.has('default')) throw invalid('Message Structure - No default entry in JSON message body');
  return texts;
}

const DEDUPLICATION_MS = 5 * 60_000;
const fifoId = /^[!-~]{1,128}$/;

/** Gives the message its id; of a FIFO topic also its number. undefined `fresh`: it was published already. */
export function number(
  topic: Topic,
  input: MessageInput,
  message: Message,
  at: number,
  random: Random,
): { fresh: Published | undefined; messageId: string; sequence?: string } {
  if (!topic.name.endsWith('.fifo')) {
    if (input.MessageDeduplicationId !== undefined) {
      throw invalid(
        'MessageDeduplicationId',
        'The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      );
    }
    const messageId = uuid(random);
    return { fresh: { ...message, messageId, at }, messageId };
  }
  if (input.MessageGroupId === undefined)
    throw invalid('The MessageGroupId parameter is required for FIFO topics');
  if (!fifoId.test(input.MessageGroupId)) throw invalid('MessageGroupId');
  const byContent = topic.attributes.get('ContentBasedDeduplication') === 'true';
  const id =
    input.MessageDeduplicationId ??
    (byContent
      ? createHash('sha256')
          .update(input.Message ?? '')
          .digest('hex')
      : undefined);
  if (id === undefined) {
    throw invalid(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (!fifoId.test(id)) throw invalid('MessageDeduplicationId');
  for (const [known, { at: then }] of topic.recent) {
    if (Math.abs(at - then) < DEDUPLICATION_MS) break;
    topic.recent.delete(known);
  }
  const before = topic.recent.get(id);
  if (before !== undefined)
    return { fresh: undefined, messageId: before.messageId, sequence: before.sequence };
  const messageId = uuid(random);
  const sequence = (10_000_000_000_000_000_000n + BigInt(++topic.sequence)).toString();
  topic.recent.set(id, { at, messageId, sequence });
  return { fresh: { ...message, messageId, at, sequence }, messageId, sequence };
}
