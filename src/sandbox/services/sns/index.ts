import { AwsError, type Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { Ask } from './ask.ts';
import { confirmOperations } from './confirm.ts';
import { outboxRoute } from './deliveries.ts';
import { inboxRoute } from './inbox.ts';
import { permissionOperations } from './permissions.ts';
import { snsPort } from './port.ts';
import { publishOperations } from './publish.ts';
import { certificateOf } from './signing/certificate.ts';
import { keyOf } from './signing/key.ts';
import { emptySns } from './state.ts';
import { subscribeOperations } from './subscribe.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { tagOperations } from './tags.ts';
import { topicAttributeOperations } from './topic-attributes.ts';
import { topicOperations } from './topics.ts';

const groups = [
  topicOperations,
  topicAttributeOperations,
  permissionOperations,
  tagOperations,
  subscribeOperations,
  confirmOperations,
  subscriptionOperations,
  publishOperations,
];

/**
 * Amazon SNS: topics whose policies are enforced, subscriptions that must be confirmed, messages that arrive. Mail goes
 * to an inbox (control route `inbox`), HTTP to endpoints on this machine (control route `outbox`, sent by the server).
 * https://docs.aws.amazon.com/sns/latest/api/welcome.html
 */
export function snsOperations(world: World): readonly Operation[] {
  const state = world.own('sns', emptySns);
  const ask = new Ask(state);
  world.ports.sns = snsPort(world, state);
  world.routes.set('inbox', inboxRoute(state));
  world.routes.set('outbox', outboxRoute(state));
  world.routes.set('sns-certificate', {
    GET: () => {
      if (state.seed === undefined) {
        throw new AwsError('NotFound', 'Nothing was signed yet: there are no subscriptions.', 404);
      }
      return Buffer.from(certificateOf(keyOf(state.seed)));
    },
  });
  return groups.flatMap((group) => group(world, state, ask));
}
