import type { ServiceConstraints } from './types.ts';

const alarmName = { min: 1, max: 255 };
const namespace = { min: 1, max: 255, pattern: '[^:].*' };
const metricName = { min: 1, max: 255 };
const stateValue = { values: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] };
const statistic = { values: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] };
const period = { min: 1 };
const arn = { min: 1, max: 1024 };
const action = { min: 1, max: 1024 };
/** StandardUnit: of CloudWatch Logs' metric filters too. */
export const unit = {
  values: [
    'Seconds',
    'Microseconds',
    'Milliseconds',
    'Bytes',
    'Kilobytes',
    'Megabytes',
    'Gigabytes',
    'Terabytes',
    'Bits',
    'Kilobits',
    'Megabits',
    'Gigabits',
    'Terabits',
    'Percent',
    'Count',
    'Bytes/Second',
    'Kilobytes/Second',
    'Megabytes/Second',
    'Gigabytes/Second',
    'Terabytes/Second',
    'Bits/Second',
    'Kilobits/Second',
    'Megabits/Second',
    'Gigabits/Second',
    'Terabits/Second',
    'Count/Second',
    'None',
  ],
};
const dimensions = { max: 30 };

/** Amazon CloudWatch API Reference, API version 2010-08-01, "Request Parameters" of each action. */
export const monitoring: ServiceConstraints = {
  members: {
    AlarmName: alarmName,
    AlarmNames: { max: 100 },
    'AlarmNames[]': alarmName,
    AlarmNamePrefix: { min: 1, max: 255 },
    ActionPrefix: { min: 1, max: 1024 },
    'AlarmTypes[]': { values: ['CompositeAlarm', 'MetricAlarm'] },
    AlarmDescription: { max: 1024 },
    'AlarmActions[]': action,
    'OKActions[]': action,
    'InsufficientDataActions[]': action,
    Namespace: namespace,
    MetricName: metricName,
    Statistic: statistic,
    Dimensions: dimensions,
    Period: period,
    Unit: unit,
    EvaluationPeriods: { min: 1 },
    DatapointsToAlarm: { min: 1 },
    ComparisonOperator: {
      values: [
        'GreaterThanOrEqualToThreshold',
        'GreaterThanThreshold',
        'LessThanThreshold',
        'LessThanOrEqualToThreshold',
        'LessThanLowerOrGreaterThanUpperThreshold',
        'LessThanLowerThreshold',
        'GreaterThanUpperThreshold',
      ],
    },
    TreatMissingData: { min: 1, max: 255, pattern: 'breaching|notBreaching|ignore|missing' },
    EvaluateLowSampleCountPercentile: { min: 1, max: 255, pattern: 'evaluate|ignore' },
    StateValue: stateValue,
    StateReason: { max: 1023 },
    StateReasonData: { max: 4000 },
    HistoryItemType: { values: ['ConfigurationUpdate', 'StateUpdate', 'Action'] },
    ScanBy: { values: ['TimestampDescending', 'TimestampAscending'] },
    MaxRecords: { min: 1, max: 100 },
    ResourceARN: arn,
    MetricData: { max: 1000 },
    MetricDataQueries: { max: 500 },
    Statistics: { min: 1, max: 5 },
    'Statistics[]': statistic,
    ExtendedStatistics: { min: 1, max: 10 },
    RecentlyActive: { values: ['PT3H'] },
  },
  operations: {
    // "must contain only UTF-8 characters, and can't contain ASCII control characters"; nor may the subject of a mail.
    PutMetricAlarm: { AlarmName: { ...alarmName, pattern: '[^\\x00-\\x1F\\x7F]+' } },
    ListMetrics: { Dimensions: { max: 10 } },
  },
  structures: {
    Tag: { Key: { min: 1, max: 128 }, Value: { max: 256 } },
    MetricDatum: { MetricName: metricName, Dimensions: dimensions, Unit: unit, Values: { max: 150 } },
    Dimension: {
      Name: { min: 1, max: 255, pattern: '[^:][\\s\\S]*' },
      Value: { min: 1, max: 1024 },
    },
    Metric: { Namespace: namespace, MetricName: metricName },
    MetricStat: { Period: period, Unit: unit },
    MetricDataQuery: { Id: { min: 1, max: 255, pattern: '[a-z][a-zA-Z0-9_]*' } },
  },
};
