import { type Diagnostic, suggest } from '../../base/index.ts';
import type { RequestContext } from '../../engine/index.ts';

/** One line of a file of requests. */
export interface RequestLine {
  readonly principal?: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  readonly context: RequestContext;
  readonly expect?: 'allow' | 'deny';
}

const keys = ['principal', 'action', 'resource', 'resourceAccount', 'context', 'expect'] as const;

/** No request is longer: a hostile file must not fill the memory. */
const LONGEST_LINE = 1_048_576;

/** Text of any chunking in, lines out, split at \n alone (JSON strings may hold U+2028); too long lines are cut. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = parts.pop() ?? '';
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE + 1);
    yield* parts;
  }
  if (rest !== '') yield rest;
}

/** Reads one line: `{"principal": …, "action": …, "resource": …, "context": {…}, "expect": "deny"}`. */
export function parseRequestLine(text: string, file: string, line: number): RequestLine | Diagnostic {
  const bad = (message: string, help: string): Diagnostic => {
    const at = (column: number) => ({ offset: column - 1, line, column });
    const span = { start: at(1), end: at(Math.min(text.length, 100) + 1) };
    return { code: 'bad-request-line', severity: 'error', message, file, span, help };
  };
  const form = 'one JSON object a line: {"principal": "ARN", "action": "s3:GetObject", "resource": "ARN"}';
  if (text.length > LONGEST_LINE) return bad('the line is longer than 1 MiB', form);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return bad('the line is no JSON', form);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return bad('no JSON object', form);
  const members = new Map(Object.entries(json));
  for (const key of members.keys()) {
    if (keys.some((k) => k === key)) continue;
    const near = suggest(key, keys);
    const help = near === undefined ? `known are ${keys.join(', ')}` : `write ${near}`;
    return bad(`${JSON.stringify(key.slice(0, 60))} says nothing of a request`, help);
  }
  const strings: Partial<Record<(typeof keys)[number], string>> = {};
  for (const key of ['principal', 'action', 'resource', 'resourceAccount', 'expect'] as const) {
    const value = members.get(key);
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '') return bad(`${key} must be a text`, form);
    strings[key] = value;
  }
  const { action, expect, principal, resource = '*', resourceAccount } = strings;
  if (action === undefined) return bad('the action is missing', form);
  if (expect !== undefined && expect !== 'allow' && expect !== 'deny') {
    return bad(`expect is ${JSON.stringify(expect.slice(0, 60))}`, 'write "allow" or "deny"');
  }
  const context = contextOf(members.get('context'));
  if (typeof context === 'string')
    return bad(context, '"context": {"sts:ExternalId": "…", "aws:TagKeys": ["…"]}');
  return {
    ...(principal !== undefined && { principal }),
    action,
    resource,
    ...(resourceAccount !== undefined && { resourceAccount }),
    context,
    ...(expect !== undefined && { expect }),
  };
}

/** Numbers and booleans are taken as AWS would write them: requests carry texts only. */
function contextOf(value: unknown): RequestContext | string {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'context must be an object';
  const found: [string, string | string[]][] = [];
  for (const [key, given] of Object.entries(value)) {
    const values = (Array.isArray(given) ? given : [given]).map(plain);
    if (values.includes(undefined))
      return `context: ${JSON.stringify(key.slice(0, 60))} must be a text or a list`;
    const texts = values.filter((v) => v !== undefined);
    found.push([key, Array.isArray(given) ? texts : (texts[0] ?? '')]);
  }
  return Object.fromEntries(found);
}

const plain = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'boolean' || Number.isSafeInteger(value)
      ? String(value)
      : undefined;
