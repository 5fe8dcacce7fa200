import type { CloudTrailRecord } from '../trail/index.ts';
import { toTrustChange } from './change.ts';
import type { Context, Episode } from './context.ts';
import { type Entry, toEntry } from './entry.ts';
import { failedAssumeRole, findFailedAssumeRole } from './rules/failed-assume-role.ts';
import { findOutsideBusinessHours, outsideBusinessHours } from './rules/outside-business-hours.ts';
import { findSharedRole, sharedRole } from './rules/shared-role.ts';
import { trustPolicyChange } from './rules/trust-policy-change.ts';
import { findUnknownNetwork, unknownNetwork } from './rules/unknown-network.ts';
import type { RuleInfo } from './types.ts';

export { findTrustPolicyChange, trustPolicyChange } from './rules/trust-policy-change.ts';

interface EntryRule {
  readonly id: string;
  readonly find: (entries: readonly Entry[], context: Context) => Episode<Entry>[];
}

export const entryRules: readonly EntryRule[] = [
  { id: failedAssumeRole.id, find: findFailedAssumeRole },
  { id: unknownNetwork.id, find: findUnknownNetwork },
  { id: outsideBusinessHours.id, find: findOutsideBusinessHours },
  { id: sharedRole.id, find: findSharedRole },
];

/** All rules, for documents and for `detect --help`. */
export const rules: readonly RuleInfo[] = [
  failedAssumeRole,
  unknownNetwork,
  outsideBusinessHours,
  trustPolicyChange,
  sharedRole,
];

/** The records that rules look at; everything else may be skipped unread (`scanRecords`). */
export const wantedEvents: readonly { readonly eventSource: string; readonly eventName: string }[] = [
  ...['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'GetSessionToken'].map(
    (eventName) => ({
      eventSource: 'sts.amazonaws.com',
      eventName,
    }),
  ),
  ...['CreateRole', 'UpdateAssumeRolePolicy'].map((eventName) => ({
    eventSource: 'iam.amazonaws.com',
    eventName,
  })),
];

/** Would a detector hold this record? No for what services do: pass it to `scanRecords` as `keep`. */
export const isRelevant = (record: CloudTrailRecord): boolean =>
  toEntry(record) !== undefined || toTrustChange(record) !== undefined;
