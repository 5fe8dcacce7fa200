import type { EventsState, FailedInvocation } from './state.ts';

/** At least so many of the newest. */
const KEPT = 1_000;

/** Keeps an invocation that did not come about for the control route `failed-invocations`. */
export function noteFailure({ failures }: EventsState, failure: FailedInvocation): void {
  failures.push(failure);
  // Not one by one: a bus that leads to itself makes millions.
  if (failures.length > 2 * KEPT) failures.splice(0, failures.length - KEPT);
}
