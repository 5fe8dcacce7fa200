import type { Clock, Random } from '../base/index.ts';
import type { NamedPolicy, Principal, RequestContext } from '../engine/index.ts';
import type { CloudTrailRecord, UserIdentity } from '../trail/index.ts';
import type { RootKey } from './control-client.ts';

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
  /** How the request was signed; absent for what nobody signed and for what services do. */
  readonly signed?: Signed;
  /**
   * The AWS service that makes this call on the caller's behalf (`cloudformation.amazonaws.com`): the record's
   * `invokedBy` and source, `aws:CalledVia` and `aws:ViaAWSService`. Only services set it, never the wire.
   */
  readonly invokedBy?: string;
  /**
   * The service calls with a session of a role that was given to it, not with forwarded rights of whoever asked: the
   * record names it all the same, but `aws:CalledVia` is absent and `aws:ViaAWSService` "false".
   */
  readonly asServiceRole?: true;
}

export interface Signed {
  readonly form: 'header' | 'presigned';
  /** When, ms. */
  readonly at: number;
  /** What the signature says of the body (`x-amz-content-sha256`), where the client said it. */
  readonly payload?: string;
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
  /** Of AssumeRoleWithSAML and AssumeRoleWithWebIdentity sessions. */
  readonly federation?: Federation;
  /** ARN of the policy that AssumeRoot's session is limited to. */
  readonly task?: string;
  /** Temporary credentials obtained with temporary credentials: chained, at most one hour. */
  readonly chained: boolean;
}

/** What an identity provider vouched for when a session was made. */
export interface Federation {
  /** ARN of the provider, or the host name of one that IAM knows by itself. */
  readonly provider: string;
  readonly kind: 'saml' | 'web';
  /** Condition keys that stay with the session (`saml:sub`, `token.actions.githubusercontent.com:aud` …). */
  readonly keys: Readonly<Record<string, string | readonly string[]>>;
}

/** A modelled AWS error. `shape` is the name in the SDK's schemas when it differs from the code. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Who is at fault, for the XML `Type` element. */
  readonly fault: 'Sender' | 'Receiver';
  /** Further members of the modelled error, in JSON protocols (`Reason` of Organizations). */
  readonly members: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: string,
    message: string,
    status = 400,
    fault: 'Sender' | 'Receiver' = 'Sender',
    members?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.fault = fault;
    this.members = members;
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
  /** CloudTrail's name of the event where it isn't the operation's (`PutBucketLifecycle`). */
  readonly eventName?: string;
  /** Who called, where the record doesn't name the caller but who the caller proved to be (AssumeRoleWithSAML). */
  readonly identity?: UserIdentity;
  /** Whose record it is, where the caller has no account of its own. */
  readonly recipient?: string;
  /** A data event (S3 objects): only trails that ask for it get it, event history and buses don't. */
  readonly dataEvent?: boolean;
}

/** What `findCredentials` says of an access key id and session token. */
export type CredentialLookup =
  | { readonly ok: true; readonly secretAccessKey: string; readonly caller: Caller }
  /** InvalidClientTokenId, ExpiredToken …; a signature can't be checked without a secret. */
  | { readonly ok: false; readonly error: AwsError };

/** What is set about the sandbox as such. */
export interface CloudSettings {
  /** ms that virtual time is ahead of the system's. */
  readonly clockOffset: number;
  /** Seen source addresses, by access key id; '' for all others. */
  readonly sourceIps: Readonly<Record<string, string>>;
}

/** CloudTrail records of one account, region and five minutes, to be delivered. */
export interface LogBatch {
  readonly account: string;
  readonly region: string;
  /** Where the five minutes begin, ms. */
  readonly window: number;
  readonly records: number;
  /** JSON texts joined by commas, UTF-8. */
  readonly bytes: Uint8Array;
  /** The place of its end in the account's log, for `delivered`. */
  readonly upTo: { readonly account: string; readonly first: number; readonly count: number };
}

