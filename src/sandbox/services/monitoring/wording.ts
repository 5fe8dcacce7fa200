import type { Datapoint, Verdict } from './evaluate.ts';
import { breaches } from './evaluate.ts';
import type { Alarm, AlarmConfiguration, AlarmState } from './state.ts';

/** Reasons list at most so many datapoints. unverified. */
const MOST_LISTED = 5;

/** Java's way of writing a double: `1.0`. */
export const double = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value);

/** `2018-02-07T17:38:24.953+0000` */
export const longTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

/** `07/02/18 17:33:00` */
function shortTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`;
}

const comparisons = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
} as const;

/** StateReason, in the words of recorded notifications; unverified where data is partly missing. */
export function reason(alarm: Alarm, { state, evaluated, filled }: Verdict): string {
  const { configuration: c, condition } = alarm;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${filled} ${filled === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
  }
  const treated = `${filled} missing ${filled === 1 ? 'datapoint was' : 'datapoints were'} treated as [${c.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`;
  if (evaluated.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${filled} ${filled === 1 ? 'period' : 'periods'} and ${treated}.`;
  }
  const alarming = state === 'ALARM';
  const deciding = evaluated.filter(({ value }) => breaches(c, value) === alarming);
  const shown = deciding.length === 0 ? evaluated : deciding;
  const list = shown
    .slice(0, MOST_LISTED)
    .map(({ at, value }) => `${double(value)} (${shortTime(at)})`)
    .join(', ');
  const one = shown.length === 1;
  const verb = `${one ? 'was' : 'were'}${breaches(c, shown[0]?.value ?? 0) ? '' : ' not'}`;
  const comparison = `${verb} ${comparisons[c.operator]} the threshold (${double(c.threshold)})`;
  const missing = filled > 0 && c.treatMissingData !== 'missing' && c.treatMissingData !== undefined;
  if (c.datapointsToAlarm === undefined || missing) {
    const counted = `${shown.length} ${one ? 'datapoint' : 'datapoints'}`;
    return `Threshold Crossed: ${counted} [${list}] ${comparison}${missing ? ` and ${treated}` : ''}.`;
  }
  const minimum = alarming ? c.datapointsToAlarm : c.evaluationPeriods - c.datapointsToAlarm + 1;
  const from: AlarmState = condition.value === state ? (alarming ? 'OK' : 'ALARM') : condition.value;
  return `Threshold Crossed: ${shown.length} out of the last ${c.evaluationPeriods} datapoints [${list}] ${comparison} (minimum ${minimum} ${minimum === 1 ? 'datapoint' : 'datapoints'} for ${from} -> ${state} transition).`;
}

/** StateReasonData: JSON whose numbers are Java's doubles. */
export function reasonData(c: AlarmConfiguration, { evaluated }: Verdict, at: number): string {
  const oldest: Datapoint | undefined = evaluated.at(-1);
  const values = [...evaluated].reverse().map(({ value }) => double(value));
  const details = evaluated.map(
    ({ at: start, samples, value }) =>
      `{"timestamp":"${longTime(start)}","sampleCount":${double(samples)},"value":${double(value)}}`,
  );
  return [
    `{"version":"1.0","queryDate":"${longTime(at)}"`,
    ...(oldest === undefined ? [] : [`"startDate":"${longTime(oldest.at)}"`]),
    `"statistic":${JSON.stringify(c.statistic)}`,
    `"period":${c.period / 1000}`,
    ...(c.unit === undefined ? [] : [`"unit":${JSON.stringify(c.unit)}`]),
    `"recentDatapoints":[${values.join(',')}]`,
    `"threshold":${double(c.threshold)}`,
    ...(details.length === 0 ? [] : [`"evaluatedDatapoints":[${details.join(',')}]`]),
  ]
    .join(',')
    .concat('}');
}
