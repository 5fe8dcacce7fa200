import { isWellFormed, quote, type Report } from '../report.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads the JSON string (RFC 8259 §7) whose opening quote is at `start`. A broken escape or a raw control character
 * is reported and reading goes on; a string that never ends (or runs into the end of its line) is `closed: false`.
 */
export function readString(
  text: string,
  start: number,
  report: Report,
): { value: string; end: number; closed: boolean } {
  let value = '';
  let from = start + 1;
  let i = from;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      value += text.slice(from, i);
      checkSurrogates(value, start, i + 1, report);
      return { value, end: i + 1, closed: true };
    }
    if (c === BACKSLASH) {
      value += text.slice(from, i);
      const escaped = readEscape(text, i);
      if (escaped === undefined) {
        const end = Math.min(i + 2, text.length);
        report.error(
          'json-escape',
          { start: i, end },
          `${quote(text.slice(i, end))} is no JSON escape`,
          'write \\\\ for a backslash; JSON knows \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX',
        );
        from = end;
        i = end - 1;
      } else {
        value += escaped.value;
        from = escaped.end;
        i = from - 1;
      }
    } else if (c === 10 || c === 13) {
      break; // The closing quote was forgotten: say so here rather than at the end of the file.
    } else if (c < 32) {
      report.error(
        'json-control-character',
        { start: i, end: i + 1 },
        `a string holds the control character U+${c.toString(16).padStart(4, '0').toUpperCase()}`,
        c === 9 ? 'write \\t' : `write \\u${c.toString(16).padStart(4, '0')}, or remove it`,
      );
    }
  }
  report.error(
    'json-unterminated-string',
    { start, end: i },
    'the string has no closing quote',
    i >= text.length
      ? 'the text ends inside of a string: it was cut off'
      : 'end the string with " on the same line',
  );
  return { value: value + text.slice(from, i), end: i, closed: false };
}

function readEscape(text: string, at: number): { value: string; end: number } | undefined {
  const c = text[at + 1];
  if (c === undefined) return undefined;
  if (c === 'u') {
    const hex = text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined;
    return { value: String.fromCharCode(Number.parseInt(hex, 16)), end: at + 6 };
  }
  const value = Object.hasOwn(escapes, c) ? escapes[c] : undefined;
  return value === undefined ? undefined : { value, end: at + 2 };
}

/** A lone surrogate cannot be written as UTF-8: what is signed or stored would differ from what was checked. */
function checkSurrogates(value: string, start: number, end: number, report: Report): void {
  if (isWellFormed(value)) return;
  report.error(
    'json-lone-surrogate',
    { start, end },
    'the string holds half of a surrogate pair, which is no Unicode character',
    'write both halves (\\uD83D\\uDE00), or the character itself',
  );
}
