import type { Clock, Secret } from '../base/index.ts';

/** Credentials in use. Secrets are never printed; see Secret. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
  /** ms; absent for long-term keys. */
  readonly expiration?: number;
}

/** Where AWS is: the real one, or any endpoint that speaks its protocols (the sandbox). The only thing that differs. */
export interface AwsTarget {
  readonly region: string;
  /** All services at one URL; absent: AWS itself. */
  readonly endpoint?: string;
  readonly clock: Clock;
}

/** A target and who speaks to it. */
export interface Connection {
  readonly target: AwsTarget;
  readonly credentials: Credentials;
}

/** What went wrong between us and AWS, in one shape. Never holds a secret. */
export interface AwsProblem {
  /** AWS's error code (`AccessDenied`), node's (`ECONNREFUSED`), or ours (`no-credentials`, `unknown`). */
  readonly code: string;
  readonly message: string;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  readonly requestId?: string;
  /** The same call may succeed later. */
  readonly retryable: boolean;
  /** What to do now. */
  readonly help?: string;
}

/** The outside world failed: the command line maps it to exit code 3. `message` is fit for people. */
export class AwsFailure extends Error {
  readonly problem: AwsProblem;

  constructor(problem: AwsProblem, options?: { cause?: unknown }) {
    super(problem.message, options);
    this.name = 'AwsFailure';
    this.problem = problem;
  }
}

/** Waits; injected so that tests need no real time. */
export type Sleep = (ms: number) => Promise<void>;
