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
}

// The room's door (index.ts) offers, beside these types:
//   createDetector(config: DetectConfig): Detector { add(record): void; finish(): Finding[] }
//     records may come unordered, late and twice (same eventID); windows are on event time
//   detectConfig(access: Access): DetectConfig
//   rules: readonly { id, title, severity, mitre, explanation }[]
