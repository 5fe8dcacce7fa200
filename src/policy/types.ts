import type { Span } from '../base/index.ts';

/** The two versions of the policy language; only 2012-10-17 knows policy variables. */
export type PolicyVersion = '2012-10-17' | '2008-10-17';

/** What kind of policy a document is used as: decides which elements are allowed and which quota applies. */
export type PolicyKind =
  | 'identity'
  | 'inline-user'
  | 'inline-role'
  | 'trust'
  | 'resource'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'vpc-endpoint';

/** A string of the document with its place. */
export interface Located {
  readonly value: string;
  readonly span: Span;
}

/**
 * `Principal: "*"` is kept apart from `{"AWS": "*"}`: both match everyone, but the documents differ
 * and CanonicalUser, Federated and Service have rules of their own.
 */
export type PrincipalElement =
  | { readonly kind: 'star'; readonly span: Span }
  | {
      readonly kind: 'map';
      readonly span: Span;
      readonly AWS?: readonly Located[];
      readonly Service?: readonly Located[];
      readonly Federated?: readonly Located[];
      readonly CanonicalUser?: readonly Located[];
    };

/** How a multivalued key is compared: every value must match (true for an absent key too), or at least one. */
export type SetQualifier = 'ForAllValues' | 'ForAnyValue';

/** One operator applied to one key. `operator` is the canonical base name, without qualifier and IfExists. */
export interface ConditionClause {
  readonly qualifier?: SetQualifier;
  readonly operator: string;
  readonly ifExists: boolean;
  /** As written; keys compare without case. */
  readonly key: string;
  readonly values: readonly Located[];
  readonly span: Span;
}

/**
 * One statement of a document, as written: lists have at least one item, elements that aren't there are absent. Actions
 * and condition keys keep their spelling.
 */
export interface Statement {
  /** Position in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly sidSpan?: Span;
  readonly effect: 'Allow' | 'Deny';
  readonly principal?: PrincipalElement;
  readonly notPrincipal?: PrincipalElement;
  readonly action?: readonly Located[];
  readonly notAction?: readonly Located[];
  readonly resource?: readonly Located[];
  readonly notResource?: readonly Located[];
  readonly conditions: readonly ConditionClause[];
  readonly span: Span;
}

/** A document that `parsePolicy` has read: its statements, each with its place, and the text that the places are in. */
export interface PolicyDocument {
  /** AWS treats a document without Version as 2008-10-17. */
  readonly version: PolicyVersion;
  /** Absent when the document has no Version. */
  readonly versionSpan?: Span;
  readonly id?: string;
  readonly idSpan?: Span;
  readonly statements: readonly Statement[];
  readonly file?: string;
  readonly text: string;
}

/** A policy as plain JSON, for building documents in code; print with `printPolicyJson`. */
export interface PolicyJson {
  Version: PolicyVersion;
  Id?: string;
  Statement: StatementJson[];
}

/** A statement as plain JSON, spelled as AWS spells it. */
export interface StatementJson {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: '*' | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}
