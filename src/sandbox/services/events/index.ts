import { isoSeconds, parseArn } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { busOperations } from './bus-operations.ts';
import { busArn } from './buses.ts';
import { putRecord } from './cloudtrail.ts';
import { Events } from './context.ts';
import type { BusEvent } from './event.ts';
import { invokeTargets } from './invoke.ts';
import type { Json } from './pattern/index.ts';
import { permissionOperations } from './permissions.ts';
import { putEventsOperations } from './put-events.ts';
import { Router } from './router.ts';
import { ruleOperations } from './rules.ts';
import { reschedule, SCHEDULED } from './scheduler.ts';
import { emptyEvents } from './state.ts';
import { tagOperations } from './tags.ts';
import { targetOperations } from './targets.ts';

/**
 * Amazon EventBridge: buses with enforced policies, rules that match events and CloudTrail's records or run by a
 * schedule, and targets that really get them (SNS, CloudWatch Logs, other buses).
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 */
export function eventsOperations(world: World): readonly Operation[] {
  const events = new Events(world, world.own('events', emptyEvents));
  const router = new Router(events);
  const { store, timers } = world;
  const eventOf = (facts: Omit<BusEvent, 'version' | 'id' | 'time'>, at: number): BusEvent => ({
    version: '0',
    id: uuid(store.random),
    time: isoSeconds(at),
    ...facts,
  });
  invokeTargets(events, router);
  // After a jump of the clock a schedule runs once, for the first moment that was missed.
  timers.handle<{ rule: string }>(SCHEDULED, ({ rule: arn }, due, now) => {
    const rule = events.state.rules.get(arn);
    if (rule === undefined || rule.state === 'DISABLED') return;
    const { account = '', region = '' } = parseArn(arn) ?? {};
    const event = {
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      region,
      resources: [arn],
      detail: {},
    };
    router.invoke(rule, eventOf(event, due), now, { hops: 0, readOnly: false });
    reschedule(world, rule, due > now - LATE_MS ? due : now);
  });
  timers.whenSetBack((now) => {
    for (const rule of events.state.rules.values()) reschedule(world, rule, now);
  });
  world.ports.events = {
    record: (record) => putRecord(events, router, record),
    put: ({ accountId, region, source, detailType, detail, resources = [], now }) => {
      const bus = events.busAt(busArn(region, accountId, 'default'));
      const event = {
        'detail-type': detailType,
        source,
        account: accountId,
        region,
        resources,
        detail: detail as Json,
      };
      if (bus !== undefined) router.put(bus, eventOf(event, now), now, { hops: 0, readOnly: false });
    },
  };
  world.routes.set('failed-invocations', {
    GET: () =>
      events.state.failures.map(({ at, ...failure }) => ({ time: new Date(at).toISOString(), ...failure })),
  });
  return [
    ...ruleOperations(events),
    ...targetOperations(events),
    ...busOperations(events),
    ...permissionOperations(events),
    ...putEventsOperations(events, router),
    ...tagOperations(events),
  ];
}

/** A timer that runs later than this ran late because the clock jumped. */
const LATE_MS = 60_000;
