import { uuid } from '../../state/ids.ts';
import { AwsError, type Call, type Caller } from '../../types.ts';
import type { ActingService, SnsPort } from '../ports.ts';
import type { World } from '../world.ts';
import { policyOf } from './ask.ts';
import { notFound } from './errors.ts';
import { fanOut } from './fan-out.ts';
import { readTopicArn } from './find.ts';
import { readMessage } from './message.ts';
import type { SnsState } from './state.ts';

/**
 * Services whose messages carry `aws:SourceOwner`, the key of the policy that a topic starts with: their alarms reach a
 * topic of their own account without further ado. EventBridge's don't ("My rule matches events but my target wasn't
 * invoked … the topic's policy must allow events.amazonaws.com").
 * unverified: which others of "aws:SourceAccount versus aws:SourceOwner" do.
 */
const sendsSourceOwner = new Set(['cloudwatch.amazonaws.com']);

/** Publishing as an AWS service: the topic's policy decides. */
export function snsPort(world: World, state: SnsState): SnsPort {
  const { store } = world;
  const callers = new Map<string, Caller>();
  const callerOf = (service: string): Caller => {
    const known = callers.get(service) ?? { principal: { type: 'service', service } as const, accountId: '' };
    callers.set(service, known);
    return known;
  };
  const callOf = ({ service, now }: ActingService, region: string): Call => ({
    requestId: uuid(store.random),
    now,
    service: 'sns',
    operation: 'Publish',
    region,
    sourceIp: service,
    userAgent: service,
    host: `sns.${region}.amazonaws.com`,
    caller: callerOf(service),
  });
  return {
    publish: (by, { topicArn, subject, message, attributes = {} }) => {
      const { account, region } = readTopicArn(topicArn);
      const topic = state.topics.get(topicArn);
      if (topic === undefined) throw notFound('Topic');
      world.authorize(
        [
          {
            action: 'SNS:Publish',
            resource: topicArn,
            resourceAccount: account,
            resourcePolicy: policyOf(topic),
            context: {
              'aws:SourceArn': by.sourceArn,
              'aws:SourceAccount': by.sourceAccount,
              ...(sendsSourceOwner.has(by.service) && { 'aws:SourceOwner': by.sourceAccount }),
              // A service has no public address to call from.
              'aws:SourceIp': undefined,
            },
          },
        ],
        callOf(by, region),
      );
      if (topic.name.endsWith('.fifo'))
        throw new AwsError(
          'InvalidParameter',
          'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
        );
      const values = Object.entries(attributes).map(([name, StringValue]) => [
        name,
        { DataType: 'String', StringValue },
      ]);
      const read = readMessage({
        Message: message,
        Subject: subject,
        MessageAttributes: Object.fromEntries(values) as Record<
          string,
          { DataType: string; StringValue: string }
        >,
      });
      const messageId = uuid(store.random);
      fanOut(state, topic, { ...read, messageId, at: by.now });
      return messageId;
    },
  };
}
