import type { Result } from '../base/index.ts';
import { readDocument } from './grammar/document.ts';
import { parseJson } from './json/parse.ts';
import { checkKind } from './kind.ts';
import { Report } from './report.ts';
import type { PolicyDocument, PolicyKind } from './types.ts';

/** What `parsePolicy` may know beside the text. */
export interface ParseOptions {
  /** For diagnostics. */
  readonly file?: string;
  /** What the document is used as; elements that this use forbids or demands are diagnosed only when given. */
  readonly kind?: PolicyKind;
}

/**
 * Reads a policy document: strict JSON, then the grammar of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
 * Never throws; every problem is a diagnostic with a place. `ok` is false as soon as one of them is an error.
 * Linear in the length of the text.
 */
export function parsePolicy(text: string, options: ParseOptions = {}): Result<PolicyDocument> {
  const report = new Report(text, options.file);
  const json = parseJson(text, report);
  const document = json === undefined ? undefined : readDocument(json, text, report);
  if (document !== undefined && options.kind !== undefined) checkKind(document, options.kind, report);
  const { diagnostics } = report;
  return document === undefined || report.failed
    ? { ok: false, diagnostics }
    : { ok: true, value: document, diagnostics };
}
