import type { Target } from '@aws-sdk/client-eventbridge';
import type { Events } from './context.ts';
import type { BusEvent } from './event.ts';
import { noteFailure } from './failures.ts';
import { type Json, matches, type PatternNode, parsePattern } from './pattern/index.ts';
import type { Bus, Rule } from './state.ts';

export const INVOKE = 'events.invoke';

/** An event on its way to one target. Plain data: it waits as a timer. */
export interface Invocation {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: BusEvent;
  /** Buses that it has come through before this one: 0 or 1. */
  readonly hops: number;
  /** A read-only management event: on each bus only some rules get those. */
  readonly readOnly: boolean;
}

/** Holds events against rules. Targets are invoked later, by timers: a rule can cause the events that it matches. */
export class Router {
  readonly #events: Events;

  constructor(events: Events) {
    this.#events = events;
  }

  put(
    bus: Bus,
    event: BusEvent,
    due: number,
    facts: { readonly hops: number; readonly readOnly: boolean },
  ): void {
    for (const rule of bus.rules.values()) {
      if (gets(rule, facts.readOnly) && fits(rule, event)) this.invoke(rule, event, due, facts);
    }
  }

  invoke(
    rule: Rule,
    event: BusEvent,
    due: number,
    facts: { readonly hops: number; readonly readOnly: boolean },
  ): void {
    for (const [targetId, target] of rule.targets) {
      if (facts.hops > 0 && isBus(target)) {
        noteFailure(this.#events.state, {
          at: due,
          ruleArn: rule.arn,
          targetId,
          targetArn: target.Arn ?? '',
          eventId: event.id,
          reason: NO_THIRD_BUS,
        });
        continue;
      }
      const invocation: Invocation = { ruleArn: rule.arn, targetId, event, ...facts };
      this.#events.world.timers.at(due, INVOKE, invocation);
    }
  }
}

/**
 * Which also keeps buses that lead to each other, or to themselves, from multiplying an event for ever.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
 */
const NO_THIRD_BUS =
  "NotForwarded: EventBridge can't route events received from a sender event bus to a third event bus.";

const isBus = ({ Arn = '' }: Target): boolean => /^arn:[^:]*:events:/.test(Arn);

/**
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html: an enabled rule
 * gets all but read-only management events.
 */
const gets = ({ state }: Rule, readOnly: boolean): boolean =>
  state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' || (state === 'ENABLED' && !readOnly);

const compiled = new WeakMap<Rule, { readonly text: string; readonly pattern: PatternNode }>();

function fits(rule: Rule, event: BusEvent): boolean {
  if (rule.pattern === undefined) return false;
  let known = compiled.get(rule);
  if (known?.text !== rule.pattern) {
    const read = parsePattern(rule.pattern);
    // INVARIANT: PutRule takes no other.
    if (!read.ok) throw new Error(`rule ${rule.arn} has a pattern that can't be read: ${read.reason}`);
    known = { text: rule.pattern, pattern: read.pattern };
    compiled.set(rule, known);
  }
  return matches(known.pattern, event as unknown as Json);
}
