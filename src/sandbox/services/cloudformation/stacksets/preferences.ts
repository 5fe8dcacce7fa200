import type { StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import { invalid } from './errors.ts';

/** How an operation proceeds through the accounts of one Region. */
export interface Pace {
  readonly tolerance: number;
  readonly concurrency: number;
  readonly strict: boolean;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html */
export function checkPreferences(preferences: StackSetOperationPreferences | undefined): void {
  if (preferences === undefined) return;
  const { FailureToleranceCount, FailureTolerancePercentage, MaxConcurrentCount, MaxConcurrentPercentage } =
    preferences;
  if (FailureToleranceCount !== undefined && FailureTolerancePercentage !== undefined) {
    throw invalid(
      'Both FailureToleranceCount and FailureTolerancePercentage cannot be specified at the same time',
    );
  }
  if (MaxConcurrentCount !== undefined && MaxConcurrentPercentage !== undefined) {
    throw invalid('Both MaxConcurrentCount and MaxConcurrentPercentage cannot be specified at the same time');
  }
  const order = preferences.RegionOrder ?? [];
  if (new Set(order).size !== order.length) throw invalid('RegionOrder cannot contain duplicate regions');
}

/** Percentages are of the Region's accounts and round down, the concurrency to no less than one. */
export function paceOf(preferences: StackSetOperationPreferences, accounts: number): Pace {
  const share = (percentage: number) => Math.floor((percentage * accounts) / 100);
  const tolerance = preferences.FailureToleranceCount ?? share(preferences.FailureTolerancePercentage ?? 0);
  const most =
    preferences.MaxConcurrentPercentage !== undefined
      ? Math.max(1, share(preferences.MaxConcurrentPercentage))
      : (preferences.MaxConcurrentCount ?? 1);
  const strict = preferences.ConcurrencyMode !== 'SOFT_FAILURE_TOLERANCE';
  return { tolerance, concurrency: strict ? Math.min(most, tolerance + 1) : most, strict };
}

/** Regions in RegionOrder come first, in its order; the rest as the call names them. */
export function orderedRegions(
  regions: readonly string[],
  { RegionOrder = [] }: StackSetOperationPreferences,
): readonly string[] {
  const wanted = new Set(regions);
  const first = RegionOrder.filter((region) => wanted.has(region));
  return [...first, ...[...wanted].filter((region) => !first.includes(region))];
}
