import type * as cw from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { badCombination } from './errors.ts';
import { page } from './page.ts';
import { metricAlarm } from './shapes.ts';
import { type MonitoringState, metricKey, placeOfCall, sortedDimensions } from './state.ts';

const PAGE = 50;
const HISTORY_PAGE = 100;

export const describeAlarmOperations = (state: MonitoringState, ask: Ask): readonly Operation[] => [
  operation<cw.DescribeAlarmsInput, cw.DescribeAlarmsOutput>({
    name: 'DescribeAlarms',
    readOnly: true,
    authorize: (_, call) => ask.alarms('DescribeAlarms', call),
    handle: (input, call) => {
      const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, AlarmTypes, MaxRecords, NextToken } =
        input;
      if (AlarmNames !== undefined && AlarmNames.length > 0 && AlarmNamePrefix !== undefined) {
        throw badCombination('The parameters AlarmNames and AlarmNamePrefix cannot be used together.');
      }
      const names = AlarmNames !== undefined && AlarmNames.length > 0 ? new Set(AlarmNames) : undefined;
      const wanted =
        AlarmTypes === undefined || AlarmTypes.length === 0 || AlarmTypes.includes('MetricAlarm');
      // No composite alarm exists, so there is nothing above or below any alarm.
      const related = input.ChildrenOfAlarmName ?? input.ParentsOfAlarmName;
      const found = [...placeOfCall(state, call).alarms.values()].filter(
        ({ name, condition, configuration: { actions } }) =>
          wanted &&
          related === undefined &&
          (names === undefined || names.has(name)) &&
          name.startsWith(AlarmNamePrefix ?? '') &&
          (StateValue === undefined || StateValue === condition.value) &&
          (ActionPrefix === undefined ||
            Object.values(actions).some((list) => list.some((action) => action.startsWith(ActionPrefix)))),
      );
      const { items, next } = page(found, ({ name }) => name, NextToken, MaxRecords ?? PAGE);
      return {
        CompositeAlarms: [],
        MetricAlarms: items.map(metricAlarm),
        ...(next !== undefined && { NextToken: next }),
      };
    },
  }),
  operation<cw.DescribeAlarmsForMetricInput, cw.DescribeAlarmsForMetricOutput>({
    name: 'DescribeAlarmsForMetric',
    readOnly: true,
    authorize: () => ask.any('DescribeAlarmsForMetric'),
    handle: (input, call) => {
      const key = metricKey({
        namespace: input.Namespace,
        name: input.MetricName,
        dimensions: sortedDimensions(input.Dimensions),
      });
      const statistic = input.Statistic ?? input.ExtendedStatistic;
      const found = [...placeOfCall(state, call).alarms.values()].filter(
        ({ configuration: c }) =>
          metricKey(c.metric) === key &&
          (statistic === undefined || statistic === c.statistic) &&
          (input.Period === undefined || input.Period * 1000 === c.period) &&
          (input.Unit === undefined || input.Unit === c.unit),
      );
      return { MetricAlarms: found.map(metricAlarm) };
    },
  }),
  operation<cw.DescribeAlarmHistoryInput, cw.DescribeAlarmHistoryOutput>({
    name: 'DescribeAlarmHistory',
    readOnly: true,
    authorize: ({ AlarmName }, call) =>
      ask.alarms('DescribeAlarmHistory', call, AlarmName === undefined ? undefined : [AlarmName]),
    handle: (input, call) => {
      const { AlarmName, HistoryItemType, StartDate, EndDate, AlarmTypes } = input;
      const from = StartDate?.getTime() ?? 0;
      const until = EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
      const found = placeOfCall(state, call)
        .history.map((item, i) => ({ item, i }))
        .filter(
          ({ item }) =>
            (AlarmName === undefined || item.alarm === AlarmName) &&
            (HistoryItemType === undefined || item.type === HistoryItemType) &&
            (AlarmTypes === undefined || AlarmTypes.length === 0 || AlarmTypes.includes('MetricAlarm')) &&
            item.at >= from &&
            item.at <= until,
        );
      const sign = input.ScanBy === 'TimestampAscending' ? 1 : -1;
      found.sort((a, b) => sign * (a.item.at - b.item.at || a.i - b.i));
      const order = new Map(found.map((entry, n) => [entry, String(n).padStart(9, '0')]));
      const { items, next } = page(
        found,
        (entry) => order.get(entry) ?? '',
        input.NextToken,
        input.MaxRecords ?? HISTORY_PAGE,
      );
      return {
        AlarmHistoryItems: items.map(({ item }) => ({
          AlarmName: item.alarm,
          AlarmType: 'MetricAlarm' as const,
          Timestamp: new Date(item.at),
          HistoryItemType: item.type,
          HistorySummary: item.summary,
          HistoryData: item.data,
        })),
        ...(next !== undefined && { NextToken: next }),
      };
    },
  }),
];
