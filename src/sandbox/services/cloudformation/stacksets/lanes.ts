import type { StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import type { Lane } from './model.ts';
import { orderedRegions, paceOf } from './preferences.ts';

/** One lane a Region, in the order in which Regions are worked on. */
export function lanesOf(
  work: readonly { readonly accountId: string; readonly region: string }[],
  preferences: StackSetOperationPreferences,
): Lane[] {
  const byRegion = new Map<string, string[]>();
  for (const { accountId, region } of work) {
    const accounts = byRegion.get(region) ?? [];
    accounts.push(accountId);
    byRegion.set(region, accounts);
  }
  return orderedRegions([...byRegion.keys()], preferences).map((region) => {
    const accounts = byRegion.get(region) ?? [];
    return { region, accounts, next: 0, running: [], failed: 0, ...paceOf(preferences, accounts.length) };
  });
}

/** Lanes that are being worked on: all at once, or the first that isn't done. */
export function openLanes(
  lanes: readonly Lane[],
  { RegionConcurrencyType }: StackSetOperationPreferences,
): readonly Lane[] {
  const open = lanes.filter((lane) => lane.next < lane.accounts.length || lane.running.length > 0);
  return RegionConcurrencyType === 'PARALLEL' ? open : open.slice(0, 1);
}

export const hasFailed = (lane: Lane): boolean => lane.failed > lane.tolerance;

/**
 * How many more accounts of a lane may start. In strict mode failed and running accounts together never exceed the
 * tolerance by more than one: "the number of failed accounts never exceeds the value of FailureToleranceCount +1".
 */
export function room(lane: Lane): number {
  const most = lane.strict ? Math.min(lane.concurrency, lane.tolerance + 1 - lane.failed) : lane.concurrency;
  return Math.max(0, Math.min(most - lane.running.length, lane.accounts.length - lane.next));
}

/** Accounts that begin now. */
export function start(lane: Lane): readonly string[] {
  const begun = lane.accounts.slice(lane.next, lane.next + room(lane));
  lane.next += begun.length;
  lane.running.push(...begun);
  return begun;
}

/** Rounds that an operation takes when nothing fails. */
export function rounds(lanes: readonly Lane[], preferences: StackSetOperationPreferences): number {
  const each = lanes.map((lane) => Math.ceil(lane.accounts.length / lane.concurrency));
  return preferences.RegionConcurrencyType === 'PARALLEL'
    ? Math.max(0, ...each)
    : each.reduce((sum, n) => sum + n, 0);
}
