import { type Diagnostic, hasErrors, LineIndex, type Result, suggest } from '../../base/index.ts';
import { ruleIds } from '../rules/ids.ts';
import type { PolicyDocument } from '../types.ts';
import type { Found } from './index.ts';

/** A finding that somebody looked at and keeps. Without a reason it is no decision, so a reason is demanded. */
export interface Suppression {
  /** Id of a rule. */
  readonly code: string;
  readonly reason: string;
  /** Sid, or position in the document from 0; absent: the whole document. */
  readonly statement?: string | number;
}

/** Splits what was found; a suppression that suppresses nothing is reported, so that lists do not rot. */
export function applySuppressions(
  found: readonly Found[],
  suppressions: readonly Suppression[],
  document: PolicyDocument,
): { readonly kept: readonly Found[]; readonly diagnostics: readonly Diagnostic[] } {
  const used = new Set<Suppression>();
  const kept = found.filter(({ rule, problem }) => {
    const fitting = suppressions.filter(
      (s) =>
        s.code === rule.id &&
        s.reason.trim() !== '' &&
        (s.statement === undefined ||
          s.statement === problem.statement?.index ||
          (s.statement === problem.statement?.sid && s.statement !== '')),
    );
    for (const s of fitting) used.add(s);
    return fitting.length === 0;
  });
  const diagnostics = suppressions
    .filter((s) => !used.has(s))
    .map((s): Diagnostic => {
      const place = s.statement === undefined ? '' : ` in statement ${s.statement}`;
      const base = {
        severity: 'warning' as const,
        ...(document.file === undefined ? {} : { file: document.file }),
      };
      return s.reason.trim() === ''
        ? {
            ...base,
            code: 'suppression-reason',
            message: `the suppression of ${s.code} gives no reason, so it does not count`,
            help: 'say why the finding is kept',
          }
        : {
            ...base,
            code: 'unused-suppression',
            message: `nothing is found by ${s.code}${place}, and yet it is suppressed`,
            help: 'remove the suppression',
          };
    });
  return { kept, diagnostics };
}

/**
 * Reads an ignore file: a line for each suppression, `CODE [STATEMENT] -- REASON`, where STATEMENT is a Sid or a
 * position from 0; `#` begins a comment line. Never throws: unknown codes and lines without a reason are diagnostics.
 */
export function parseIgnoreFile(text: string, file?: string): Result<readonly Suppression[]> {
  const index = new LineIndex(text);
  const diagnostics: Diagnostic[] = [];
  const suppressions: Suppression[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const start = offset;
    offset += line.length + 1;
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const report = (code: string, message: string, help: string): void => {
      diagnostics.push({
        code,
        severity: 'error',
        message,
        ...(file === undefined ? {} : { file }),
        span: index.span(start, start + line.trimEnd().length),
        help,
      });
    };
    const dashes = content.indexOf(' -- ');
    const [code = '', statement, ...rest] = (dashes === -1 ? content : content.slice(0, dashes))
      .trim()
      .split(/\s+/);
    const reason = dashes === -1 ? '' : content.slice(dashes + 4).trim();
    if (!ruleIds.includes(code)) {
      const near = suggest(code, ruleIds);
      report(
        'unknown-rule',
        `"${code.slice(0, 60)}" is no rule`,
        near === undefined ? 'docs/rules/README.md lists the rules' : `write ${near}`,
      );
    } else if (reason === '') {
      report(
        'suppression-reason',
        `the suppression of ${code} gives no reason`,
        `write: ${code} -- why the finding is kept`,
      );
    } else if (rest.length > 0) {
      report(
        'suppression-format',
        'more than a rule and a statement stand before " -- "',
        'write: CODE [STATEMENT] -- REASON',
      );
    } else {
      const at =
        statement === undefined
          ? {}
          : { statement: /^\d{1,6}$/.test(statement) ? Number(statement) : statement };
      suppressions.push({ code, reason, ...at });
    }
  }
  return hasErrors(diagnostics) ? { ok: false, diagnostics } : { ok: true, value: suppressions, diagnostics };
}
