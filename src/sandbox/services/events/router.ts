import type { World } from '../world.ts';
import type { BusEvent } from './event.ts';
import { type Json, matches, type PatternNode, parsePattern } from './pattern/index.ts';
import type { Bus, Rule } from './state.ts';

export const INVOKE = 'events.invoke';

/** An event on its way to one target. Plain data: it waits as a timer. */
export interface Invocation {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: BusEvent;
  /** Buses that it has come through. */
  readonly hops: number;
  /** A read-only management event: on each bus only some rules get those. */
  readonly readOnly: boolean;
}

/** Holds events against rules. Targets are invoked later, by timers: a rule can cause the events that it matches. */
export class Router {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
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
    for (const targetId of rule.targets.keys()) {
      const invocation: Invocation = { ruleArn: rule.arn, targetId, event, ...facts };
      this.#world.timers.at(due, INVOKE, invocation);
    }
  }
}

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
