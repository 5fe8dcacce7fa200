import type { NamedPolicy, RequestContext } from '../../../engine/index.ts';
import type { Tag } from '../../state/tags.ts';
import type { Authorization, Call } from '../../types.ts';
import { requestTags } from '../iam/ask.ts';
import { readTopicArn, topicArn } from './find.ts';
import type { SnsState, Subscription, Topic } from './state.ts';

/**
 * What SNS operations ask the engine; resources as in
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 * What doesn't exist is asked for by its ARN, so that a refusal doesn't tell whether it exists.
 */
export class Ask {
  readonly #state: SnsState;

  constructor(state: SnsState) {
    this.#state = state;
  }

  /** Actions over everything that an account has in a region: their messages name `arn:…:*`. */
  any(action: string, call: Call): readonly Authorization[] {
    return [{ action: `SNS:${action}`, resource: topicArn(call.region, call.caller.accountId, '*') }];
  }

  topic(action: string, arn: string, context: RequestContext = {}): readonly Authorization[] {
    const { account } = readTopicArn(arn);
    const topic = this.#state.topics.get(arn);
    return [
      {
        action: `SNS:${action}`,
        resource: arn,
        resourceAccount: account,
        ...(topic !== undefined && { resourcePolicy: policyOf(topic) }),
        context: { ...resourceTags(topic), ...context },
      },
    ];
  }

  tagged(action: string, arn: string, tags: readonly Tag[] | undefined): readonly Authorization[] {
    return this.topic(action, arn, requestTags(tags));
  }

  /**
   * A subscription belongs to who subscribed, its topic perhaps to another account: either may look at it and end it.
   * unverified: that the resource is the topic; the reference gives these actions none.
   */
  subscription(
    action: string,
    subscription: Subscription | undefined,
    arn: string,
    call: Call,
  ): readonly Authorization[] {
    const resource = subscription?.topicArn ?? arn.slice(0, arn.lastIndexOf(':'));
    readTopicArn(resource, 'SubscriptionArn');
    const topic = this.#state.topics.get(resource);
    const own = subscription === undefined || subscription.owner === call.caller.accountId;
    if (own && topic?.accountId !== call.caller.accountId) {
      return [{ action: `SNS:${action}`, resource, resourceAccount: call.caller.accountId }];
    }
    return this.topic(action, resource);
  }
}

export const policyOf = (topic: Topic): NamedPolicy => ({
  name: `policy of topic ${topic.name}`,
  document: topic.policy.document,
});

function resourceTags(topic: Topic | undefined): RequestContext {
  const context: Record<string, string> = {};
  for (const [key, value] of topic?.tags ?? []) context[`aws:ResourceTag/${key}`] = value;
  return context;
}
