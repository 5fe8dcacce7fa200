import type * as cw from '@aws-sdk/client-cloudwatch';
import { type Alarm, dimensionList } from './state.ts';

/** An alarm as DescribeAlarms shows it. */
export function metricAlarm(alarm: Alarm): cw.MetricAlarm {
  const { configuration: c, condition } = alarm;
  const { metric } = c;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(c.description !== undefined && { AlarmDescription: c.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...c.actions.OK],
    AlarmActions: [...c.actions.ALARM],
    InsufficientDataActions: [...c.actions.INSUFFICIENT_DATA],
    StateValue: condition.value,
    StateReason: condition.reason,
    ...(condition.reasonData !== undefined && { StateReasonData: condition.reasonData }),
    StateUpdatedTimestamp: new Date(condition.at),
    StateTransitionedTimestamp: new Date(alarm.transitionedAt),
    ...(c.query === undefined
      ? {
          MetricName: metric.name,
          Namespace: metric.namespace,
          ...(c.extended ? { ExtendedStatistic: c.statistic } : { Statistic: c.statistic as cw.Statistic }),
          Dimensions: dimensionList(metric),
          Period: c.period / 1000,
          ...(c.unit !== undefined && { Unit: c.unit as cw.StandardUnit }),
        }
      : { Dimensions: [], Metrics: [metricQuery(alarm)] }),
    EvaluationPeriods: c.evaluationPeriods,
    ...(c.datapointsToAlarm !== undefined && { DatapointsToAlarm: c.datapointsToAlarm }),
    Threshold: c.threshold,
    ComparisonOperator: c.operator,
    ...(c.treatMissingData !== undefined && { TreatMissingData: c.treatMissingData }),
    ...(c.lowSamples !== undefined && { EvaluateLowSampleCountPercentile: c.lowSamples }),
  };
}

const metricQuery = ({ configuration: c }: Alarm): cw.MetricDataQuery => ({
  Id: c.query?.id,
  ...(c.query?.label !== undefined && { Label: c.query.label }),
  MetricStat: {
    Metric: {
      Namespace: c.metric.namespace,
      MetricName: c.metric.name,
      Dimensions: dimensionList(c.metric),
    },
    Period: c.period / 1000,
    Stat: c.statistic,
    ...(c.unit !== undefined && { Unit: c.unit as cw.StandardUnit }),
  },
  ReturnData: true,
});
