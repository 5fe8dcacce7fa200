import { isAccountId, parseArn } from '../../../base/index.ts';
import type { Call } from '../../types.ts';
import { invalid, notFound } from './errors.ts';
import type { SnsState, Subscription, Topic } from './state.ts';

const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$|^[A-Za-z0-9_-]{1,251}\.fifo$/;

export const isTopicName = (name: string): boolean => TOPIC_NAME.test(name);

export const topicArn = (region: string, accountId: string, name: string): string =>
  `arn:aws:sns:${region}:${accountId}:${name}`;

/** Account and region of a topic's ARN; throws InvalidParameter for anything else. */
export function readTopicArn(arn: string, parameter = 'TopicArn'): { account: string; region: string } {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'sns' || !isAccountId(parsed.account) || !isTopicName(parsed.resource)) {
    const elements = arn.split(':').length;
    throw invalid(
      parameter,
      elements < 6 ? `An ARN must have at least 6 elements, not ${elements}` : undefined,
    );
  }
  return parsed;
}

/** A topic of the region that was called; unknown ones are NotFound, those of other regions InvalidParameter. */
export function findTopic(state: SnsState, arn: string, call: Call): Topic {
  const { region } = readTopicArn(arn);
  if (region !== call.region && call.caller.principal.type !== 'anonymous') throw invalid('TopicArn');
  const topic = state.topics.get(arn);
  if (topic === undefined) throw notFound('Topic');
  return topic;
}

export function findSubscription(state: SnsState, arn: string): Subscription {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'sns' || !/^[^:]+:[0-9a-f-]{36}$/.test(parsed.resource))
    throw invalid('SubscriptionArn');
  const subscription = state.subscriptions.get(arn);
  if (subscription === undefined) throw notFound('Subscription');
  return subscription;
}

/** The topic of a subscription. INVARIANT: deleting a topic deletes its subscriptions. */
export function topicOf(state: SnsState, { topicArn: arn }: Subscription): Topic {
  const topic = state.topics.get(arn);
  if (topic === undefined) throw new Error(`a subscription to ${arn}, which does not exist`);
  return topic;
}
