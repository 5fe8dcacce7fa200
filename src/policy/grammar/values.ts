import { parseCidr } from '../../base/index.ts';
import type { OperatorFamily } from './operators.ts';

/** A whole or decimal number, strictly: `120abc`, ``, `0x10`, `1_000`, `Infinity` are none; undefined for those. */
export function parseIamNumber(text: string): number | undefined {
  if (text.length > 64 || !/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d))?)?)?$/;

/**
 * Milliseconds since 1970 of a W3C date (https://www.w3.org/TR/NOTE-datetime) or of epoch *seconds*; undefined when
 * the text is neither, or names a day that no calendar has.
 */
export function parseIamDate(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const match = DATE.exec(text);
  // unverified: four digits alone are read as a year, not as seconds after 1970.
  if (match === null) return /^-?\d{1,13}$/.test(text) ? Number(text) * 1000 : undefined;
  const part = (i: number, otherwise: number): number =>
    match[i] === undefined ? otherwise : Number(match[i]);
  const [year, month, day, hour, minute, second] = [
    part(1, 0),
    part(2, 1),
    part(3, 1),
    part(4, 0),
    part(5, 0),
    part(6, 0),
  ] as const;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = match[7] === undefined ? 0 : Math.trunc(Number(`0.${match[7]}`) * 1000);
  const offset = zoneMinutes(match[8]);
  if (offset === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, fraction);
  return date.getTime() - offset * 60_000;
}

const daysIn = (year: number, month: number): number => {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
};

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * `true` or `false`; undefined for anything else.
 * unverified: case does not count (`True` is found in many policies that AWS accepted).
 */
export function parseIamBoolean(text: string): boolean | undefined {
  const lower = text.length <= 5 ? text.toLowerCase() : text;
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

/** Is the text base 64 of RFC 4648 §4, with its padding? What BinaryEquals compares. */
export const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** Why a value cannot be used with an operator family, and what to write; undefined when it can. */
export function valueProblem(
  family: OperatorFamily,
  value: string,
): { readonly code: string; readonly what: string; readonly help: string } | undefined {
  switch (family) {
    case 'string':
    case 'arn':
      return undefined;
    case 'numeric':
      if (parseIamNumber(value) !== undefined) return undefined;
      return { code: 'invalid-number', what: 'no number', help: 'write a whole or decimal number: "3600"' };
    case 'date':
      if (parseIamDate(value) !== undefined) return undefined;
      return {
        code: 'invalid-date',
        what: 'no date',
        help: 'write ISO 8601 ("2026-11-23T03:15:00Z") or seconds since 1970 ("1795403700")',
      };
    case 'boolean':
    case 'null':
      if (parseIamBoolean(value) !== undefined) return undefined;
      return { code: 'invalid-boolean', what: 'neither true nor false', help: 'write "true" or "false"' };
    case 'binary':
      if (isBase64(value)) return undefined;
      return { code: 'invalid-binary', what: 'no base 64', help: 'encode the bytes: "QmluYXJ5"' };
    case 'ip':
      // A zone (`fe80::1%eth0`) is an address of one machine only.
      if (parseCidr(value) !== undefined && !value.includes('%')) return undefined;
      return {
        code: 'invalid-cidr',
        what: 'neither an IP address nor a CIDR block',
        help: 'write "203.0.113.0/24", "203.0.113.7" or "2001:db8::/32"; wildcards are not possible',
      };
  }
}
