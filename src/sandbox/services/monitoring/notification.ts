import type { Alarm, Condition, Place } from './state.ts';
import { percentileOf } from './statistics.ts';
import { double, longTime } from './wording.ts';

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const regionNames: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-south-1': 'EU (Milan)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'sa-east-1': 'South America (São Paulo)',
};
const regionName = (region: string): string => regionNames[region] ?? region;

export interface Notification {
  readonly subject: string;
  readonly message: string;
}

/** What CloudWatch publishes to a topic, as recorded notifications are: members in this order, doubles as Java writes them. */
export function notification(place: Place, alarm: Alarm, before: Condition): Notification {
  const { configuration: c, condition } = alarm;
  const region = regionName(place.region);
  const threshold = '\u0000threshold';
  const body = {
    AlarmName: alarm.name,
    AlarmDescription: c.description ?? null,
    AWSAccountId: place.accountId,
    AlarmConfigurationUpdatedTimestamp: longTime(alarm.configuredAt),
    NewStateValue: condition.value,
    NewStateReason: condition.reason,
    StateChangeTime: longTime(condition.at),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: before.value,
    OKActions: c.actions.OK,
    AlarmActions: c.actions.ALARM,
    InsufficientDataActions: c.actions.INSUFFICIENT_DATA,
    Trigger: {
      ...(c.query === undefined ? simpleTrigger(alarm) : queryTrigger(alarm)),
      EvaluationPeriods: c.evaluationPeriods,
      ...(c.datapointsToAlarm !== undefined && { DatapointsToAlarm: c.datapointsToAlarm }),
      ComparisonOperator: c.operator,
      Threshold: threshold,
      TreatMissingData: c.treatMissingData ?? 'missing',
      EvaluateLowSampleCountPercentile: c.lowSamples ?? '',
    },
  };
  return {
    // SNS takes at most 100 characters of subject.
    subject: `${condition.value}: "${alarm.name}" in ${region}`.slice(0, 99),
    message: JSON.stringify(body).replace(JSON.stringify(threshold), double(c.threshold)),
  };
}

function simpleTrigger({ configuration: c }: Alarm): Record<string, unknown> {
  const percentile = percentileOf(c.statistic);
  return {
    MetricName: c.metric.name,
    Namespace: c.metric.namespace,
    StatisticType: c.extended ? 'ExtendedStatistic' : 'Statistic',
    ...(c.extended
      ? { ExtendedStatistic: percentile === undefined ? c.statistic : `p${percentile}` }
      : { Statistic: c.statistic.replace('SampleCount', 'SAMPLE_COUNT').toUpperCase() }),
    Unit: c.unit ?? null,
    Dimensions: c.metric.dimensions.map(([name, value]) => ({ value, name })),
    Period: c.period / 1000,
  };
}

const queryTrigger = ({ configuration: c }: Alarm): Record<string, unknown> => ({
  Period: c.period / 1000,
  Metrics: [
    {
      Id: c.query?.id,
      ...(c.query?.label !== undefined && { Label: c.query.label }),
      MetricStat: {
        Metric: {
          Dimensions: c.metric.dimensions.map(([name, value]) => ({ value, name })),
          MetricName: c.metric.name,
          Namespace: c.metric.namespace,
        },
        Period: c.period / 1000,
        Stat: c.statistic,
      },
      ReturnData: true,
    },
  ],
});

/** `detail` of "CloudWatch Alarm State Change": https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function eventDetail(alarm: Alarm, before: Condition): Record<string, unknown> {
  const { configuration: c, condition } = alarm;
  const form = ({ value, reason, reasonData, at }: Condition) => ({
    value,
    reason,
    ...(reasonData !== undefined && { reasonData }),
    timestamp: longTime(at),
  });
  return {
    alarmName: alarm.name,
    state: form(condition),
    previousState: form(before),
    configuration: {
      ...(c.description !== undefined && { description: c.description }),
      metrics: [
        {
          id: c.query?.id ?? 'm1',
          metricStat: {
            metric: {
              namespace: c.metric.namespace,
              name: c.metric.name,
              dimensions: Object.fromEntries(c.metric.dimensions),
            },
            period: c.period / 1000,
            stat: c.statistic,
          },
          returnData: true,
        },
      ],
    },
  };
}
