import type { Json } from '../model.ts';
import { formatError } from './fail.ts';
import { MOST_LEVELS, parseYaml, whereBroken } from './yaml.ts';

/** A template's text as plain JSON with long function names. Throws ValidationError. */
export function parseText(text: string): { readonly [key: string]: Json } {
  const value = text.trimStart().startsWith('{') ? parseJson(text) : parseYaml(text);
  if (!isObject(value)) throw formatError('unsupported structure.');
  refuseNulls(value, '', 0);
  return value;
}

/** A JSON text is YAML too, which is how AWS reads short forms in braces. */
function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (/!\w+/.test(text)) return parseYaml(text);
    throw formatError(`JSON not well-formed.${whereBroken(text)}`);
  }
}

function refuseNulls(value: Json, path: string, level: number): void {
  if (level > MOST_LEVELS) throw formatError('the template is nested too deeply.');
  if (value === null) {
    throw formatError(`[${path}] 'null' values are not allowed in templates`);
  }
  if (typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) refuseNulls(member, `${path}/${key}`, level + 1);
}

export const isObject = (value: unknown): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);
