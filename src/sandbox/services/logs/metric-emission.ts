import type { World } from '../world.ts';
import { extract, extractNumber } from './pattern/extract.ts';
import { matches, parsePattern } from './pattern/index.ts';
import { LogText } from './pattern/log-text.ts';
import type { Pattern } from './pattern/types.ts';
import { type LogEvent, type LogGroup, type LogsState, type MetricFilter, placeOf } from './state.ts';

/** Runs a group's metric filters over events that have just come. */
export type Emit = (group: LogGroup, events: readonly LogEvent[], now: number) => void;

const MINUTE = 60_000;
const minuteOf = (ms: number): number => Math.floor(ms / MINUTE) * MINUTE;

/** What `logs.minute` carries. */
interface MinuteOver {
  readonly accountId: string;
  readonly region: string;
  readonly group: string;
}

/** Patterns are read once; a filter that is put again is a new object. */
const patterns = new WeakMap<MetricFilter, Pattern>();

function patternOf(filter: MetricFilter): Pattern {
  const known = patterns.get(filter);
  if (known !== undefined) return known;
  const parsed = parsePattern(filter.pattern);
  // INVARIANT: PutMetricFilter has parsed it before.
  if (!parsed.ok) throw new Error(`a stored filter pattern that can't be read: ${parsed.message}`);
  patterns.set(filter, parsed.pattern);
  return parsed.pattern;
}

/**
 * A match is reported at the time of its message. "If logs are ingested during a one-minute time period but no matches
 * are found, the value specified for Default Value (if any) is reported": which is known when the minute is over.
 */
export function metricEmission(world: World, state: LogsState): Emit {
  const put = (
    group: LogGroup,
    filter: MetricFilter,
    value: number,
    at: number,
    now: number,
    more: object,
  ): void =>
    world.ports.metrics?.put({
      accountId: group.accountId,
      region: group.region,
      namespace: filter.metric.namespace,
      name: filter.metric.name,
      dimensions: {},
      value,
      ...(filter.metric.unit !== undefined && { unit: filter.metric.unit }),
      at,
      now,
      ...more,
    });

  const run = (group: LogGroup, filter: MetricFilter, log: LogText, at: number, now: number): boolean => {
    const pattern = patternOf(filter);
    if (!matches(pattern, log)) return false;
    const { value: written, dimensions: asked = {} } = filter.metric;
    const value = written.startsWith('$') ? extractNumber(pattern, written, log) : Number(written);
    if (value === undefined) return true;
    const dimensions: Record<string, string> = {};
    for (const [name, reference] of Object.entries(asked)) {
      const found = extract(pattern, reference, log);
      // "This dimension will only be published for a metric if the value is found in the log event": the others still are.
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-logs-metricfilter-dimension.html
      if (found !== undefined && found !== '') dimensions[name] = found;
    }
    put(group, filter, value, at, now, { dimensions });
    return true;
  };

  world.timers.handle<MinuteOver>('logs.minute', ({ accountId, region, group: name }, due) => {
    const group = placeOf(state, accountId, region).groups.get(name);
    for (const filter of group?.filters.values() ?? []) {
      for (const [minute, { matched, records }] of filter.minutes) {
        const { defaultValue } = filter.metric;
        if (group !== undefined && !matched && defaultValue !== undefined) {
          put(group, filter, defaultValue, minute, due, { count: records });
        }
      }
      filter.minutes.clear();
    }
  });

  return (group, events, now) => {
    if (group.filters.size === 0 || events.length === 0) return;
    let waiting = false;
    const logs = events.map(({ message, timestamp }) => ({ log: new LogText(message), timestamp }));
    for (const filter of group.filters.values()) {
      waiting ||= filter.minutes.size > 0;
      for (const { log, timestamp } of logs) {
        const matched = run(group, filter, log, timestamp, now);
        if (filter.metric.defaultValue === undefined) continue;
        const minute = minuteOf(timestamp);
        const before = filter.minutes.get(minute);
        filter.minutes.set(minute, {
          matched: matched || before?.matched === true,
          records: (before?.records ?? 0) + 1,
        });
      }
    }
    if (waiting || ![...group.filters.values()].some(({ minutes }) => minutes.size > 0)) return;
    const payload: MinuteOver = { accountId: group.accountId, region: group.region, group: group.name };
    world.timers.at(minuteOf(now) + MINUTE, 'logs.minute', payload);
  };
}
