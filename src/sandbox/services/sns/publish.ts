import type * as sns from '@aws-sdk/client-sns';
import { uuid } from '../../state/ids.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { invalid } from './errors.ts';
import { fanOut } from './fan-out.ts';
import { findTopic } from './find.ts';
import { addMail } from './inbox.ts';
import { LARGEST, type MessageInput, number, readMessage, sizeOf } from './message.ts';
import type { SnsState, Topic } from './state.ts';
import { HIDDEN } from './trail.ts';

const MOST_ENTRIES = 10;

export function publishOperations({ store }: World, state: SnsState, ask: Ask): readonly Operation[] {
  const send = (topic: Topic, input: MessageInput, now: number) => {
    const { fresh, messageId, sequence } = number(topic, input, readMessage(input), now, store.random);
    if (fresh !== undefined) fanOut(state, topic, fresh);
    return { MessageId: messageId, ...(sequence !== undefined && { SequenceNumber: sequence }) };
  };
  return [
    operation<sns.PublishInput, sns.PublishResponse>({
      name: 'Publish',
      readOnly: false,
      authorize: ({ TopicArn, TargetArn, PhoneNumber }) => {
        const arn = target(TopicArn, TargetArn, PhoneNumber);
        // "sns:Publish" to a phone number has no resource but all.
        return arn === undefined ? [{ action: 'SNS:Publish', resource: '*' }] : ask.topic('Publish', arn);
      },
      handle: (input, call) => {
        const arn = target(input.TopicArn, input.TargetArn, input.PhoneNumber);
        return arn === undefined
          ? text(state, input, call, uuid(store.random))
          : send(findTopic(state, arn, call), input, call.now);
      },
      trail: (input, output, call) => dataEvent(input.TopicArn ?? input.TargetArn, output, call),
    }),
    operation<sns.PublishBatchInput, sns.PublishBatchResponse>({
      name: 'PublishBatch',
      readOnly: false,
      authorize: ({ TopicArn }) => ask.topic('Publish', TopicArn),
      handle: ({ TopicArn, PublishBatchRequestEntries: entries }, call) => {
        const topic = findTopic(state, TopicArn, call);
        checkBatch(entries);
        const Successful: sns.PublishBatchResultEntry[] = [];
        const Failed: sns.BatchResultErrorEntry[] = [];
        for (const entry of entries) {
          try {
            Successful.push({ Id: entry.Id, ...send(topic, entry, call.now) });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
          }
        }
        return { Successful, Failed };
      },
      trail: ({ TopicArn }, output, call) => dataEvent(TopicArn, output, call),
    }),
  ];
}

/** The topic's ARN, or undefined for a phone number: exactly one may be given. */
function target(
  topic: string | undefined,
  other: string | undefined,
  phone: string | undefined,
): string | undefined {
  const given = [topic, other, phone].filter((value) => value !== undefined);
  if (given.length === 0) throw invalid('TopicArn or TargetArn', 'no value for required parameter');
  if (given.length > 1) throw invalid('Only one of TopicArn, TargetArn or PhoneNumber can be specified');
  if (phone !== undefined && !/^\+[1-9]\d{6,14}$/.test(phone))
    throw invalid('PhoneNumber', `${phone.slice(0, 32)} is not valid to publish to`);
  return topic ?? other;
}

/** An SMS. */
function text(
  state: SnsState,
  input: sns.PublishInput,
  { now }: Call,
  messageId: string,
): sns.PublishResponse {
  const { texts, attributes } = readMessage(input);
  addMail(state, {
    protocol: 'sms',
    to: input.PhoneNumber ?? '',
    from: 'NOTICE',
    notification: {
      type: 'Notification',
      messageId,
      topicArn: '',
      subscriptionArn: '',
      message: texts.get('sms') ?? texts.get('default') ?? '',
      at: now,
      attributes,
      signatureVersion: '1',
    },
  });
  return { MessageId: messageId };
}

function checkBatch(entries: readonly sns.PublishBatchRequestEntry[]): void {
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  }
  const ids = entries.map(({ Id = '' }) => Id);
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > LARGEST) {
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  }
}

/** Publishing is a data event: https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html */
const dataEvent = (topicArn: string | undefined, output: object | undefined, { caller }: Call) => ({
  requestParameters: { ...(topicArn !== undefined && { topicArn }), message: HIDDEN },
  responseElements: output === undefined ? null : ids(output),
  dataEvent: true,
  ...(topicArn !== undefined && {
    resources: [
      { accountId: topicArn.split(':')[4] ?? caller.accountId, type: 'AWS::SNS::Topic', ARN: topicArn },
    ],
  }),
});

const ids = (output: sns.PublishResponse): Record<string, unknown> =>
  output.MessageId === undefined ? {} : { messageId: output.MessageId };
