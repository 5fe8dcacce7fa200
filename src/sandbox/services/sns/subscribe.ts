import type * as sns from '@aws-sdk/client-sns';
import { callerArn } from '../../../engine/index.ts';
import { uuid } from '../../state/ids.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { checkEndpoint, needsConfirmation } from './endpoint.ts';
import { invalid } from './errors.ts';
import { askToConfirm } from './fan-out.ts';
import { findTopic } from './find.ts';
import type { SnsState, Subscription } from './state.ts';
import { setSetting } from './subscription-settings.ts';
import { HIDDEN } from './trail.ts';

/** "Tokens are valid for two days"; an unconfirmed subscription goes with its token. */
export const TOKEN_MS = 48 * 3_600_000;
export const EXPIRE = 'sns.expire';

const PENDING = 'pending confirmation';

export const subscribeOperations = (
  { store, timers }: World,
  state: SnsState,
  ask: Ask,
): readonly Operation[] => [
  operation<sns.SubscribeInput, sns.SubscribeResponse>({
    name: 'Subscribe',
    readOnly: false,
    authorize: ({ TopicArn, Protocol, Endpoint }) =>
      ask.topic('Subscribe', TopicArn, {
        'sns:Protocol': Protocol,
        ...(Endpoint !== undefined && { 'sns:Endpoint': Endpoint }),
      }),
    handle: ({ TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }, call) => {
      const topic = findTopic(state, TopicArn, call);
      const protocol = Protocol.toLowerCase();
      const endpoint = checkEndpoint(protocol, Endpoint, topic.name.endsWith('.fifo'));
      let attributes = new Map<string, string>();
      // The scope first: what a filter policy may look like depends on it.
      const given = Object.entries(Attributes).sort(([name]) => (name === 'FilterPolicyScope' ? -1 : 1));
      for (const [name, value] of given) attributes = setSetting(attributes, protocol, name, value);
      if (protocol === 'firehose' && !attributes.has('SubscriptionRoleArn'))
        throw invalid('Attributes', 'SubscriptionRoleArn is required');
      const { accountId, principal } = call.caller;
      const known = [...topic.subscriptions.values()].find(
        (one) => one.protocol === protocol && one.endpoint === endpoint && one.owner === accountId,
      );
      if (known !== undefined && given.length > 0 && !sameSettings(known.attributes, attributes)) {
        throw invalid('Attributes', 'Subscription already exists with different attributes');
      }
      if (known?.confirmed === true) return { SubscriptionArn: known.arn };
      state.seed ??= Uint8Array.from(store.random.bytes(32));
      const waits = needsConfirmation(protocol, endpoint, accountId);
      const subscription: Subscription = known ?? {
        arn: `${topic.arn}:${uuid(store.random)}`,
        topicArn: topic.arn,
        owner: accountId,
        principal: callerArn(principal),
        protocol,
        endpoint,
        attributes,
        confirmed: !waits,
        authenticated: !waits,
        authenticateOnUnsubscribe: false,
        token: '',
        tokenExpires: 0,
      };
      topic.subscriptions.set(subscription.arn, subscription);
      state.subscriptions.set(subscription.arn, subscription);
      if (waits) {
        subscription.token = Buffer.from(store.random.bytes(128)).toString('hex');
        subscription.tokenExpires = call.now + TOKEN_MS;
        timers.at(subscription.tokenExpires, EXPIRE, { arn: subscription.arn });
        askToConfirm(state, topic, subscription, uuid(store.random), call.now);
      }
      return { SubscriptionArn: waits && ReturnSubscriptionArn !== true ? PENDING : subscription.arn };
    },
    trail: (input, output) => ({
      requestParameters: {
        topicArn: input.TopicArn,
        protocol: input.Protocol,
        endpoint: HIDDEN,
        ...(input.ReturnSubscriptionArn !== undefined && {
          returnSubscriptionArn: input.ReturnSubscriptionArn,
        }),
        ...(input.Attributes && { attributes: input.Attributes }),
      },
      responseElements: output === undefined ? null : { subscriptionArn: output.SubscriptionArn },
    }),
  }),
];

const sameSettings = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
