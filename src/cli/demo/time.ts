const HOUR = 3_600_000;

/** The next Monday 00:00 UTC after `now` (never today): business days can be counted from it. */
export function nextMonday(now: number): number {
  const midnight = new Date(now).setUTCHours(0, 0, 0, 0);
  const day = new Date(midnight).getUTCDay();
  return midnight + ((8 - day) % 7 || 7) * 24 * HOUR;
}

/** The moment at which a clock in `timeZone` shows `hour:minute`, `days` days after `monday`. */
export function localTime(
  monday: number,
  days: number,
  hour: number,
  minute: number,
  timeZone: string,
): number {
  const wanted = monday + days * 24 * HOUR + hour * HOUR + minute * 60_000;
  const shown = (ms: number): number => {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    }).formatToParts(ms);
    const get = (type: string) => Number(parts.find((p) => p.type === type)?.value);
    return Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'));
  };
  return wanted - (shown(wanted) - wanted);
}
