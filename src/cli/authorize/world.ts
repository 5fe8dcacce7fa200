import type { Span } from '../../base/index.ts';
import type { PolicySet, Principal, RequestContext, StatementOutcome } from '../../engine/index.ts';

/** What is known beside the request itself: policy files alone, a definition, or the details of accounts. */
export interface World {
  /** Who a text means. Throws CliError with a remedy. */
  principal(text: string): Principal;
  /**
   * The policies around a request. Throws CliError when what decides is not known.
   * `key` is equal for requests with the same policies, so that they are compiled once.
   */
  around(principal: Principal, action: string, resource: string): Surroundings;
}

export interface Surroundings {
  readonly key: string;
  readonly policies: PolicySet;
  /** Keys that follow from what is known (tags of the caller, the organization); the request's own win. */
  readonly context: RequestContext;
  /** What a reader must know to trust the answer. */
  readonly notes: readonly string[];
  /** Where a generated statement is stated. */
  origin?(outcome: StatementOutcome): Origin | undefined;
}

export interface Origin {
  readonly file: string;
  readonly span: Span;
  /** `trust of SecurityAuditRole` */
  readonly what: string;
}

/** Actions whose resource policy is the trust policy of a role. */
export const decidedByTrust = (action: string): boolean =>
  /^sts:(AssumeRole(WithSAML|WithWebIdentity)?|TagSession|SetSourceIdentity)$/i.test(action);

export const isRoleArn = (resource: string): boolean => /^arn:[^:]+:iam::\d{12}:role\/./.test(resource);

/** Policy files and nothing else. */
export const filesOnly = (principal: World['principal']): World => ({
  principal,
  around: () => ({ key: '', policies: {}, context: {}, notes: [] }),
});

/** The account whose policies count for the caller; none for services, anonymous callers and AssumeRoleWith…. */
export const accountOfCaller = (principal: Principal): string | undefined =>
  principal.type === 'federated' || !('accountId' in principal) ? undefined : principal.accountId;
