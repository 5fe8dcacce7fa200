import { conditions } from './expression.ts';
import { matchFields } from './fields.ts';
import type { LogText } from './log-text.ts';
import { numberOf } from './scan.ts';
import { parseSelector, select } from './selector.ts';
import { BadPattern, EACH, type Pattern, type Selector } from './types.ts';

/** What `$.latency` or `$bytes` is in a message that matched; undefined: it isn't there, or is no text or number. */
export function extract(pattern: Pattern, reference: string, log: LogText): string | undefined {
  if (pattern.kind === 'fields') {
    const fields = matchFields(pattern, log.message) ?? [];
    const place = fields.findIndex(({ name }, i) => reference === (name === '' ? `$${i + 1}` : `$${name}`));
    return fields[place]?.value;
  }
  const selector = selectorOf(reference);
  if (selector === undefined || pattern.kind !== 'json') return undefined;
  const [value] = select(log.json, selector);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The same as a number. */
export function extractNumber(pattern: Pattern, reference: string, log: LogText): number | undefined {
  const text = extract(pattern, reference, log);
  return text === undefined ? undefined : numberOf(text);
}

export function selectorOf(reference: string): Selector | undefined {
  try {
    return parseSelector(reference);
  } catch (error) {
    if (error instanceof BadPattern) return undefined;
    throw error;
  }
}

/** TestMetricFilter's `extractedValues`: of each field, or of each property that the pattern asks for. */
export function extractAll(pattern: Pattern, log: LogText): Record<string, string> {
  const values: Record<string, string> = {};
  if (pattern.kind === 'fields') {
    for (const [i, { name, value }] of (matchFields(pattern, log.message) ?? []).entries()) {
      values[name === '' ? `$${i + 1}` : `$${name}`] = value;
    }
  } else if (pattern.kind === 'json') {
    for (const { subject } of conditions(pattern.expression)) {
      const [value] = select(log.json, subject);
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        values[written(subject)] = String(value);
      }
    }
  }
  return values;
}

const written = (selector: Selector): string =>
  `$${selector.map((step) => (step === EACH ? '.*' : typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`;