/** The AWS behind the wire: state and services. Knows nothing of HTTP. */
export interface Cloud {
  findCredentials(accessKeyId: string, sessionToken: string | undefined, now: number): CredentialLookup;
  /**
   * Loads a service's code, or that of all; undefined when it is there. To be awaited before the service is asked for
   * anything, and all before `load` and `replay`: what was saved may be of any.
   */
  prepare(service?: string): Promise<void> | undefined;
  /** True when the operation has a handler (else the server answers NotImplemented, after authentication). */
  serves(service: string, operation: string): boolean;
  /** Authorizes, runs, records in CloudTrail (failures too). Throws AwsError. */
  invoke(call: Call, input: Record<string, unknown>): Record<string, unknown>;
  /**
   * Creates an empty account with a root user and one root access key. Throws AwsError EntityAlreadyExists, unless
   * `ensure`: then it answers the first root key of the account that is there.
   */
  createAccount(
    accountId: string,
    name?: string,
    ensure?: boolean,
  ): { accessKeyId: string; secretAccessKey: string };
  accounts(): readonly { accountId: string; name?: string }[];
  /** Why a request was refused: the engine's explanation(s), for the last 1,000 denials. */
  explainDenial(requestId: string): unknown;
  /** Takes the CloudTrail records made since the last call, oldest first. */
  takeRecords(): readonly CloudTrailRecord[];
  /** Runs what services have due by now (alarm periods, deliveries, stack operations). `invoke` does so first itself. */
  tick(now: number): void;
  /** Takes them as the texts that go to files, without reading them. */
  takeBatches(): readonly LogBatch[];
  /** Says that a batch is safe elsewhere: until then it is kept, over restarts too. */
  delivered(upTo: LogBatch['upTo']): void;
  /** Paths below /_sandbox/ that services answer themselves. */
  readonly routes: ControlRoutes;
  /** Answers one of them. Anything but GET may change the cloud. */
  route(name: string, method: string, body: Readonly<Record<string, unknown>>, rest: string): unknown;
  readonly settings: CloudSettings;
  change(settings: Partial<CloudSettings>): void;
  reset(): void;
  /** All state, to be written by `writeGraph` at once: it isn't a copy. */
  save(): object;
  /** Continues from a state that was saved. */
  load(saved: object): void;
  /** Lets a kept act happen again. Throws Error when it turns out differently. */
  replay(act: object): void;
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
  /** A folder to keep all state in: nothing that was answered is lost, however the process ends. None: memory only. */
  readonly data?: string;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface RunningSandbox {
  readonly url: string;
  readonly port: number;
  /** What SandboxControl's method of this name does, without a connection. Throws ControlError. */
  ensureAccounts(accounts: readonly { readonly accountId: string; readonly name?: string }[]): RootKey[];
  /** All accounts there are. */
  accounts(): readonly { readonly accountId: string; readonly name?: string }[];
  /** Stops accepting, delivers pending CloudTrail records, ends connections. */
  close(): Promise<void>;
}

// Control interface, JSON, below /_sandbox/ (never needed for normal use; no request to AWS's own paths is treated differently):
//   GET  health                        { ok, now }
//   POST accounts {accountId, name?}   { accountId, accessKeyId, secretAccessKey }   the root user's key
//        {accountId, ifMissing: true}  the same for an account that is there already
//        {accounts: [{accountId, name?}]}  the same for many: { accounts: [key] }
//   GET  accounts                      [{ accountId, name }]
//   GET  clock | PUT clock             { now: ISO } | { now: ISO } or { advanceSeconds: n }; may go forwards and backwards
//   PUT  source-ip {ip, accessKeyId?}  sticky, for calls signed with that key, or for all; ip: null removes it
//   POST calls {calls: [{accountId, service, operation, input}]}   as root users: { outcomes: [{ok, output | code, message}] }
//   PUT  organization-id {id}          the id that the next organization gets
//   POST flush                         delivers pending records: { files: [path] }
//   GET  inbox[/ADDRESS|/TOPIC]         what SNS sent; DELETE forgets it
//   GET  outbox                        what SNS has yet to POST to endpoints on this machine
//   GET  sns-certificate               the certificate (PEM) of the signatures of SNS's messages
//   GET  decisions/REQUEST_ID          why a request was refused (Explanation), 404 when unknown
//   GET  state | PUT state             all state as text, secrets included | replaces all state by such a text
//   PUT  identity-providers {issuer, jwks}   the keys of an OpenID Connect issuer; jwks: null: it can't be reached
//   POST reset                         an empty cloud
