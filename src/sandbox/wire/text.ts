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
  if (text === '') return pairs;
  for (const part of text.split('&')) {
    if (part === '') continue;
    const eq = part.indexOf('=');
    const name = formDecode(eq === -1 ? part : part.slice(0, eq));
    const value = eq === -1 ? '' : formDecode(part.slice(eq + 1));
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return pairs;
}

/** `RoleSessionName` → `roleSessionName`, as validation messages and CloudTrail write members. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `2026-11-23T03:15:00Z` → `20261123T031500Z`. */
export const compactTime = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** Milliseconds of `20261123T031500Z`; undefined when it isn't that form or no real time. */
export function parseCompactTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s] = match;
  const ms = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
