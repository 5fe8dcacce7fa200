import type { Target } from '@aws-sdk/client-eventbridge';
import { parseArn } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import { type Authorization, AwsError, type Call, type Caller } from '../../types.ts';
import { assumeAsService } from '../sts/service-assumption.ts';
import { type Events, policyOf } from './context.ts';
import { noteFailure } from './failures.ts';
import { inputOf } from './input.ts';
import { logsPolicy } from './logs-policy.ts';
import { INVOKE, type Invocation, type Router } from './router.ts';
import type { Rule } from './state.ts';

const SERVICE = 'events.amazonaws.com';

const HOP_MS = 1_000;

/** ms. A jump of the clock runs late what was `due` in it; the next hop is due as if it had run in time. */
interface Moment {
  readonly due: number;
  readonly now: number;
}

/** Invokes targets when their time comes; what fails is kept for the control route `failed-invocations`. */
export function invokeTargets(events: Events, router: Router): void {
  events.world.timers.handle<Invocation>(INVOKE, (invocation, due, now) => {
    const rule = events.state.rules.get(invocation.ruleArn);
    const target = rule?.targets.get(invocation.targetId);
    if (rule === undefined || target === undefined) return;
    try {
      invoke(events, router, rule, target, invocation, { due, now });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      noteFailure(events.state, {
        at: now,
        ruleArn: rule.arn,
        targetId: invocation.targetId,
        targetArn: target.Arn ?? '',
        eventId: invocation.event.id,
        reason: `${error.code}: ${error.message}`,
      });
    }
  });
}

function invoke(
  events: Events,
  router: Router,
  rule: Rule,
  target: Target,
  invocation: Invocation,
  { due, now }: Moment,
): void {
  const { ports, store } = events.world;
  const { event } = invocation;
  const arn = parseArn(target.Arn ?? '');
  const sourceAccount = parseArn(rule.arn)?.account ?? '';
  const by = { service: SERVICE, sourceArn: rule.arn, sourceAccount, now };
  const text = () => inputOf(target, event, rule, now);
  switch (arn?.service) {
    case 'sns':
      ports.sns?.publish(by, { topicArn: target.Arn ?? '', message: text() });
      return;
    case 'logs': {
      const group = arn.resource.replace(/^log-group:/, '').replace(/:\*$/, '');
      const stream = uuid(store.random);
      const call = callOf(events, 'logs', 'PutLogEvents', arn.region, now, service);
      const resource = `arn:aws:logs:${arn.region}:${arn.account}:log-group:${group}:log-stream:${stream}`;
      const questions = ['CreateLogStream', 'PutLogEvents'].map(
        (action): Authorization => ({
          action: `logs:${action}`,
          resource,
          resourceAccount: arn.account,
          resourcePolicy: logsPolicy(events.world, arn.account, arn.region),
          context: {
            'aws:SourceArn': rule.arn,
            'aws:SourceAccount': sourceAccount,
            'aws:SourceIp': undefined,
          },
        }),
      );
      events.world.authorize(questions, call);
      ports.logs?.put({
        accountId: arn.account,
        region: arn.region,
        group,
        stream,
        events: [{ timestamp: now, message: text() }],
        now,
      });
      return;
    }
    case 'events':
      forward(events, router, rule, target, invocation, { due, now });
      return;
    default:
      throw new AwsError('NotImplemented', `The sandbox has no ${arn?.service ?? 'such'} targets.`, 501);
  }
}

const service: Caller = { principal: { type: 'service', service: SERVICE }, accountId: '' };

/**
 * To another bus: as the target's role when there is one, else as the rule's account; a bus of another account must let
 * it by its policy. The event keeps its account, source and time.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
function forward(
  events: Events,
  router: Router,
  rule: Rule,
  target: Target,
  invocation: Invocation,
  { due, now }: Moment,
): void {
  const { event, hops, readOnly } = invocation;
  const resource = target.Arn ?? '';
  const { account = '', region = '' } = parseArn(resource) ?? {};
  const sourceAccount = parseArn(rule.arn)?.account ?? '';
  const caller: Caller =
    target.RoleArn === undefined
      ? { principal: { type: 'root', accountId: sourceAccount, partition: 'aws' }, accountId: sourceAccount }
      : assumeAsService(events.world, {
          service: SERVICE,
          roleArn: target.RoleArn,
          sessionName: uuid(events.world.store.random).replaceAll('-', ''),
          now,
          sourceArn: rule.arn,
          sourceAccount,
          region: parseArn(rule.arn)?.region ?? 'us-east-1',
        });
  const bus = events.busAt(resource);
  const question: Authorization = {
    action: 'events:PutEvents',
    resource,
    resourceAccount: account,
    ...(bus?.policy !== undefined && { resourcePolicy: policyOf(bus) }),
    context: {
      'events:source': event.source,
      'events:detail-type': event['detail-type'],
      'events:eventBusInvocation': 'true',
      'aws:SourceArn': rule.arn,
      'aws:SourceAccount': sourceAccount,
      'aws:SourceIp': undefined,
    },
  };
  events.world.authorize([question], callOf(events, 'events', 'PutEvents', region, now, caller));
  if (bus === undefined)
    throw new AwsError('ResourceNotFoundException', `Event bus ${resource} does not exist.`);
  router.put(bus, event, due + HOP_MS, { hops: hops + 1, readOnly });
}

const callOf = (
  { world }: Events,
  serviceName: string,
  operation: string,
  region: string,
  now: number,
  caller: Caller,
): Call => ({
  requestId: uuid(world.store.random),
  now,
  service: serviceName,
  operation,
  region,
  sourceIp: SERVICE,
  userAgent: SERVICE,
  host: `${serviceName}.${region}.amazonaws.com`,
  caller,
});
