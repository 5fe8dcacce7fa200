import { periods, pointsBetween } from './points.ts';
import type { Alarm, AlarmConfiguration, AlarmState, Metric } from './state.ts';
import { percentileOf, statistic } from './statistics.ts';

/** One period's value. */
export interface Datapoint {
  readonly at: number;
  readonly value: number;
  readonly samples: number;
}

export interface Verdict {
  readonly state: AlarmState;
  /** Those that were looked at, newest first. */
  readonly evaluated: readonly Datapoint[];
  /** How many missing ones were filled in, and as what; 0 and the state is decided by data alone. */
  readonly filled: number;
}

/**
 * "CloudWatch attempts to retrieve a higher number of data points than specified by Evaluation Periods": two more, as
 * in the examples of the page (5 for 3).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-evaluating-missing-data
 * unverified: "the exact number … depends on the length of the alarm period".
 */
const MORE = 2;

const DAY = 86_400_000;

/**
 * "For any period of one minute or longer, an alarm is evaluated every minute … If the alarm period is 10 seconds, 20
 * seconds, or 30 seconds … every 10 seconds. If the number of evaluation periods multiplied by the length of each
 * evaluation period exceeds one day, the alarm is evaluated once per hour", of the data "up to the current hour at the
 * :00 minute": ours then, not some minutes later.
 */
export function gridOf({ period, evaluationPeriods }: AlarmConfiguration): number {
  if (period < 60_000) return 10_000;
  return period * evaluationPeriods > DAY ? 3_600_000 : 60_000;
}

/** How far back an alarm looks. */
const rangeOf = ({ period, evaluationPeriods }: AlarmConfiguration): number =>
  (evaluationPeriods + MORE) * period;

/**
 * What an alarm is at a time on its grid: of the periods that end then. "If Period is 5 minutes and Evaluation Periods
 * is 1, then at the end of minute 5 the alarm evaluates based on data from minutes 1 to 5. Then at the end of minute 6,
 * based on the data from minutes 2 to 6."
 */
export function evaluate(alarm: Alarm, metric: Metric | undefined, at: number): Verdict | undefined {
  const { configuration: c } = alarm;
  const from = at - rangeOf(c);
  const points = metric === undefined ? [] : pointsBetween(metric, c.unit, from, at);
  const found = periods(points, from, c.period).flatMap(([start, point]): Datapoint[] => {
    const value = statistic(point, c.statistic);
    return value === undefined ? [] : [{ at: start, value, samples: point.count }];
  });
  found.reverse();
  if (tooFewSamples(c, found)) return undefined;
  return judge(c, found, at);
}

/** "ignore: the alarm state doesn't change during periods with too few data points to be statistically significant" */
function tooFewSamples(
  { statistic: name, lowSamples }: AlarmConfiguration,
  found: readonly Datapoint[],
): boolean {
  const percent = percentileOf(name);
  if (lowSamples !== 'ignore' || percent === undefined || found.length === 0) return false;
  const part = percent / 100;
  const needed = part >= 0.5 ? 10 / (1 - part) : 10 / part;
  return found.reduce((sum, { samples }) => sum + samples, 0) < needed;
}

/** The tables of the page above. `found`: newest first. undefined: the current state is kept. */
export function judge(c: AlarmConfiguration, found: readonly Datapoint[], at: number): Verdict | undefined {
  const { evaluationPeriods: n, treatMissingData = 'missing' } = c;
  const m = c.datapointsToAlarm ?? n;
  const evaluated = found.slice(0, n);
  const breaching = evaluated.filter(({ value }) => breaches(c, value));
  const filled = n - evaluated.length;
  const verdict = (state: AlarmState, fill = 0): Verdict => ({ state, evaluated, filled: fill });
  if (filled === 0) return verdict(breaching.length >= m ? 'ALARM' : 'OK');
  if (treatMissingData === 'breaching')
    return verdict(breaching.length + filled >= m ? 'ALARM' : 'OK', filled);
  if (breaching.length >= m) return verdict('ALARM');
  if (treatMissingData === 'notBreaching') return verdict('OK', filled);
  if (breaching.length < evaluated.length) return verdict('OK');
  if (treatMissingData === 'ignore') return undefined;
  // All that is there is breaching, but there are too few: they count when the oldest is as old as the alarm looks back.
  const oldest = breaching.at(-1);
  const age = oldest === undefined ? 0 : Math.round((at - oldest.at) / c.period);
  return verdict(age >= m && oldest !== undefined ? 'ALARM' : 'INSUFFICIENT_DATA', filled);
}

export function breaches({ operator, threshold }: AlarmConfiguration, value: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    default:
      return value <= threshold;
  }
}

/** The first time on the grid after `at`. */
export const nextOnGrid = (c: AlarmConfiguration, at: number): number => {
  const grid = gridOf(c);
  return (Math.floor(at / grid) + 1) * grid;
};

/**
 * When an alarm that was evaluated at `at` can come out differently without new data: when one of its points enters,
 * changes its period, or leaves the range. undefined: never.
 */
export function nextChange(
  { configuration: c }: Alarm,
  metric: Metric | undefined,
  at: number,
): number | undefined {
  if (metric === undefined) return undefined;
  let next: number | undefined;
  for (const [time] of pointsBetween(metric, c.unit, at - rangeOf(c), Number.POSITIVE_INFINITY)) {
    const gone = Math.max(0, Math.ceil((at - time) / c.period)) * c.period;
    const change = nextOnGrid(c, time + gone);
    if (next === undefined || change < next) next = change;
  }
  return next;
}
