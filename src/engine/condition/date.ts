import { ordered } from './family.ts';

const EPOCH = /^\d{1,15}$/;
/** W3C's profile of ISO 8601: year, month, day, or a full date with time and zone. */
const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/**
 * Milliseconds since 1970. Epoch time is in seconds; four digits alone are a year.
 * Days that don't exist (February 30th) are refused rather than carried over.
 */
export function parseDate(text: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso === null) return EPOCH.test(text) ? Number(text) * 1000 : undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    iso;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const offset = parseZone(zone);
  if (offset === undefined) return undefined;
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  return midnight + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000 + millis;
}

/** Minutes east of UTC. */
function parseZone(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** "Date condition operators": ISO 8601 in W3C's forms, or epoch seconds; no wildcards, no variables. */
export const dateOperators = ordered('Date', parseDate, (a, b) => a - b);
