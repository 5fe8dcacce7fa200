import type { World } from '../world.ts';
import { parseSchedule } from './schedule/index.ts';
import type { Rule } from './state.ts';

export const SCHEDULED = 'events.scheduled';

/** Sets the timer of a rule's next scheduled event anew; a disabled rule has none. */
export function reschedule({ timers }: World, rule: Rule, now: number): void {
  timers.cancel<{ rule: string }>(SCHEDULED, (payload) => payload.rule === rule.arn);
  if (rule.schedule === undefined || rule.state === 'DISABLED') return;
  const due = parseSchedule(rule.schedule)?.(now);
  if (due !== undefined) timers.at(due, SCHEDULED, { rule: rule.arn });
}
