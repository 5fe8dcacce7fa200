/** RFC 3986: everything but unreserved characters is percent-encoded. The text must be well-formed Unicode. */
export const uriEncode = (text: string): string =>
  plain.test(text) ? text : encodeURIComponent(text).replace(/[!'()*]/g, hex);

const plain = /^[A-Za-z0-9\-._~]*$/;
const hex = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;

/** Undefined when the escapes are broken or aren't UTF-8. */
export function uriDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Form and query decoding: `+` is a space. */
export const formDecode = (text: string): string | undefined =>
  uriDecode(text.includes('+') ? text.replaceAll('+', ' ') : text);

/** `a=1&b=2` in order; undefined when an escape is broken. Empty pairs are skipped. */
export function parsePairs(text: string): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  const whole = eachPair(text, (name, value) => {
    pairs.push([name, value]);
  });
  return whole ? pairs : undefined;
}

/** The same, one after the other; false when an escape is broken. */
export function eachPair(text: string, take: (name: string, value: string) => void): boolean {
  for (let from = 0; from < text.length; ) {
    const and = text.indexOf('&', from);
    const to = and === -1 ? text.length : and;
    if (to > from) {
      const part = text.slice(from, to);
      const eq = part.indexOf('=');
      const name = formDecode(eq === -1 ? part : part.slice(0, eq));
      const value = eq === -1 ? '' : formDecode(part.slice(eq + 1));
      if (name === undefined || value === undefined) return false;
      take(name, value);
    }
    from = to + 1;
  }
  return true;
}

const lowered = new Map<string, string>();
const MOST_LOWERED = 4_096;

/** `RoleSessionName` → `roleSessionName`, as validation messages and CloudTrail write members. */
export function lowerFirst(text: string): string {
  let lower = lowered.get(text);
  if (lower === undefined) {
    lower = text.charAt(0).toLowerCase() + text.slice(1);
    if (lowered.size < MOST_LOWERED) lowered.set(text, lower);
  }
  return lower;
}
export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `2026-11-23T03:15:00Z` → `20261123T031500Z`. */
export function compactTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    lastSecond = second;
  }
  return lastText;
}

// Requests of one second are checked against the same text.
let lastSecond = Number.NaN;
let lastText = '';

const compact = /^\d{8}T\d{6}Z$/;

/** Milliseconds of `20261123T031500Z`; undefined when it isn't that form or no real time. */
export function parseCompactTime(text: string): number | undefined {
  if (text !== lastParsed?.text) lastParsed = { text, ms: parsedTime(text) };
  return lastParsed.ms;
}

// Clients that call more than once a second send the same text again.
let lastParsed: { readonly text: string; readonly ms: number | undefined } | undefined;

function parsedTime(text: string): number | undefined {
  if (!compact.test(text)) return undefined;
  const number = (from: number, to: number): number => Number(text.slice(from, to));
  const ms = Date.UTC(
    number(0, 4),
    number(4, 6) - 1,
    number(6, 8),
    number(9, 11),
    number(11, 13),
    number(13, 15),
  );
  // `Date.UTC` carries over: the 31st of February, or the 61st second, would be another time; and years below 100.
  return compactTime(ms) === text ? ms : undefined;
}
