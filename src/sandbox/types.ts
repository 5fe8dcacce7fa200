import type { Clock, Random } from '../base/index.ts';
import type { NamedPolicy, Principal, RequestContext } from '../engine/index.ts';
import type { CloudTrailRecord } from '../trail/index.ts';

/** What the wire layer hands over: one authenticated-or-anonymous API call, decoded by the SDK's own schemas. */
export interface Call {
  /** UUID; also the answer's request id. */
  readonly requestId: string;
  /** Virtual time, ms. */
  readonly now: number;
  /** `sts`, `iam`, `ec2`, `s3`, `cloudtrail` … (signing name) */
  readonly service: string;
  /** `AssumeRole` */
  readonly operation: string;
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Host header, for tlsDetails. */
  readonly host: string;
  readonly caller: Caller;
  /**
   * The AWS service that makes this call on the caller's behalf (`cloudformation.amazonaws.com`): the record's
   * `invokedBy` and source, `aws:CalledVia` and `aws:ViaAWSService`. Only services set it, never the wire.
   */
  readonly invokedBy?: string;
}

/** Who signed the call. `accountId` is '' for AWS services and anonymous callers. */
export interface Caller {
  readonly principal: Principal;
  readonly accountId: string;
  readonly accessKeyId?: string;
  /** Present for temporary credentials only. */
  readonly session?: SessionFacts;
}

export interface SessionFacts {
  /** ms */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Key `aws:MultiFactorAuthPresent` for GetSessionToken credentials; undefined: the key is absent (role sessions). */
  readonly mfaAuthenticated?: boolean;
  /** ms; for aws:MultiFactorAuthAge. */
  readonly mfaAt?: number;
  readonly sessionPolicies: readonly NamedPolicy[];
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  /** Temporary credentials obtained with temporary credentials: chained, at most one hour. */
  readonly chained: boolean;
}

/** A modelled AWS error. `shape` is the name in the SDK's schemas when it differs from the code. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Who is at fault, for the XML `Type` element. */
  readonly fault: 'Sender' | 'Receiver';

  constructor(code: string, message: string, status = 400, fault: 'Sender' | 'Receiver' = 'Sender') {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.fault = fault;
  }
}

/**
 * One question to the engine that an operation asks before it runs. The dispatcher adds identity, boundary,
 * session, SCP and RCP policies and the global context keys; the operation says only what it alone knows.
 */
export interface Authorization {
  /** `iam:GetRole` */
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  /** The resource's own policy (the trust policy for sts:AssumeRole). */
  readonly resourcePolicy?: NamedPolicy;
  readonly context?: RequestContext;
}

/** One operation of a service. All handlers are synchronous: state is in memory, and one call is one transaction. */
export interface Operation<I = Record<string, unknown>, O = Record<string, unknown>> {
  readonly name: string;
  readonly readOnly: boolean;
  /** Denials that are no API calls of an account (GetCallerIdentity is allowed to everybody): empty array. */
  authorize(input: I, call: Call): readonly Authorization[];
  /** Throws AwsError for modelled failures; must not have changed anything when it throws. */
  handle(input: I, call: Call): O;
  /** What CloudTrail records, when it isn't simply the input and the output in lowerCamelCase (secrets must be left out). */
  trail?(input: I, output: O | undefined, call: Call): TrailFacts;
}

export interface TrailFacts {
  readonly requestParameters?: Record<string, unknown> | null;
  readonly responseElements?: Record<string, unknown> | null;
  readonly resources?: readonly { accountId: string; type: string; ARN: string }[];
  readonly additionalEventData?: Record<string, unknown>;
  /** Another account that gets a copy (cross-account AssumeRole): its id. */
  readonly sharedWith?: string;
}

/** What `findCredentials` says of an access key id and session token. */
export type CredentialLookup =
  | { readonly ok: true; readonly secretAccessKey: string; readonly caller: Caller }
  /** InvalidClientTokenId, ExpiredToken …; a signature can't be checked without a secret. */
  | { readonly ok: false; readonly error: AwsError };

/** The AWS behind the wire: state and services. Knows nothing of HTTP. */
export interface Cloud {
  findCredentials(accessKeyId: string, sessionToken: string | undefined, now: number): CredentialLookup;
  /** True when the operation has a handler (else the server answers NotImplemented, after authentication). */
  serves(service: string, operation: string): boolean;
  /** Authorizes, runs, records in CloudTrail (failures too). Throws AwsError. */
  invoke(call: Call, input: Record<string, unknown>): Record<string, unknown>;
  /** Creates an empty account with a root user and one root access key. Throws AwsError EntityAlreadyExists. */
  createAccount(accountId: string, name?: string): { accessKeyId: string; secretAccessKey: string };
  accounts(): readonly { accountId: string; name?: string }[];
  /** Why a request was refused: the engine's explanation(s), for the last 1,000 denials. */
  explainDenial(requestId: string): unknown;
  /** Takes the CloudTrail records made since the last call, oldest first. */
  takeRecords(): readonly CloudTrailRecord[];
  /** Runs what services have due by now (alarm periods, deliveries, stack operations). `invoke` does so first itself. */
  tick(now: number): void;
  /** Paths below /_sandbox/ that services answer themselves. */
  readonly routes: ControlRoutes;
  reset(): void;
}

/**
 * One path of the control interface: by method. `body` is the JSON sent, `rest` the path behind the name. Throws
 * AwsError for what it refuses. Synchronous, like every operation.
 */
export type ControlRoute = Readonly<
  Record<
    string,
    (body: Readonly<Record<string, unknown>>, rest: string, facts: { readonly now: number }) => unknown
  >
>;
export type ControlRoutes = ReadonlyMap<string, ControlRoute>;

export interface SandboxOptions {
  /** 0 (default): any free port. Always bound to 127.0.0.1. */
  readonly port?: number;
  /** Where CloudTrail files go, in S3 layout below `AWSLogs/`; none: records are only in LookupEvents. */
  readonly trailDir?: string;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface RunningSandbox {
  readonly url: string;
  readonly port: number;
  /** Stops accepting, delivers pending CloudTrail records, ends connections. */
  close(): Promise<void>;
}

// Control interface, JSON, below /_sandbox/ (never needed for normal use; no request to AWS's own paths is treated differently):
//   GET  health                        { ok, now }
//   POST accounts {accountId, name?}   { accountId, accessKeyId, secretAccessKey }   the root user's key
//   GET  accounts                      [{ accountId, name }]
//   GET  clock | PUT clock             { now: ISO } | { now: ISO } or { advanceSeconds: n }; may go forwards and backwards
//   PUT  source-ip {ip, accessKeyId?}  sticky, for calls signed with that key, or for all; ip: null removes it
//   POST flush                         delivers pending records: { files: [path] }
//   GET  decisions/REQUEST_ID          why a request was refused (Explanation), 404 when unknown
//   POST reset                         an empty cloud
