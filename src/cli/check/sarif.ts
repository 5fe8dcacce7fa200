import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic, Severity } from '../../base/index.ts';
import type { RuleEntry } from '../../policy/index.ts';
import { version } from '../version.ts';
import type { Kept } from './types.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/**
 * The findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), in the order given;
 * those that somebody keeps are results too, with the reason, so that a review sees them. `known`: what rules say of
 * themselves.
 */
export function sarif(
  diagnostics: readonly Diagnostic[],
  kept: readonly Kept[],
  known: readonly RuleEntry[],
) {
  const all = [...diagnostics, ...kept.map((k) => k.diagnostic)];
  const ids = [...new Set(all.map((d) => d.code))].sort();
  const indexes = new Map(ids.map((id, i) => [id, i]));
  const results = [
    ...diagnostics.map((d) => result(d, indexes)),
    ...kept.map(({ diagnostic, suppression }) => ({
      ...result(diagnostic, indexes),
      suppressions: [{ kind: 'external', status: 'accepted', justification: suppression.reason }],
    })),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'crossaccount',
            version,
            semanticVersion: version,
            rules: ids.map((id) =>
              rule(
                id,
                known.find((r) => r.id === id),
                all.find((d) => d.code === id)?.severity ?? 'warning',
              ),
            ),
          },
        },
        // Our columns count as JavaScript strings do, from 1.
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function rule(id: string, entry: RuleEntry | undefined, found: Severity) {
  if (entry === undefined) {
    const text = `${id.replaceAll('-', ' ')}.`;
    return { id, shortDescription: { text }, defaultConfiguration: { level: levels[found] } };
  }
  const { example, explanation, fix, severity, title } = entry;
  const examples =
    example && `\n\n${[example.bad, example.good].filter(Boolean).map(block).join('\n\nbetter:\n\n')}`;
  return {
    id,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: explanation },
    help: {
      text: `${explanation}\n\n${fix}`,
      markdown: `${explanation}\n\n**Fix.** ${fix}${examples ?? ''}`,
    },
    defaultConfiguration: { level: levels[severity] },
  };
}

const block = (text: string | undefined): string => `\`\`\`text\n${text}\n\`\`\``;

function result(d: Diagnostic, indexes: ReadonlyMap<string, number>) {
  return {
    ruleId: d.code,
    ruleIndex: indexes.get(d.code) ?? -1,
    level: levels[d.severity],
    message: { text: d.help === undefined ? `${d.message}.` : `${d.message}. Help: ${d.help}.` },
    ...(d.file !== undefined && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(d.file) },
            ...(d.span && {
              region: {
                startLine: d.span.start.line,
                startColumn: d.span.start.column,
                endLine: d.span.end.line,
                endColumn: d.span.end.column,
              },
            }),
          },
        },
      ],
    }),
  };
}

/** Relative paths stay relative, to the folder that the command ran in: code hosts take that for the repository's root. */
const uriOf = (file: string): string =>
  isAbsolute(file)
    ? pathToFileURL(file).href
    : file
        .replace(/^\.[\\/]/, '')
        .split(sep)
        .map(encodeURIComponent)
        .join('/');
