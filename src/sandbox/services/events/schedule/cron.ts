/** What a field of a cron expression allows. */
interface Field {
  readonly values: ReadonlySet<number>;
}

/** Days of the month and of the week have more than numbers: the last, the nearest weekday, the third Friday. */
type DayTest = (year: number, month: number, day: number) => boolean;

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/** The first moment (ms, UTC) after `after` at which the schedule fires; undefined: never again. */
export type Schedule = (after: number) => number | undefined;

/**
 * `0 12 ? * MON-FRI *`: minutes, hours, day of month, month, day of week, year; undefined when it is none.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseCron(text: string): Schedule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) return undefined;
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  const minutes = parseField(minute, 0, 59);
  const hours = parseField(hour, 0, 23, { wraps: true });
  const inMonths = parseField(month, 1, 12, { names: months, first: 1, wraps: true });
  const years = parseField(year, FIRST_YEAR, LAST_YEAR);
  // "You can't specify the Day-of-month and Day-of-week fields in the same cron expression": one must be `?`.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const test = dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);
  if (minutes === undefined || hours === undefined || inMonths === undefined || years === undefined)
    return undefined;
  if (test === undefined) return undefined;
  const at = { minutes: sorted(minutes), hours: sorted(hours) };
  return (after) =>
    next(after, at, (y, m, d) => years.values.has(y) && inMonths.values.has(m) && test(y, m, d));
}

const sorted = ({ values }: Field): readonly number[] => [...values].sort((a, b) => a - b);

const MINUTE = 60_000;
const DAY = 86_400_000;

function next(
  after: number,
  { minutes, hours }: { minutes: readonly number[]; hours: readonly number[] },
  day: DayTest,
): number | undefined {
  // Day by day: at most eighty thousand cheap tests for an expression that never fires again.
  let midnight = Math.floor(after / DAY) * DAY;
  const end = Date.UTC(LAST_YEAR + 1, 0, 1);
  for (; midnight < end; midnight += DAY) {
    const date = new Date(midnight);
    if (!day(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const at = midnight + (hour * 60 + minute) * MINUTE;
        if (at > after) return at;
      }
    }
  }
  return undefined;
}

interface Kind {
  readonly names?: readonly string[];
  /** Of the first name. */
  readonly first?: number;
  /** A range may go on over the end, like the page's `0/30 20-2 ? * MON-FRI *`. unverified: for months and weekdays. */
  readonly wraps?: boolean;
}

/** Lists, ranges and steps of numbers or names. */
function parseField(
  text: string,
  least: number,
  most: number,
  { names = [], first = 0, wraps = false }: Kind = {},
): Field | undefined {
  const values = new Set<number>();
  const numberOf = (part: string): number | undefined => {
    const named = names.indexOf(part.toUpperCase());
    const value = named === -1 ? (/^\d{1,4}$/.test(part) ? Number(part) : Number.NaN) : named + first;
    return value >= least && value <= most ? value : undefined;
  };
  for (const item of text.split(',')) {
    const match = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(item);
    const [, range = '', every] = match ?? [];
    const step = every === undefined ? 1 : Number(every);
    const [from, to, ...more] = range === '*' ? [String(least), String(most)] : range.split('-');
    const start = numberOf(from ?? '');
    // `5/10` runs from 5 to the end.
    const stop = to !== undefined ? numberOf(to) : every === undefined ? start : most;
    if (match === null || step < 1 || more.length > 0 || start === undefined || stop === undefined)
      return undefined;
    if (stop < start && !wraps) return undefined;
    const span = most - least + 1;
    const end = stop < start ? stop + span : stop;
    for (let value = start; value <= end; value += step) values.add(value > most ? value - span : value);
  }
  return { values };
}

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 is Sunday. */
const weekday = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

function parseDayOfMonth(text: string): DayTest | undefined {
  if (text === 'L') return (year, month, day) => day === lastDay(year, month);
  if (text === 'LW') return (year, month, day) => day === nearestWeekday(year, month, lastDay(year, month));
  const nearest = /^(\d{1,2})W$/.exec(text);
  if (nearest !== null) {
    const wanted = Number(nearest[1]);
    if (wanted < 1 || wanted > 31) return undefined;
    return (year, month, day) =>
      wanted <= lastDay(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const field = parseField(text, 1, 31);
  return field && ((_year, _month, day) => field.values.has(day));
}

/** The weekday next to a day, inside of its month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const on = weekday(year, month, day);
  if (on === 7) return day === 1 ? 3 : day - 1;
  if (on === 1) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}

function parseDayOfWeek(text: string): DayTest | undefined {
  const named = text.replace(/[A-Z]{3}/gi, (name) => {
    const at = days.indexOf(name.toUpperCase());
    return at === -1 ? name : String(at + 1);
  });
  if (named === 'L') return (year, month, day) => weekday(year, month, day) === 7;
  const last = /^([1-7])L$/.exec(named);
  if (last !== null) {
    const wanted = Number(last[1]);
    return (year, month, day) => weekday(year, month, day) === wanted && day + 7 > lastDay(year, month);
  }
  const nth = /^([1-7])#([1-5])$/.exec(named);
  if (nth !== null) {
    const [wanted, which] = [Number(nth[1]), Number(nth[2])];
    return (year, month, day) => weekday(year, month, day) === wanted && Math.ceil(day / 7) === which;
  }
  const field = parseField(named, 1, 7, { wraps: true });
  return field && ((year, month, day) => field.values.has(weekday(year, month, day)));
}
