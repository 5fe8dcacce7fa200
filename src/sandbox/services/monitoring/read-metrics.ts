import type * as cw from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { badCombination, badValue, missing, validation } from './errors.ts';
import { page } from './page.ts';
import { periods, pointsBetween } from './points.ts';
import {
  dimensionList,
  type Metric,
  type MonitoringState,
  metricKey,
  placeOfCall,
  sortedDimensions,
} from './state.ts';
import { isExtendedStatistic, isPlainStatistic, statistic } from './statistics.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_DATAPOINTS = 1_440;
const LIST_PAGE = 500;
/** "After creating a metric it can take up to 15 minutes … metrics that had no data in the past two weeks aren't listed." */
const LISTED_FOR = 14 * DAY;
const RECENT = 3 * HOUR;

export const readMetricOperations = (state: MonitoringState, ask: Ask): readonly Operation[] => [
  operation<cw.GetMetricStatisticsInput, cw.GetMetricStatisticsOutput>({
    name: 'GetMetricStatistics',
    readOnly: true,
    authorize: () => ask.any('GetMetricStatistics'),
    handle: (input, call) => {
      const { Namespace: namespace, MetricName: name, StartTime, EndTime, Unit, Period } = input;
      const period = checkedPeriod(Period);
      const [from, until] = range(StartTime, EndTime);
      const asked = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
      if (asked.length === 0) throw missing('Statistics');
      checkStatistics(input.Statistics ?? [], input.ExtendedStatistics ?? []);
      const count = Math.ceil((until - from) / period);
      if (count > MOST_DATAPOINTS) {
        throw badCombination(
          `You have requested up to ${count.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      }
      const key = metricKey({ namespace, name, dimensions: sortedDimensions(input.Dimensions) });
      const metric = placeOfCall(state, call).metrics.get(key);
      const points = metric === undefined ? [] : pointsBetween(metric, Unit, from, until);
      const unit = Unit ?? onlyUnit(metric);
      return {
        Label: name,
        Datapoints: periods(points, from, period).map(([at, point]): cw.Datapoint => {
          const extended = (input.ExtendedStatistics ?? []).flatMap((one) => {
            const value = statistic(point, one);
            return value === undefined ? [] : [[one, value] as const];
          });
          return {
            Timestamp: new Date(at),
            ...Object.fromEntries((input.Statistics ?? []).map((one) => [one, statistic(point, one)])),
            Unit: unit as cw.StandardUnit,
            ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
          };
        }),
      };
    },
  }),
  operation<cw.GetMetricDataInput, cw.GetMetricDataOutput>({
    name: 'GetMetricData',
    readOnly: true,
    authorize: () => ask.any('GetMetricData'),
    handle: ({ MetricDataQueries, StartTime, EndTime, ScanBy }, call) => {
      const place = placeOfCall(state, call);
      const [start, end] = range(StartTime, EndTime);
      const ids = MetricDataQueries.map(({ Id }) => Id);
      if (new Set(ids).size < ids.length) throw validation('The values of Id must be unique.');
      const results = MetricDataQueries.map((query): cw.MetricDataResult & { hidden: boolean } => {
        const { Id, Label, MetricStat: asked, ReturnData = true } = query;
        if (asked === undefined) {
          throw validation(`The sandbox does not serve metric math: '${query.Expression ?? ''}' (${Id}).`);
        }
        const { Metric: named, Stat = '', Unit } = asked;
        if (!isPlainStatistic(Stat) && !isExtendedStatistic(Stat))
          throw badValue(`The value ${Stat} for parameter Stat is invalid.`);
        const period = checkedPeriod(asked.Period);
        const name = named?.MetricName ?? '';
        const dimensions = sortedDimensions(named?.Dimensions);
        const metric = place.metrics.get(metricKey({ namespace: named?.Namespace ?? '', name, dimensions }));
        // Unlike GetMetricStatistics', periods lie on the grid of the period itself.
        const from = Math.floor(start / period) * period;
        const points = metric === undefined ? [] : pointsBetween(metric, Unit, from, end);
        const found = periods(points, from, period).flatMap(([at, point]) => {
          const value = statistic(point, Stat);
          return value === undefined ? [] : [{ at, value }];
        });
        if (ScanBy !== 'TimestampAscending') found.reverse();
        return {
          Id,
          Label: Label ?? name,
          Timestamps: found.map(({ at }) => new Date(at)),
          Values: found.map(({ value }) => value),
          StatusCode: 'Complete',
          hidden: !ReturnData,
        };
      });
      return {
        MetricDataResults: results.filter(({ hidden }) => !hidden).map(({ hidden: _, ...result }) => result),
        Messages: [],
      };
    },
  }),
  operation<cw.ListMetricsInput, cw.ListMetricsOutput>({
    name: 'ListMetrics',
    readOnly: true,
    authorize: () => ask.any('ListMetrics'),
    handle: ({ Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken }, call) => {
      const since = call.now - (RecentlyActive === undefined ? LISTED_FOR : RECENT);
      const found = [...placeOfCall(state, call).metrics.values()].filter(
        (metric) =>
          (Namespace === undefined || Namespace === metric.namespace) &&
          (MetricName === undefined || MetricName === metric.name) &&
          Dimensions.every(({ Name, Value }) =>
            metric.dimensions.some(
              ([name, value]) => name === Name && (Value === undefined || Value === value),
            ),
          ) &&
          [...metric.series.values()].some(({ latest }) => latest >= since),
      );
      const { items, next } = page(found, metricKey, NextToken, LIST_PAGE);
      return {
        Metrics: items.map((metric) => ({
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: dimensionList(metric),
        })),
        ...(next !== undefined && { NextToken: next }),
      };
    },
  }),
];

function checkedPeriod(seconds: number | undefined): number {
  if (seconds === undefined) throw missing('Period');
  if ([1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0)) return seconds * 1000;
  throw badValue(`The value ${seconds} for parameter Period is invalid. Period must be a multiple of 60.`);
}

/** "StartTime is rounded down to the nearest whole minute." */
function range(start: Date | undefined, end: Date | undefined): [number, number] {
  const from = Math.floor((start?.getTime() ?? 0) / 60_000) * 60_000;
  const until = end?.getTime() ?? 0;
  if (until <= from) {
    throw validation('The parameter StartTime must be less than the parameter EndTime.');
  }
  return [from, until];
}

function checkStatistics(plain: readonly string[], extended: readonly string[]): void {
  for (const name of plain) {
    if (!isPlainStatistic(name)) throw badValue(`The value ${name} for parameter Statistics is invalid.`);
  }
  for (const name of extended) {
    if (!isExtendedStatistic(name))
      throw badValue(`The value ${name} for parameter ExtendedStatistics is invalid.`);
  }
}

const onlyUnit = (metric: Metric | undefined): string => metric?.series.keys().next().value ?? 'None';
