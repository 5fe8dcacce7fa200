import type { CloudTrailRecord } from '../trail/index.ts';

export type FindingSeverity = 'low' | 'medium' | 'high' | 'critical';

export interface Finding {
  /** `failed-assume-role`, `unknown-network`, `outside-business-hours`, `trust-policy-change`, `shared-role` */
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly title: string;
  /** Event time of the record that completed it. */
  readonly time: string;
  readonly account: string;
  /** ARN or id of who did it. */
  readonly principal: string;
  readonly role?: string;
  readonly sourceIp: string;
  /** eventIDs. */
  readonly events: readonly string[];
  readonly explanation: string;
  /** What to do now: commands of this tool first. */
  readonly runbook: readonly string[];
  /** MITRE ATT&CK technique ids. */
  readonly mitre: readonly string[];
}

/** Tuning, derived from the definition's monitoring section by `detectConfig(access)`. */
export interface DetectConfig {
  readonly businessHours: {
    readonly timeZone: string;
    readonly days: readonly number[];
    readonly from: string;
    readonly to: string;
  };
  readonly knownNetworks: readonly string[];
  readonly failedAssumeRole: { readonly count: number; readonly window: number };
  readonly sharedRole: { readonly count: number; readonly window: number };
  /** Roles under watch, ARN by ARN; empty: every role. */
  readonly roles: readonly string[];
  /** Who may enter each of those roles; a change of trust beyond it is critical. */
  readonly trusted: Readonly<Record<string, readonly string[]>>;
  /** Role → principal (as in `trusted`) → what its trust demands of that principal. Absent: not known. */
  readonly guards?: Readonly<Record<string, Readonly<Record<string, Guards>>>>;
}

/** Conditions that a caller can't get around by leaving the value out. */
export interface Guards {
  readonly externalId: boolean;
  readonly mfa: boolean;
  /** Only from some networks. */
  readonly network?: boolean;
  /** Only principals of one organization. */
  readonly organization?: boolean;
}

export interface DetectorOptions {
  /**
   * Seconds of event time by which a record may come after a newer one and still be correlated exactly as if it had come in
   * order; default 7 days. Later ones are still judged, but only among what is still held.
   */
  readonly lateness?: number;
  /** Events held before anything is settled and forgotten; default 50,000. Below it no record is ever late. */
  readonly settleAfter?: number;
}

export interface Detector {
  /** Events held at the moment: those that a late record could still be related to. */
  readonly held: number;
  add(record: CloudTrailRecord): void;
  /** Oldest first. The detector is empty afterwards and may be used again. */
  finish(): Finding[];
}

export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  /** The highest it can reach. */
  readonly severity: FindingSeverity;
  readonly mitre: readonly string[];
  readonly explanation: string;
}
