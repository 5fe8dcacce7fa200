import type { Account } from '../access/index.ts';
import type { AwsProblem, Connection, Sleep } from '../aws/index.ts';
import type { Secret } from '../base/index.ts';
import type { PolicyJson } from '../policy/index.ts';

/** How an account is reached; called once an account and run. Rejects with AwsFailure when it cannot be. */
export type Connect = (account: Account) => Promise<Connection>;

/** One call to IAM, as data: a plan can be printed, stored and reviewed. */
export type Step =
  | { readonly do: 'create-user'; readonly path: string; readonly tags: Tags }
  | {
      readonly do: 'create-role';
      readonly path: string;
      readonly description: string;
      readonly trust: PolicyJson;
      readonly maxSessionDuration: number;
      readonly tags: Tags;
      readonly boundaryArn?: string;
    }
  | { readonly do: 'create-policy'; readonly path: string; readonly policy: PolicyJson; readonly tags: Tags }
  | { readonly do: 'update-policy'; readonly policy: PolicyJson }
  | { readonly do: 'update-trust'; readonly trust: PolicyJson }
  | { readonly do: 'update-role'; readonly description: string; readonly maxSessionDuration: number }
  | { readonly do: 'put-inline'; readonly policyName: string; readonly policy: PolicyJson }
  | { readonly do: 'delete-inline'; readonly policyName: string }
  | { readonly do: 'attach'; readonly policyArn: string }
  | { readonly do: 'detach'; readonly policyArn: string }
  | { readonly do: 'set-boundary'; readonly boundaryArn: string }
  | { readonly do: 'remove-boundary' }
  | { readonly do: 'tag'; readonly tags: Tags }
  | { readonly do: 'delete-access-key'; readonly accessKeyId: string }
  | { readonly do: 'delete-mfa'; readonly serialNumber: string }
  | { readonly do: 'delete' };

export type Tags = Readonly<Record<string, string>>;

/** A step with what people read of it. */
export interface Edit {
  readonly step: Step;
  /** `replace the trust policy` */
  readonly summary: string;
  /** Lines that begin with `+ `, `- ` or two spaces; empty when the summary says it all. */
  readonly diff: readonly string[];
}

/** Something on an owned resource that the definition does not name. */
export interface Extra {
  readonly kind: 'inline-policy' | 'attached-policy' | 'boundary' | 'tag' | 'revocation' | 'quarantine';
  readonly name: string;
  readonly summary: string;
  /** False for what is no drift: incident measures of `respond`, other people's tags. */
  readonly drift: boolean;
}

export interface Change {
  readonly account: Account;
  readonly kind: 'user' | 'role' | 'policy';
  readonly name: string;
  readonly arn: string;
  /** `conflict`: exists, but is not ours (no ownership tag) or cannot be changed in place; nothing is done to it. */
  readonly action: 'create' | 'update' | 'delete' | 'unchanged' | 'conflict';
  readonly edits: readonly Edit[];
  readonly extras: readonly Extra[];
  /** Why it is a conflict, and what to do. */
  readonly reason?: string;
  /** Changes run phase by phase: principals before the roles that trust them, deletions last. */
  readonly phase: number;
  /** ARNs that must exist before; a failed one makes this change skipped. */
  readonly dependsOn: readonly string[];
}

export interface Plan {
  /** Name of the definition. */
  readonly name: string;
  readonly intent: 'deploy' | 'destroy';
  readonly changes: readonly Change[];
  /** Accounts that could not be read: nothing is planned for them. */
  readonly problems: readonly AccountProblem[];
  readonly summary: PlanSummary;
}

export interface PlanSummary {
  readonly accounts: number;
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly unchanged: number;
  readonly conflict: number;
  /** Extras that are drift. */
  readonly extra: number;
}

export interface AccountProblem {
  readonly account: Account;
  readonly problem: AwsProblem;
}

export interface PlanOptions {
  /** Account names or ids; absent: all. */
  readonly accounts?: readonly string[];
  /** Remove extra policies from owned resources. Default false: they are reported. */
  readonly prune?: boolean;
  /** Take over same-named resources without our tag. Default false: conflict. */
  readonly adopt?: boolean;
  /** Look through each account for owned resources that the definition no longer names. Default true. */
  readonly findOrphans?: boolean;
  /** Accounts at a time. Default 8. */
  readonly concurrency?: number;
  readonly onAccount?: (account: Account, done: number, total: number) => void;
}

export interface ApplyOptions {
  /** Accounts at a time. Default 8. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly sleep?: Sleep;
  /** Checked before every step: what has begun is finished, nothing new is begun. */
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly change: Change;
  readonly state: 'started' | 'step' | 'retrying' | 'applied' | 'failed' | 'skipped';
  readonly edit?: Edit;
  readonly problem?: AwsProblem;
  /** Changes finished (any way), of `total`. */
  readonly done: number;
  readonly total: number;
}

export interface ApplyResult {
  readonly ok: boolean;
  readonly outcomes: readonly Outcome[];
}

export interface Outcome {
  readonly change: Change;
  readonly state: 'applied' | 'failed' | 'skipped';
  /** Steps that were done, also of a failed change. */
  readonly stepsDone: number;
  readonly problem?: AwsProblem;
  readonly reason?: string;
}

/** Everything a new operator needs, once: it cannot be read back from AWS. */
export interface Enrollment {
  readonly operatorArn: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: Secret;
  readonly mfa?: {
    readonly serialNumber: string;
    /** Base 32. */
    readonly seed: Secret;
    /** For authenticator apps; print as a QR code. */
    readonly otpauthUri: Secret;
  };
}

export interface EnrollOptions {
  /** Default: as the definition says. */
  readonly accessKey?: boolean;
  readonly mfa?: boolean;
  readonly sleep?: Sleep;
}
