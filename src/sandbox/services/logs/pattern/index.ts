import { conditions } from './expression.ts';
import { matchFields, readFieldsPattern } from './fields.ts';
import { matchesJson, readJsonPattern } from './json.ts';
import type { LogText } from './log-text.ts';
import { Scanner } from './scan.ts';
import { matchesTerms, readTerms } from './terms.ts';
import { BadPattern, EACH, type JsonPattern, type Pattern, type Selector } from './types.ts';

export type Parsed =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly message: string };

/** Reads a filter pattern. Never throws. */
export function parsePattern(text: string): Parsed {
  try {
    return { ok: true, pattern: read(text) };
  } catch (error) {
    if (error instanceof BadPattern) return { ok: false, message: error.message };
    throw error;
  }
}

/** "There is a limit of 2 regex for each filter pattern when creating a delimited or JSON filter pattern" */
const MOST_REGEXES = 2;

function read(text: string): Pattern {
  const scanner = new Scanner(text);
  scanner.skipSpace();
  if (scanner.end) return { kind: 'everything' };
  const first = text.charAt(scanner.at);
  const pattern =
    first === '{'
      ? readJsonPattern(scanner)
      : first === '['
        ? readFieldsPattern(scanner)
        : readTerms(scanner);
  if (pattern.kind === 'json') checkWildcards(pattern);
  if (pattern.kind !== 'terms' && regexCount(pattern) > MOST_REGEXES) {
    throw new BadPattern(`at most ${MOST_REGEXES} regular expressions are allowed`);
  }
  return pattern;
}

/** "up to one wildcard selector in a property selector, and up to three wildcard selectors in a filter pattern" */
const MOST_WILDCARDS = 3;

function checkWildcards({ expression }: JsonPattern): void {
  const counts = conditions(expression).map(({ subject }) => wildcards(subject));
  if (counts.some((count) => count > 1)) throw new BadPattern('a selector can have one wildcard only');
  if (counts.reduce((sum, count) => sum + count, 0) > MOST_WILDCARDS) {
    throw new BadPattern(`at most ${MOST_WILDCARDS} wildcard selectors are allowed`);
  }
}

const wildcards = (selector: Selector): number => selector.filter((step) => step === EACH).length;

/** How many regular expressions a pattern has: log groups have a quota of patterns with them. */
export function regexCount(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'everything':
      return 0;
    case 'terms':
      return [...pattern.required, ...pattern.excluded, ...pattern.optional].filter(
        (term) => typeof term !== 'string',
      ).length;
    default: {
      const expressions =
        pattern.kind === 'json'
          ? [pattern.expression]
          : [...pattern.before, ...(pattern.after ?? [])].flatMap(({ condition }) => condition ?? []);
      return expressions
        .flatMap((expression): readonly { test: { op: string; value?: unknown } }[] =>
          conditions<unknown>(expression),
        )
        .filter(({ test }) => (test.value as { kind?: string } | undefined)?.kind === 'regex').length;
    }
  }
}

export function matches(pattern: Pattern, log: LogText): boolean {
  switch (pattern.kind) {
    case 'everything':
      return true;
    case 'terms':
      return matchesTerms(pattern, log.message);
    case 'json':
      return matchesJson(pattern, log.json);
    default:
      return matchFields(pattern, log.message) !== undefined;
  }
}
