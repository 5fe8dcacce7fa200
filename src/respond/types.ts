import type { Account } from '../access/index.ts';
import type { AwsProblem, Connection, Credentials, Sleep } from '../aws/index.ts';
import type { Secret } from '../base/index.ts';

export type Connect = (account: Account) => Promise<Connection>;

/** Whose sessions end. Roles: in one account (name or id) or in all of theirs. */
export type RevokeSubject =
  | { readonly kind: 'role'; readonly role: string; readonly account?: string }
  | { readonly kind: 'operator'; readonly operator: string };

/** A live session at hand: used before and after, so that the revocation is proved and not believed. */
export interface Probe {
  /** How it is called in the report. */
  readonly name: string;
  readonly credentials: Credentials;
}

export interface RevokeOptions {
  readonly probes?: readonly Probe[];
  /** Also the roles that sessions of the subject may have gone on to. Default true. */
  readonly onward?: boolean;
  readonly concurrency?: number;
  readonly sleep?: Sleep;
  readonly onProgress?: (message: string) => void;
}

export interface Measure {
  readonly account: Account;
  readonly kind: 'user' | 'role';
  readonly name: string;
  readonly arn: string;
  readonly policyName: string;
  /** `applied`: written and read back as written. */
  readonly state: 'applied' | 'failed';
  /** Why it is among the targets: the subject itself, or reachable from it. */
  readonly why: string;
  readonly problem?: AwsProblem;
}

export interface ProbeResult {
  readonly name: string;
  /** `ec2:DescribeRegions`; absent when no known call was allowed before. */
  readonly call?: string;
  /** `unknown`: AWS gave no answer (network, throttling), so nothing is proved either way. */
  readonly before: 'allowed' | 'refused' | 'unknown';
  readonly after: 'allowed' | 'refused' | 'unknown';
  /** AWS's words of the refusal, or why there was no answer. */
  readonly message?: string;
  /** Allowed before, refused with an explicit deny after. */
  readonly proved: boolean;
}

export interface RevokeResult {
  readonly subject: RevokeSubject;
  /** Sessions issued before this moment (by AWS's clock) are refused. ISO 8601, seconds. */
  readonly issuedBefore: string;
  readonly measures: readonly Measure[];
  readonly probes: readonly ProbeResult[];
  /** Every measure applied and no probe still allowed. */
  readonly complete: boolean;
  /** What this does not do: long-term keys go on working, and so on. */
  readonly notes: readonly string[];
}

export interface RotateOptions {
  /** Where the resumable journal lives (0700 directory, sealed 0600 file). */
  readonly journalDir: string;
  /** Puts the new key where it is used. Called again on resumption: must be idempotent. */
  readonly store: (key: NewKey) => Promise<void>;
  /** The old key's secret when at hand: then its refusal is proved over the wire. */
  readonly oldCredentials?: Credentials;
  /** The key that must be the one that goes; refused when it isn't. */
  readonly oldKeyId?: string;
  /** With two keys, one of them inactive: delete the inactive one first. Default false: refused. */
  readonly replaceInactive?: boolean;
  /** Leave the old key inactive. Default false: it is deleted. */
  readonly keepInactive?: boolean;
  readonly sleep?: Sleep;
  readonly onProgress?: (message: string) => void;
}

export interface NewKey {
  readonly operatorArn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

export interface RotateResult {
  readonly operatorArn: string;
  readonly newKeyId: string;
  readonly oldKeyId?: string;
  /** Stages in order, as done in this run; a resumed run begins where the last one ended. */
  readonly stages: readonly RotateStage[];
  readonly resumed: boolean;
  readonly oldKey: 'deleted' | 'inactive' | 'none';
  /** How the old key's end is known. */
  readonly proof: 'refused-over-the-wire' | 'read-back' | 'none';
}

export type RotateStage = 'create' | 'store' | 'prove' | 'deactivate' | 'refused' | 'delete';

export interface QuarantineResult {
  readonly measures: readonly Measure[];
  readonly complete: boolean;
}
