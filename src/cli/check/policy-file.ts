import { type Diagnostic, hasErrors } from '../../base/index.ts';
import { lintPolicy, type PolicyDocument, type PolicyKind, parsePolicy } from '../../policy/index.ts';
import { guessKind } from './kind.ts';
import type { Checked, Finding } from './types.ts';

export interface PolicyOptions {
  /** Absent: guessed. */
  readonly kind?: PolicyKind | undefined;
  /** Account ids of one's own; absent: unknown. */
  readonly ownAccounts?: readonly string[] | undefined;
}

/** Checks one policy document. */
export async function checkPolicy(file: string, text: string, options: PolicyOptions): Promise<Checked> {
  const sources = new Map([[file, text]]);
  const parsed = parsePolicy(text, { file });
  if (!parsed.ok || hasErrors(parsed.diagnostics)) {
    const findings = parsed.diagnostics.map((diagnostic) => ({ diagnostic }));
    return { file, findings, sources, unreadable: true };
  }
  const { ownAccounts } = options;
  const kind = options.kind ?? guessKind(parsed.value);
  const found = await lintPolicy(parsed.value, { kind, ...(ownAccounts && { ownAccounts }) });
  const all = [...parsed.diagnostics, ...found];
  return { file, findings: all.map((d) => findingIn(parsed.value, d)), sources, unreadable: false };
}

/** The statement that a finding in a document is about. */
export function findingIn(document: PolicyDocument, diagnostic: Diagnostic): Finding {
  const at = diagnostic.span?.start.offset;
  const statement =
    at === undefined
      ? undefined
      : document.statements.find(({ span }) => span.start.offset <= at && at < span.end.offset);
  if (statement === undefined) return { diagnostic };
  const { index, sid } = statement;
  return { diagnostic, statement: { index, ...(sid !== undefined && { sid }) } };
}
