import type * as cw from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { badCombination, badValue, missing } from './errors.ts';
import { addPoint, merge, pointOf } from './points.ts';
import {
  type Metric,
  type MetricName,
  type MonitoringState,
  metricKey,
  type Place,
  type Point,
  placeOfCall,
  sortedDimensions,
} from './state.ts';
import type { Watch } from './watch.ts';

const HOUR = 3_600_000;
const WEEKS_2 = 14 * 24 * HOUR;

/** Takes a measurement into its metric and tells the alarms. */
export function record(
  place: Place,
  watch: Watch,
  name: MetricName,
  measured: { unit: string; at: number; point: Point; resolution?: number },
  now: number,
): void {
  const key = metricKey(name);
  let metric: Metric | undefined = place.metrics.get(key);
  if (metric === undefined) {
    metric = { ...name, series: new Map() };
    place.metrics.set(key, metric);
  }
  addPoint(metric, measured.unit, measured.at, measured.point, measured.resolution);
  watch.data(place, key, now);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricOperations = (state: MonitoringState, ask: Ask, watch: Watch): readonly Operation[] => [
  operation<cw.PutMetricDataInput, object>({
    name: 'PutMetricData',
    readOnly: false,
    authorize: ({ Namespace }) => ask.any('PutMetricData', { 'cloudwatch:namespace': Namespace }),
    handle: ({ Namespace: namespace, MetricData = [] }, call) => {
      if (namespace.startsWith('AWS/')) throw badValue('The value AWS/ for parameter Namespace is invalid.');
      if (MetricData.length === 0) throw missing('MetricData');
      const data = MetricData.map((datum, i) => readDatum(datum, `MetricData.member.${i + 1}`, call.now));
      const place = placeOfCall(state, call);
      for (const { name, dimensions, ...measured } of data) {
        record(place, watch, { namespace, name, dimensions }, measured, call.now);
      }
      return {};
    },
    // A data event in CloudTrail: no trail has it unless it asks for it.
    trail: ({ Namespace }) => ({ requestParameters: { namespace: Namespace }, dataEvent: true }),
  }),
];

function readDatum(datum: cw.MetricDatum, at: string, now: number) {
  const { MetricName: name = '', Timestamp, Unit = 'None', StorageResolution = 60 } = datum;
  const time = Timestamp?.getTime() ?? now;
  if (time < now - WEEKS_2 || time > now + 2 * HOUR) {
    throw badValue(
      `The value ${new Date(time).toISOString()} for parameter ${at}.Timestamp must specify a time within the past two weeks and the next two hours.`,
    );
  }
  if (StorageResolution !== 1 && StorageResolution !== 60) {
    throw badValue(`The value ${StorageResolution} for parameter ${at}.StorageResolution is invalid.`);
  }
  return {
    name,
    dimensions: sortedDimensions(datum.Dimensions),
    unit: Unit,
    at: time,
    resolution: StorageResolution * 1000,
    point: readPoint(datum, at),
  };
}

/** Values beyond 2^360 are refused by AWS, as is what is no number. */
const LARGEST = 2 ** 360;

function checked(value: number | undefined, at: string): number {
  if (value === undefined) throw missing(at);
  if (!(Math.abs(value) <= LARGEST)) throw badValue(`The value ${value} for parameter ${at} is invalid.`);
  return value;
}

function readPoint({ Value, Values, Counts, StatisticValues: set }: cw.MetricDatum, at: string): Point {
  const given = [Value, Values, set].filter((part) => part !== undefined);
  if (given.length === 0) throw missing(`${at}.Value`);
  if (given.length > 1) {
    throw badCombination(
      `The parameters ${at}.Value, ${at}.Values and ${at}.StatisticValues are mutually exclusive and you have specified more than one.`,
    );
  }
  if (Value !== undefined) return pointOf(checked(Value, `${at}.Value`));
  if (set !== undefined) {
    const count = checked(set.SampleCount, `${at}.StatisticValues.SampleCount`);
    const sum = checked(set.Sum, `${at}.StatisticValues.Sum`);
    const min = checked(set.Minimum, `${at}.StatisticValues.Minimum`);
    const max = checked(set.Maximum, `${at}.StatisticValues.Maximum`);
    if (count <= 0 || min > max) throw badValue(`The value for parameter ${at}.StatisticValues is invalid.`);
    return { count, sum, min, max, values: min === max ? new Map([[min, count]]) : undefined };
  }
  if (Counts !== undefined && Counts.length !== Values?.length) {
    throw badValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`);
  }
  const point = (Values ?? []).reduce<Point | undefined>((before, value, i) => {
    const count = checked(Counts?.[i] ?? 1, `${at}.Counts.member.${i + 1}`);
    // Nothing measured is no measurement: its average would be no number. unverified: that AWS refuses it.
    if (count <= 0)
      throw badValue(`The value ${count} for parameter ${at}.Counts.member.${i + 1} is invalid.`);
    return merge(before, pointOf(checked(value, `${at}.Values.member.${i + 1}`), count));
  }, undefined);
  if (point === undefined) throw missing(`${at}.Values`);
  return point;
}
