import { AwsError } from '../../../types.ts';
import type { World } from '../../world.ts';
import { isoMillis } from '../answers.ts';
import type { Stack, StackEvent } from '../model.ts';

/** Publishes an event to the stack's topics. A topic that refuses doesn't fail the stack. */
export function notify(world: World, stack: Stack, event: StackEvent): void {
  const topics = stack.recipe?.notificationArns ?? [];
  if (topics.length === 0) return;
  const lines = {
    StackId: stack.id,
    Timestamp: isoMillis(event.at),
    EventId: event.id,
    LogicalResourceId: event.logicalId,
    Namespace: stack.accountId,
    PhysicalResourceId: event.physicalId ?? '',
    PrincipalId: '',
    ResourceProperties: event.properties ?? 'null',
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason ?? '',
    ResourceType: event.type,
    StackName: stack.name,
    ClientRequestToken: event.token ?? 'null',
  };
  const message = Object.entries(lines)
    .map(([key, value]) => `${key}='${value}'\n`)
    .join('');
  for (const topicArn of topics) {
    try {
      world.ports.sns?.publish(
        {
          service: 'cloudformation.amazonaws.com',
          sourceArn: stack.id,
          sourceAccount: stack.accountId,
          now: event.at,
        },
        { topicArn, subject: 'AWS CloudFormation Notification', message },
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }
}
