import { isSecret, lowerFirst, trailDate } from './naming.ts';

/** Most texts need no escapes; asking costs less than `JSON.stringify`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON escapes
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. */
export const quote = (text: string): string => (escaped.test(text) ? JSON.stringify(text) : `"${text}"`);

const names = new Map<string, string>();
/** Names of members are few, but keys of maps are what callers send. */
const MOST_NAMES = 4_096;

function nameOf(member: string): string {
  let name = names.get(member);
  if (name === undefined) {
    name = `${quote(lowerFirst(member))}:`;
    if (names.size < MOST_NAMES) names.set(member, name);
  }
  return name;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : 'null';
  }
  if (value instanceof Date) return quote(trailDate(value));
  return Array.isArray(value) ? `[${value.map(valueText).join(',')}]` : objectText(value);
}

function objectText(value: object): string {
  let text = '';
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined || isSecret(name) || member instanceof Uint8Array) continue;
    text += `${text === '' ? '' : ','}${nameOf(name)}${valueText(member)}`;
  }
  return `{${text}}`;
}

/**
 * An input or output as JSON in CloudTrail's form: lower camel case, dates as text, no secrets, nothing undefined, and
 * CloudTrail's null for "nothing".
 */
export function trailText(value: object): string {
  const text = objectText(value);
  return text === '{}' ? 'null' : text;
}
