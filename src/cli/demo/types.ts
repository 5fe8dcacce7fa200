import type { Access, Path } from '../../access/index.ts';
import type { AwsTarget, Connection, Credentials } from '../../aws/index.ts';
import type { Enrollment } from '../../deploy/index.ts';
import type { Finding } from '../../detect/index.ts';
import type { RevokeResult } from '../../respond/index.ts';
import type { RunningSandbox, SandboxControl } from '../../sandbox/index.ts';
import type { Session, SessionContext, Source } from '../../session/index.ts';
import type { Person } from './people.ts';

/** What the stages hand on to each other. Each stage fills in its part; `need` says so when one is missing. */
export interface World {
  /** Where everything is written. */
  readonly out: string;
  readonly clock: DemoClock;
  access?: Access;
  sandbox?: RunningSandbox;
  control?: SandboxControl;
  target?: AwsTarget;
  /** Administrator of each account, by account id. */
  readonly admins: Map<string, Connection>;
  enrollment?: Enrollment;
  source?: Source;
  sessions?: SessionContext;
  /** The operator's MFA session. */
  login?: Session;
  /** SecurityAuditRole, entered with it. */
  role?: Session;
  readonly attacks: Attack[];
  readonly findings: Finding[];
  benign?: { readonly events: number; readonly findings: number; readonly files: readonly string[] };
  /** What the thief of the worked attack holds. */
  stolen?: Stolen;
  /** Who was let in by hand. */
  contractors?: readonly Person[];
  revoked?: Revoked;
}

/** The sandbox's virtual time, as its clients see it. */
export interface DemoClock {
  now(): number;
  /** Moves the sandbox's clock and ours. */
  set(ms: number): Promise<void>;
  advance(seconds: number): Promise<void>;
}

export interface Attack {
  readonly name: string;
  readonly blocked: boolean;
  /** AWS error code and message, or what went through. */
  readonly error: string;
  /** Which statement of which policy refused, or which check before any policy. */
  readonly decidedBy: string;
  /** Refused, and for the reason that it is meant to be refused for. */
  readonly rightReason: boolean;
}

export interface Stolen {
  /** The operator's long-term key. */
  readonly key: Credentials;
  /** The operator's MFA session. */
  readonly login: Credentials;
  /** The role entered with it. */
  readonly role: Credentials;
}

export interface Revoked {
  readonly sessions: Pick<RevokeResult, 'issuedBefore' | 'complete'> & { readonly measures: number };
  /** Calls that worked before and are refused now. */
  readonly refused: readonly { readonly what: string; readonly error: string }[];
  readonly freshLogin: boolean;
  readonly oldKeyRefused: boolean;
  readonly trustRestored: boolean;
}

export interface StageReport {
  readonly ok: boolean;
  /** The story, a line each, already coloured. */
  readonly lines: readonly string[];
}

export interface Stage {
  readonly name: string;
  /** One sentence for a newcomer. */
  readonly title: string;
  run(world: World): Promise<StageReport>;
}

export interface StageResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
}

export function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the demo has no ${what}: an earlier stage did not make it`);
  return value;
}

export function pathTo(world: World, role: string, from = 'security-admin'): Path {
  const access = need(world.access, 'definition');
  return need(
    access.paths.find((p) => p.role === role && p.from.name === from),
    `path from ${from} to ${role}`,
  );
}
