import { quote, type Report } from '../report.ts';
import type { JsonMember, JsonNode, JsonString } from './node.ts';
import { skipSpace } from './space.ts';
import { readString } from './string.ts';

/** Policies nest 6 deep. */
const DEEPEST = 64;

interface Frame {
  readonly type: 'object' | 'array';
  readonly start: number;
  readonly members: JsonMember[];
  readonly items: JsonNode[];
  readonly keys: Set<string>;
  key?: JsonString;
  /** What may come next. */
  state: 'first' | 'value' | 'comma' | 'colon';
}

/**
 * Strict JSON (RFC 8259) with places. Undefined when the text is too broken to go on; smaller faults (comments,
 * trailing and missing commas, byte order mark) are reported as errors and stepped over, so that one run shows all.
 *
 * INVARIANT: iterative and linear; deep nesting ends in a diagnostic, never in a stack overflow.
 */
export function parseJson(text: string, report: Report): JsonNode | undefined {
  const stack: Frame[] = [];
  let at = 0;
  if (text.charCodeAt(0) === 0xfeff) {
    report.error(
      'json-byte-order-mark',
      { start: 0, end: 1 },
      'the text begins with a byte order mark, which JSON forbids',
      'save the file as UTF-8 without BOM',
    );
    at = 1;
  }
  let root: JsonNode | undefined;

  const place = (node: JsonNode): void => {
    const top = stack.at(-1);
    if (top === undefined) {
      root = node;
    } else if (top.type === 'array') {
      top.items.push(node);
      top.state = 'comma';
    } else if (top.key !== undefined) {
      top.members.push({ key: top.key, value: node });
      top.state = 'comma';
    }
  };

  for (;;) {
    at = skipSpace(text, at, report);
    const top = stack.at(-1);
    if (top === undefined && root !== undefined) {
      if (at < text.length) {
        report.error(
          'json-trailing-text',
          { start: at, end: text.length },
          'text follows after the end of the JSON value',
          'remove it; one file holds one policy',
        );
        return undefined;
      }
      return root;
    }
    if (at >= text.length) {
      const message =
        top === undefined
          ? 'the text is empty'
          : `the text ends inside of the ${top.type === 'object' ? 'object' : 'list'} that begins at line ${report.span({ start: top.start, end: top.start }).start.line}`;
      report.error(
        'json-truncated',
        { start: text.length, end: text.length },
        message,
        top === undefined
          ? 'a policy is a JSON object with Version and Statement'
          : `close it with ${top.type === 'object' ? '}' : ']'}; perhaps the file was cut off`,
      );
      return undefined;
    }
    const c = text[at]!;

    if (top !== undefined && (c === '}' || c === ']')) {
      if ((c === '}') !== (top.type === 'object')) {
        report.error(
          'json-bracket',
          { start: at, end: at + 1 },
          `"${c}" does not close the ${top.type === 'object' ? 'object' : 'list'} that is open here`,
          `close it with ${top.type === 'object' ? '}' : ']'}`,
        );
        return undefined;
      }
      if (
        top.state === 'colon' ||
        (top.type === 'object' && top.state === 'value' && top.key !== undefined)
      ) {
        report.error(
          'json-value-missing',
          { start: at, end: at + 1 },
          'a key has no value',
          'write "Key": value',
        );
        return undefined;
      }
      if (top.state === 'value') {
        report.error(
          'json-trailing-comma',
          { start: at, end: at + 1 },
          `a comma stands before "${c}"`,
          'JSON allows no comma after the last entry: remove it',
        );
      }
      stack.pop();
      at++;
      place(
        top.type === 'object'
          ? { type: 'object', members: top.members, start: top.start, end: at }
          : { type: 'array', items: top.items, start: top.start, end: at },
      );
      continue;
    }

    if (top?.state === 'comma') {
      if (c === ',') {
        at++;
      } else {
        report.error(
          'json-comma-missing',
          { start: at, end: at + 1 },
          'a comma is missing between two entries',
          'put a comma after the entry before',
        );
        if (!startsValue(c)) return undefined;
      }
      top.state = 'value';
      delete top.key;
      continue;
    }

    if (top?.state === 'colon') {
      if (c !== ':') {
        report.error(
          'json-colon-missing',
          { start: at, end: at + 1 },
          `a colon is missing after the key ${quote(top.key?.value ?? '')}`,
          'write "Key": value',
        );
        return undefined;
      }
      at++;
      top.state = 'value';
      continue;
    }

    if (top?.type === 'object' && top.key === undefined) {
      if (c !== '"') {
        report.error(
          'json-key',
          { start: at, end: at + 1 },
          `a key in double quotes is expected, not ${quote(c)}`,
          'write keys as "Key"',
        );
        return undefined;
      }
      const read = readString(text, at, report);
      const key: JsonString = { type: 'string', value: read.value, start: at, end: read.end };
      if (!read.closed) return undefined;
      if (top.keys.has(key.value)) {
        report.error(
          'duplicate-key',
          key,
          `the key ${quote(key.value)} appears twice in one object`,
          'AWS refuses duplicate keys: merge both into one, with a list of values',
        );
      }
      top.keys.add(key.value);
      top.key = key;
      top.state = 'colon';
      at = read.end;
      continue;
    }

    if (c === '{' || c === '[') {
      if (stack.length >= DEEPEST) {
        report.error(
          'json-too-deep',
          { start: at, end: at + 1 },
          `the text nests deeper than ${DEEPEST} levels`,
          'no policy needs more than 6',
        );
        return undefined;
      }
      stack.push({
        type: c === '{' ? 'object' : 'array',
        start: at,
        members: [],
        items: [],
        keys: new Set(),
        state: 'first',
      });
      at++;
      continue;
    }

    if (c === '"') {
      const read = readString(text, at, report);
      if (!read.closed) return undefined;
      place({ type: 'string', value: read.value, start: at, end: read.end });
      at = read.end;
      continue;
    }

    const scalar = readScalar(text, at);
    if (scalar === undefined) {
      const end = wordEnd(text, at);
      report.error(
        'json-value',
        { start: at, end },
        `${quote(text.slice(at, end))} is no JSON value`,
        valueHelp(text.slice(at, end)),
      );
      return undefined;
    }
    place(scalar);
    at = scalar.end;
  }
}

function valueHelp(word: string): string {
  if (word.startsWith("'")) return 'JSON strings stand in double quotes';
  if (/^[+-]?[\d.]/.test(word))
    return 'JSON numbers have no leading zeros and no sign but minus; ids belong in double quotes';
  const constant = /^(true|false|null)$/i.test(word) || word === 'None' ? word.toLowerCase() : undefined;
  if (constant !== undefined) return `write ${constant === 'none' ? 'null' : constant}`;
  return 'put text in double quotes';
}

const startsValue = (c: string): boolean => /["{[\-0-9a-z]/.test(c);

const SCALAR = /(?:(true|false)|(null)|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

function readScalar(text: string, at: number): JsonNode | undefined {
  SCALAR.lastIndex = at;
  const match = SCALAR.exec(text);
  if (match === null) return undefined;
  const type = match[1] !== undefined ? 'boolean' : match[2] !== undefined ? 'null' : 'number';
  return { type, raw: match[0], start: at, end: at + match[0].length };
}

function wordEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && end - at < 80 && /[\w.+*:$'-]/.test(text[end]!)) end++;
  return end;
}
