import type { Access } from '../../access/index.ts';
import { json } from '../text/text.ts';
import { detections, type EventRule, evaluationPeriods, type MetricFilter } from './detections.ts';

export const logGroupName = (access: Access): string => `/crossaccount/${access.name}/cloudtrail`;
export const metricNamespace = (access: Access): string => `crossaccount/${access.name}`;
export const topicName = (access: Access): string => `${access.name}-alerts`;
export const topicArn = (access: Access): string =>
  `arn:${access.partition}:sns:${access.region}:${access.security.id}:${topicName(access)}`;

/** The topic that the generated Terraform creates, and those that the definition names. */
export const alertTopics = (access: Access): string[] => [
  topicArn(access),
  ...access.monitoring.notify.filter(({ kind }) => kind === 'sns').map(({ to }) => to),
];

/** alerts.json: each element of the lists is the input of one API call, ready for `--cli-input-json`. */
export function alertsJson(access: Access): string {
  const all = detections(access);
  const filters = all.flatMap((detection) => detection.metricFilters);
  const rules = all.flatMap((detection) => detection.eventRules);
  return json({
    detections: all.map((detection) => ({
      rule: detection.rule,
      title: detection.title,
      realTime: [
        ...detection.metricFilters.map((filter) => `alarm ${filter.name}`),
        ...detection.eventRules.map((rule) => `event rule ${rule.name}`),
      ],
      limits: detection.limits,
    })),
    metricFilters: filters.map((filter) => metricFilterInput(filter, access)),
    alarms: filters.map((filter) => alarmInput(filter, access)),
    eventRules: rules.map(ruleInput),
    targets: rules.map((rule) => ({
      Rule: rule.name,
      Targets: alertTopics(access).map((Arn, i) => ({ Id: i === 0 ? 'alerts' : `alerts-${i + 1}`, Arn })),
    })),
  });
}

/** Input of logs:PutMetricFilter. */
const metricFilterInput = (filter: MetricFilter, access: Access) => ({
  logGroupName: logGroupName(access),
  filterName: filter.name,
  filterPattern: filter.pattern,
  metricTransformations: [
    {
      metricName: filter.metric,
      metricNamespace: metricNamespace(access),
      metricValue: '1',
      defaultValue: 0,
    },
  ],
});

/** Input of cloudwatch:PutMetricAlarm. */
const alarmInput = ({ name, metric, alarm }: MetricFilter, access: Access) => ({
  AlarmName: name,
  AlarmDescription: alarm.description,
  ActionsEnabled: true,
  AlarmActions: alertTopics(access),
  MetricName: metric,
  Namespace: metricNamespace(access),
  Statistic: 'Sum',
  Period: alarm.period,
  EvaluationPeriods: evaluationPeriods(alarm),
  DatapointsToAlarm: 1,
  Threshold: alarm.threshold,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
});

/** Input of events:PutRule; the pattern is a string there. */
const ruleInput = (rule: EventRule) => ({
  Name: rule.name,
  Description: rule.description,
  EventPattern: JSON.stringify(rule.pattern),
  State: rule.state,
});
