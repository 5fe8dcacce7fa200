import type { StackSetDriftDetectionDetails } from '@aws-sdk/client-cloudformation';
import type { DriftTotals, SetOperation, StackSet } from './model.ts';

const nothing = { total: 0, drifted: 0, inSync: 0, inProgress: 0, failed: 0 };

export function driftStarted(set: StackSet, operation: SetOperation, now: number): void {
  operation.drift = {
    ...nothing,
    driftStatus: 'NOT_CHECKED',
    detectionStatus: 'IN_PROGRESS',
    at: now,
    total: set.instances.size,
    inProgress: operation.results.size,
  };
}

/** When it ends, the set shows the operation's totals. */
export function driftSummary(set: StackSet, operation: SetOperation, now: number): void {
  const totals: DriftTotals = { ...countsOf(set, operation), at: now };
  operation.drift = totals;
  set.drift = totals;
}

/** Totals of an operation as it stands. */
export function countsOf(set: StackSet, operation: SetOperation): DriftTotals {
  const counts = { ...nothing, total: set.instances.size };
  for (const [key, { status }] of operation.results) {
    const drift = set.instances.get(key)?.drift;
    if (status === 'FAILED') counts.failed++;
    else if (status === 'PENDING' || status === 'RUNNING') counts.inProgress++;
    else if (status === 'SUCCEEDED' && drift?.status === 'DRIFTED') counts.drifted++;
    else if (status === 'SUCCEEDED') counts.inSync++;
  }
  const { status } = operation;
  return {
    ...counts,
    at: operation.createdAt,
    driftStatus: counts.drifted > 0 ? 'DRIFTED' : counts.inSync > 0 ? 'IN_SYNC' : 'NOT_CHECKED',
    detectionStatus:
      status === 'SUCCEEDED'
        ? counts.failed > 0
          ? 'PARTIAL_SUCCESS'
          : 'COMPLETED'
        : status === 'FAILED' || status === 'STOPPED'
          ? status
          : 'IN_PROGRESS',
  };
}

export const driftShape = (totals: DriftTotals | undefined): StackSetDriftDetectionDetails => ({
  DriftStatus: totals?.driftStatus ?? 'NOT_CHECKED',
  ...(totals && {
    DriftDetectionStatus: totals.detectionStatus,
    LastDriftCheckTimestamp: new Date(totals.at),
  }),
  TotalStackInstancesCount: totals?.total ?? 0,
  DriftedStackInstancesCount: totals?.drifted ?? 0,
  InSyncStackInstancesCount: totals?.inSync ?? 0,
  InProgressStackInstancesCount: totals?.inProgress ?? 0,
  FailedStackInstancesCount: totals?.failed ?? 0,
});
