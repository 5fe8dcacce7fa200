import type { DetectConfig } from './types.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Hours {
  /** Within business hours? */
  isOpen(time: number): boolean;
  /** The date on which the working day before this moment ended: one name for one night, or one day off. */
  night(time: number): string;
  /** `Mon 2026-11-23 03:15` in the configured zone. */
  local(time: number): string;
  readonly text: string;
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Business hours in a time zone, daylight saving included. `from` after `to` means over midnight, and belongs to the day on which it
 * began; equal means all day. Throws for a zone that doesn't exist or a time that is none: the definition was checked before.
 */
export function businessHours(config: DetectConfig['businessHours']): Hours {
  const toLocal = localClock(config.timeZone);
  const from = minutesOf(config.from);
  const to = minutesOf(config.to);
  const days = new Set(config.days);
  const weekday = (local: number) => ((Math.floor(local / DAY) + 3) % 7) + 1;
  return {
    isOpen: (time) => {
      const local = toLocal(time);
      const minute = Math.floor((local % DAY) / MINUTE);
      const today = days.has(weekday(local));
      if (from === to) return today;
      if (from < to) return today && minute >= from && minute < to;
      return (today && minute >= from) || (minute < to && days.has(weekday(local - DAY)));
    },
    night: (time) => new Date(toLocal(time) - (to % 1440) * MINUTE).toISOString().slice(0, 10),
    local: (time) => {
      const local = toLocal(time);
      const iso = new Date(local).toISOString();
      return `${dayNames[weekday(local) - 1]} ${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
    },
    text: `${config.from}–${config.to} ${config.timeZone}, ${[...days]
      .sort((a, b) => a - b)
      .map((day) => dayNames[day - 1] ?? String(day))
      .join(' ')}`,
  };
}

function minutesOf(text: string): number {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
  if (!(minutes <= 1440) || Number(match?.[2]) > 59)
    throw new RangeError(`"${text}" is no time of day like 08:00`);
  return minutes;
}

/** Zones change their offset at multiples of 15 minutes of UTC, so one look-up serves a quarter of an hour. */
const OFFSET_STEP = 15 * MINUTE;
const OFFSETS_KEPT = 10_000;

/** ms of UTC → ms of the local wall clock, as if it were UTC. */
function localClock(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  return (time) => {
    const step = Math.floor(time / OFFSET_STEP);
    let offset = offsets.get(step);
    if (offset === undefined) {
      const at = step * OFFSET_STEP;
      const part = Object.fromEntries(
        format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      const wall = Date.UTC(
        part['year']!,
        part['month']! - 1,
        part['day'],
        part['hour'],
        part['minute'],
        part['second'],
      );
      offset = wall - at;
      if (offsets.size >= OFFSETS_KEPT) offsets.clear();
      offsets.set(step, offset);
    }
    return time + offset;
  };
}
