import type { Severity, Span } from '../../base/index.ts';
import type { PolicyDocument, PolicyKind, Statement } from '../types.ts';
import type { Catalog } from './catalog.ts';

/** What a rule is, for people: one page of docs/rules each. */
export interface RuleEntry {
  /** Stable, kebab-case; the `code` of its diagnostics. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters, in Markdown. */
  readonly explanation: string;
  /** What to do, in Markdown. */
  readonly fix: string;
  /** Part of a statement that fires, and what to write in its place. */
  readonly example?: { readonly bad: string; readonly good?: string };
}

export interface Rule extends RuleEntry {
  /** Kinds of policy that the rule looks at; absent: all. */
  readonly kinds?: readonly PolicyKind[];
  check(context: LintContext): Iterable<Problem>;
}

/** What one rule found in one place. */
export interface Problem {
  readonly span: Span;
  readonly message: string;
  readonly help?: string;
  /** When it differs from the rule's. */
  readonly severity?: Severity;
  readonly statement?: Statement;
}

export interface LintContext {
  readonly document: PolicyDocument;
  readonly kind: PolicyKind;
  readonly statements: readonly Statement[];
  readonly catalog: Catalog;
  readonly ownAccounts: readonly string[] | undefined;
  /** Characters. */
  readonly quota: number;
}

export const identityKinds: readonly PolicyKind[] = ['identity', 'inline-user', 'inline-role'];

/** Searching for a near name is paid for so many distinct names of a document only; hostile ones have thousands. */
export const MOST_SEARCHES = 100;
