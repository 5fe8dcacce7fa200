import pc from 'picocolors';
import type { Diagnostic } from '../base/index.ts';

/** Results go to stdout, everything said about the work to stderr, so that pipes stay clean. */
export const out = (text: string): void =>
  void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
export const say = (text: string): void =>
  void process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);

/** One JSON document, stable key order as built. */
export const outJson = (value: unknown): void => out(JSON.stringify(value, null, 2));

export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : many}`;

const paint = { error: pc.red, warning: pc.yellow, info: pc.cyan } as const;

/**
 * One diagnostic as people know it from compilers: place, severity, message, the source line with a caret,
 * and what to write instead. `source` is the text of the file, when it is at hand.
 */
export function renderDiagnostic(d: Diagnostic, source?: string): string {
  const place =
    d.file === undefined
      ? ''
      : d.span === undefined
        ? `${d.file}: `
        : `${d.file}:${d.span.start.line}:${d.span.start.column}: `;
  const lines = [`${pc.bold(place)}${paint[d.severity](`${d.severity}[${d.code}]`)}: ${d.message}`];
  const excerpt = d.span && source !== undefined ? excerptOf(source, d.span.start.line) : undefined;
  if (excerpt !== undefined && d.span) {
    const { start, end } = d.span;
    const gutter = String(start.line).length;
    const window = clip(excerpt, start.column - 1);
    const width = start.line === end.line ? Math.max(1, end.column - start.column) : 1;
    const carets = '^'.repeat(Math.min(width, Math.max(1, window.text.length - window.at)));
    lines.push(pc.dim(`${' '.repeat(gutter)} |`));
    lines.push(`${pc.dim(`${start.line} |`)} ${window.text}`);
    lines.push(`${pc.dim(`${' '.repeat(gutter)} |`)} ${' '.repeat(window.at)}${paint[d.severity](carets)}`);
  }
  if (d.help !== undefined) lines.push(`  ${pc.green('help')}: ${d.help}`);
  return lines.join('\n');
}

const excerptOf = (source: string, line: number): string | undefined =>
  source.split('\n', line)[line - 1]?.replaceAll('\t', ' ');

/** At most 100 columns of a line, so that minified input doesn't flood the terminal. */
function clip(line: string, at: number): { text: string; at: number } {
  if (line.length <= 100) return { text: line, at };
  const from = Math.max(0, at - 40);
  return { text: line.slice(from, from + 100), at: at - from };
}

/** All diagnostics, errors first, then a count. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): string {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const sorted = [...diagnostics].sort((a, b) => rank[a.severity] - rank[b.severity]);
  return sorted
    .map((d) => renderDiagnostic(d, d.file === undefined ? undefined : sources.get(d.file)))
    .join('\n');
}

export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const parts = (['error', 'warning', 'info'] as const)
    .map((severity) => [severity, diagnostics.filter((d) => d.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => (severity === 'info' ? `${count} info` : plural(count, severity)));
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}
