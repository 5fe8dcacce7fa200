import { parseArn, parseDuration, suggest } from '../../base/index.ts';
import type { MonitoringDefinition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import { patterns } from '../limits.ts';
import type { Monitoring, Network, Threshold } from '../types.ts';
import { items, lookup } from './references.ts';

type Hours = Monitoring['businessHours'];

const always: Hours = { timeZone: 'UTC', days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' };
const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function resolveMonitoring(
  source: Source,
  written: MonitoringDefinition = {},
  networks: ReadonlyMap<string, Network>,
): Monitoring {
  const at: Path = ['monitoring'];
  return {
    businessHours: written.businessHours
      ? hours(source, written.businessHours, [...at, 'businessHours'])
      : always,
    knownNetworks: lookup(source, 'network', networks, written.knownNetworks, [...at, 'knownNetworks']),
    failedAssumeRole: threshold(source, written.failedAssumeRole, 900, [...at, 'failedAssumeRole']),
    sharedRole: threshold(source, written.sharedRole, 3600, [...at, 'sharedRole']),
    notify: notify(source, written.notify, [...at, 'notify']),
  };
}

function hours(source: Source, written: NonNullable<MonitoringDefinition['businessHours']>, at: Path): Hours {
  const { timeZone, from = '08:00', to = '18:00' } = written;
  if (!isTimeZone(timeZone)) {
    const near = suggest(timeZone, [...Intl.supportedValuesOf('timeZone'), 'UTC']);
    const help = near === undefined ? 'An IANA name like Europe/Berlin, or UTC.' : `Did you mean ${near}?`;
    const message = `there is no time zone ${JSON.stringify(timeZone.slice(0, 60))}`;
    source.error('unknown-time-zone', [...at, 'timeZone'], message, help);
  }
  const clocks = [
    { key: 'from', value: from },
    { key: 'to', value: to },
  ].map(({ key, value }) => {
    const good = patterns.clock.test(value) || (key === 'to' && value === '24:00');
    if (!good) {
      const place = [...at, key];
      source.error(
        'bad-time',
        place,
        `${JSON.stringify(value.slice(0, 20))} is no time of day`,
        'Like "08:00".',
      );
    }
    return good;
  });
  if (clocks.every(Boolean) && from >= to) {
    const message = `business hours end (${to}) before they begin (${from})`;
    source.error(
      'bad-hours',
      [...at, written.to === undefined ? 'from' : 'to'],
      message,
      'Hours lie within one day.',
    );
  }
  return { timeZone, days: days(source, written.days ?? 'Mon-Fri', [...at, 'days']), from, to };
}

/** Intl also takes offsets like +01:00, which know no daylight saving: they are no time zones. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function days(source: Source, written: string | string[], at: Path): number[] {
  const found = new Set<number>();
  for (const place of items<string>(written, at)) {
    for (const part of place.item.split(',')) {
      const ends = part.split('-').map((name) => dayOf(name.trim()));
      const [first] = ends;
      const last = ends.at(-1);
      if (first === undefined || last === undefined || ends.length > 2) {
        const meant = part.split('-').map((name) => suggest(name.trim(), dayNames));
        const near = meant.includes(undefined) ? undefined : meant.join('-');
        const help = near
          ? `Did you mean ${near}?`
          : 'Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a range like Mon-Fri.';
        source.error(
          'bad-days',
          place.at,
          `${JSON.stringify(part.slice(0, 40))} is no day of the week`,
          help,
        );
        continue;
      }
      for (let day = first; ; day = (day % 7) + 1) {
        found.add(day);
        if (day === last) break;
      }
    }
  }
  if (found.size === 0 && Array.isArray(written) && written.length === 0) {
    source.error('bad-days', at, 'no day is a business day', 'Like Mon-Fri.');
  }
  return [...found].sort((a, b) => a - b);
}

/** `Mon`, `mon`, `Monday`: 1 to 7; undefined for anything else. */
function dayOf(name: string): number | undefined {
  const full = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
  const wanted = name.toLowerCase();
  const i = full.findIndex((day) => day.toLowerCase() === wanted || day.slice(0, 3).toLowerCase() === wanted);
  return i === -1 ? undefined : i + 1;
}

function threshold(
  source: Source,
  written: { count?: number | undefined; within?: string | undefined } = {},
  defaultWindow: number,
  at: Path,
): Threshold {
  const { count = 3, within } = written;
  if (count < 1 || count > 1000) {
    source.error('bad-threshold', [...at, 'count'], 'a threshold counts 1 to 1000 events');
  }
  const window = within === undefined ? defaultWindow : parseDuration(within);
  if (window === undefined) {
    const message = `${JSON.stringify(within?.slice(0, 40))} is no duration`;
    source.error('bad-duration', [...at, 'within'], message, 'Like 15m or 1h.');
  } else if (window < 60 || window > 86_400) {
    source.error('duration-range', [...at, 'within'], 'a window takes 1m to 24h');
  }
  return { count, window: window ?? defaultWindow };
}

function notify(
  source: Source,
  written: MonitoringDefinition['notify'] = [],
  at: Path,
): Monitoring['notify'] {
  return written.flatMap((target, i) => {
    const place = [...at, i];
    const given = (['email', 'https', 'sns'] as const).flatMap((kind) => {
      const to = target[kind];
      return to === undefined ? [] : [{ kind, to }];
    });
    const [only] = given;
    if (only === undefined || given.length > 1) {
      source.error('bad-notify', place, 'each entry names exactly one of email, https, sns');
      return [];
    }
    const good =
      only.kind === 'email'
        ? patterns.email.test(only.to)
        : only.kind === 'https'
          ? /^https:\/\/[^\s"<>]+$/.test(only.to) && URL.canParse(only.to)
          : parseArn(only.to)?.service === 'sns';
    if (!good) {
      const wanted = { email: 'an email address', https: 'an https:// URL', sns: 'the ARN of an SNS topic' };
      source.error('bad-notify', [...place, only.kind], `this is not ${wanted[only.kind]}`);
    }
    return [only];
  });
}
