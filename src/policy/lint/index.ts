import type { Diagnostic } from '../../base/index.ts';
import { checkKind } from '../kind.ts';
import { Report } from '../report.ts';
import { quotaOf } from '../size.ts';
import type { PolicyDocument, PolicyKind } from '../types.ts';
import { loadCatalog } from './catalog.ts';
import type { LintContext, Problem, Rule, RuleEntry } from './rule.ts';
import { applySuppressions, type Suppression } from './suppress.ts';

/** What `lintPolicy` has to know beside the document. */
export interface LintOptions {
  /** What the document is used as. */
  readonly kind: PolicyKind;
  /**
   * Account ids of one's own organization. Absent: unknown, so that trust in any account is only mentioned (info);
   * present: trust in other accounts without ExternalId or organization condition is an error.
   */
  readonly ownAccounts?: readonly string[];
  /** Raised quota in characters (trust policies: up to 8,192); default `quotaOf(kind)`. */
  readonly quota?: number;
  readonly suppress?: readonly Suppression[];
}

/** One rule says no more than this about one document; the rest is counted. */
const MOST_PER_RULE = 50;

/**
 * Risks, mistakes and quotas in a document that parses. What AWS would refuse for the kind comes first (same codes as
 * `parsePolicy` with `kind`), then what the rules of `policyRules` find, in the order of the text.
 * Asynchronous: rules and the catalogue of AWS's actions are loaded on first use, the latter only for the services named.
 */
export async function lintPolicy(
  document: PolicyDocument,
  options: LintOptions,
): Promise<readonly Diagnostic[]> {
  // Whoever only parses and decides doesn't load the rules, half of this room's code.
  const { rules } = await import('../rules/index.ts');
  const refused = new Report(document.text, document.file);
  checkKind(document, options.kind, refused);
  const context: LintContext = {
    document,
    kind: options.kind,
    statements: document.statements,
    catalog: await loadCatalog(document),
    ownAccounts: options.ownAccounts,
    quota: options.quota ?? quotaOf(options.kind),
  };
  const found = rules
    .filter((rule) => rule.kinds === undefined || rule.kinds.includes(options.kind))
    .flatMap((rule) => [...rule.check(context)].map((problem) => ({ rule, problem })));
  const { kept, diagnostics } = applySuppressions(found, options.suppress ?? [], document);
  return [...refused.diagnostics, ...inOrder(limit(kept, document)), ...diagnostics];
}

/** What `lintPolicy` can say, for people: rules first, then what AWS refuses for a kind of policy. */
export const policyRules = async (): Promise<readonly RuleEntry[]> =>
  (await import('../rules/docs.ts')).policyRules;

export interface Found {
  readonly rule: Rule;
  readonly problem: Problem;
}

function limit(found: readonly Found[], document: PolicyDocument): Diagnostic[] {
  const counts = new Map<string, number>();
  const diagnostics: Diagnostic[] = [];
  for (const { rule, problem } of found) {
    const count = (counts.get(rule.id) ?? 0) + 1;
    counts.set(rule.id, count);
    if (count > MOST_PER_RULE) continue;
    diagnostics.push({
      code: rule.id,
      severity: problem.severity ?? rule.severity,
      message: problem.message,
      ...(document.file === undefined ? {} : { file: document.file }),
      span: problem.span,
      ...(problem.help === undefined ? {} : { help: problem.help }),
    });
  }
  for (const [code, count] of counts) {
    if (count <= MOST_PER_RULE) continue;
    const severity = diagnostics.find((d) => d.code === code)?.severity ?? 'warning';
    diagnostics.push({
      code,
      severity,
      message: `${count - MOST_PER_RULE} further places with the same problem are not shown`,
      ...(document.file === undefined ? {} : { file: document.file }),
    });
  }
  return diagnostics;
}

const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.toSorted(
    (a, b) => (a.span?.start.offset ?? Infinity) - (b.span?.start.offset ?? Infinity) || 0,
  );
