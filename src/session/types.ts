import type { Path } from '../access/index.ts';
import type { AwsTarget, Credentials, Sleep } from '../aws/index.ts';
import type { Partition } from '../base/index.ts';
import type { Ticket } from './ticket.ts';

/** Where sessions happen: passed to every function of this room. */
export interface SessionContext {
  readonly target: AwsTarget;
  readonly store: SessionStore;
  readonly sleep?: Sleep;
  /** One line for the person at the terminal (never a secret). Default: nothing. */
  readonly notify?: (message: string) => void;
}

/** The principal whose long-term key starts everything: an operator. */
export interface Source {
  readonly arn: string;
  readonly partition: Partition;
  readonly mfaSerial?: string;
  /** Read only when no cached session serves. */
  credentials(): Promise<Credentials>;
}

/** Where a one-time code comes from. */
export interface CodeSource {
  readonly kind: 'prompt' | 'given' | 'seed';
  /**
   * A code good at `now` (ms). Called again after a refusal unless `kind` is `given`.
   * `attempt` counts from 1. Rejects with AwsFailure `no-code` when none can be had.
   */
  code(request: CodeRequest): Promise<string>;
}

export interface CodeRequest {
  readonly serialNumber: string;
  readonly now: number;
  readonly attempt: number;
  /** Said to the person: why they are asked again. */
  readonly reason?: string;
}

/** Temporary credentials with what is known of them. */
export interface Session {
  /** Cache key, hex; names the session in `sessions` and `logout`. */
  readonly key: string;
  readonly kind: 'login' | 'role';
  /** The operator. */
  readonly sourceArn: string;
  /** `arn:…:role/…`, for role sessions. */
  readonly roleArn?: string;
  readonly sessionName?: string;
  readonly credentials: Credentials;
  /** ms */
  readonly issuedAt: number;
  /** ms */
  readonly expiresAt: number;
  /** ms of the MFA code behind it; absent: none. */
  readonly mfaAt?: number;
  readonly fromCache: boolean;
}

/** A session as listed: without credentials. */
export type SessionSummary = Omit<Session, 'credentials' | 'fromCache'> & { readonly accessKeyId: string };

export interface LoginOptions {
  readonly codes: CodeSource;
  /** Seconds, 900–129,600. Default 43,200 (12 h). */
  readonly duration?: number;
  /** Ignore a cached session. */
  readonly fresh?: boolean;
  /** Seconds: a cached session whose code is older doesn't serve. */
  readonly mfaMaxAge?: number;
}

export interface AssumeOptions {
  readonly codes: CodeSource;
  /** 2–64 of `[\w+=,.@-]`. Default: the operator's user name. */
  readonly sessionName?: string;
  /** Seconds; default: the path's; at most 3,600 for a chained hop. */
  readonly duration?: number;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Session policy, JSON. */
  readonly policy?: string;
  /**
   * `session` (default): one login with a code, then any number of roles.
   * `direct`: AssumeRole itself carries serial number and code.
   */
  readonly mfa?: 'session' | 'direct';
  readonly loginDuration?: number;
  readonly fresh?: boolean;
}

/** What identifies a role session; two that differ in any of it never share a cache entry. */
export interface AssumeIdentity {
  readonly sourceArn: string;
  readonly route: readonly Pick<Path, 'roleArn' | 'externalId'>[];
  readonly sessionName: string;
  readonly duration: number;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly mfaSerial?: string;
  readonly mfa: 'session' | 'direct' | 'none';
  readonly partition: Partition;
  readonly endpoint?: string;
}

/** Sessions on disk: files 0600 in a directory 0700, sealed; see store.ts for what that protects. */
export interface SessionStore {
  readonly directory: string;
  /** Undefined when absent, expired beyond use, unreadable or damaged (then noted and deleted). */
  get(key: string): Promise<Session | undefined>;
  put(session: Session): Promise<void>;
  delete(key: string): Promise<boolean>;
  list(): Promise<readonly Session[]>;
  /** Runs alone among all processes that use this directory; a dead holder's lock is broken. */
  exclusive<T>(name: string, work: () => Promise<T>, onWait?: (holderPid: number) => void): Promise<T>;
  /** Remembers that a code was used, so that it is never sent twice. `step` = floor(ms / 30 000). */
  usedCode(serialNumber: string): Promise<UsedCode | undefined>;
  markCode(serialNumber: string, used: UsedCode): Promise<void>;
  /** `name`: 64 hex digits. Undefined when there is none, or it is over. */
  ticket(name: string): Promise<Ticket | undefined>;
  keepTicket(name: string, ticket: Ticket): Promise<void>;
}

export interface UsedCode {
  readonly step: number;
  /** SHA-256 of serial and code, hex. */
  readonly digest: string;
}

export interface ProfileOptions {
  /** The command of a profile: `/usr/bin/crossaccount credentials --role X`; run by a shell in some SDKs and without in others. */
  readonly credentialProcessCommand: (path: Path, profile: string) => string;
  /** Default: AWS_CONFIG_FILE or ~/.aws/config of `env`. */
  readonly configFile?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Only paths of this operator (name). Default: all operators' paths when there is one operator. */
  readonly operator?: string;
  /** Default: `ACCOUNTNAME-ROLE`. */
  readonly profileName?: (path: Path) => string;
}

export interface ProfilesWritten {
  readonly file: string;
  readonly changed: boolean;
  /** Copy of the file as it was before; absent when unchanged or new. */
  readonly backup?: string;
  readonly profiles: readonly { readonly name: string; readonly roleArn: string }[];
}
