import type { Span } from '../base/index.ts';
import type { PolicyDocument } from '../policy/index.ts';

/** Who makes the request, in the form that decides outcomes (AWS.md §1, "principal forms"). */
export type Principal =
  | { readonly type: 'anonymous' }
  /** The account's root user. */
  | { readonly type: 'root'; readonly accountId: string; readonly partition: string }
  | { readonly type: 'user'; readonly arn: string; readonly id: string; readonly accountId: string }
  | {
      readonly type: 'role-session';
      /** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION` */
      readonly arn: string;
      readonly roleArn: string;
      /** `AROA…` */
      readonly roleId: string;
      readonly sessionName: string;
      readonly accountId: string;
      /** Service-linked roles are not limited by SCPs. */
      readonly serviceLinked?: boolean;
    }
  | {
      readonly type: 'federated-user';
      /** `arn:aws:sts::ACCOUNT:federated-user/NAME` */
      readonly arn: string;
      readonly name: string;
      readonly accountId: string;
      /** The IAM user (or root) whose key called GetFederationToken. */
      readonly issuerArn: string;
      readonly issuerId: string;
    }
  /** Callers of AssumeRoleWithSAML / WithWebIdentity: `provider` is the provider ARN or host name. */
  | { readonly type: 'federated'; readonly provider: string; readonly accountId?: string }
  | { readonly type: 'service'; readonly service: string };

/** The value of a condition key; a list for multivalued keys (`aws:TagKeys`). Numbers, dates and booleans as text. */
export type ContextValue = string | readonly string[];

/**
 * Condition context. Keys compare without case. An absent key is absent (never ''); an empty array is a
 * multivalued key that is present without values, which AWS treats as absent in Null and IfExists.
 */
export type RequestContext = Readonly<Record<string, ContextValue | undefined>>;

/** One question: may this principal do this to that, in these circumstances? */
export interface AuthRequest {
  readonly principal: Principal;
  /** `sts:AssumeRole`; compared without case. */
  readonly action: string;
  /** Full ARN, or `*` for actions without resource types. */
  readonly resource: string;
  /** Owner of the resource; when absent taken from the ARN, and when that has none, the caller's account. */
  readonly resourceAccount?: string;
  readonly context: RequestContext;
}

/** One policy, with what a person calls it. */
export interface NamedPolicy {
  /** `SecurityAuditRole trust policy`, `permission-policy.json`, `arn:aws:iam::…:policy/X` */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Everything that can apply to a request. What is absent doesn't limit; an empty array grants nothing. */
export interface PolicySet {
  /** Of the caller: user + groups, or role. */
  readonly identity?: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /**
   * Session policies of a role session or federated user: any of them may allow (inline ∪ ARNs ∩ identity).
   * Absent: none were passed, a role session is not limited. `[]` grants nothing: don't pass it for "none".
   * A federated user without session policies has no permissions of its own either way.
   */
  readonly session?: readonly NamedPolicy[];
  /** The resource's own policy; for sts:AssumeRole the role's trust policy. */
  readonly resource?: NamedPolicy;
  /** Of the caller's account, one entry a level: root, each OU, account. Absent: no organization or exempt. */
  readonly scps?: readonly (readonly NamedPolicy[])[];
  /** Of the resource's account, one entry a level. */
  readonly rcps?: readonly (readonly NamedPolicy[])[];
  readonly vpcEndpoint?: NamedPolicy;
}

/** The kinds of policy that take part in a decision. `trust` is the resource policy of a role. */
export type Layer =
  | 'identity'
  | 'resource'
  | 'trust'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'vpc-endpoint';

/** How one statement fared against the request. */
export interface StatementOutcome {
  readonly policy: string;
  readonly file?: string;
  readonly layer: Layer;
  readonly index: number;
  readonly sid?: string;
  readonly span: Span;
  readonly effect: 'Allow' | 'Deny';
  readonly matched: boolean;
  /** For people: `aws:MultiFactorAuthPresent is absent; Bool needs "true"`. */
  readonly why: string;
}

/** What becomes of a request, and which statements decided. */
export interface Decision {
  readonly allowed: boolean;
  readonly because: 'explicit-deny' | 'implicit-deny' | 'allowed';
  /** The layer that decided: of the deny, of the missing allow, or of the grant. */
  readonly layer: Layer;
  /** The statements that decided: the denying one, or the granting ones; for an implicit deny those that came nearest. */
  readonly statements: readonly StatementOutcome[];
}

/** A decision with its whole story: slower, for people and error messages. */
export interface Explanation extends Decision {
  /** Every layer that on its own refuses, in order of evaluation: what would have to change. */
  readonly refusals: readonly {
    readonly layer: Layer;
    readonly because: 'explicit-deny' | 'implicit-deny';
    readonly why: string;
  }[];
  /** Every statement of every policy, in order. */
  readonly all: readonly StatementOutcome[];
  /** A few lines of plain text for a terminal. */
  readonly text: string;
}

/** A compiled policy set. Holds no state between requests; never throws for a request of the right shape. */
export interface Authorizer {
  /**
   * The decision; the statements that decided are looked up only when `statements` is read. What the request implies
   * (`impliedRequests`) is not asked.
   */
  authorize(request: AuthRequest): Decision;
  /** The same decision, told. `explain(r).allowed === authorize(r).allowed` always. */
  explain(request: AuthRequest): Explanation;
  /** `authorize` for each, in order. */
  authorizeAll(requests: readonly AuthRequest[]): Decision[];
}
