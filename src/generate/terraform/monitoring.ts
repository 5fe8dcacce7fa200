import { metricNamespace, topicName } from '../cloudtrail/alerts.ts';
import { detections, evaluationPeriods, forwardedEvents } from '../cloudtrail/detections.ts';
import { iamRegion } from '../layout.ts';
import {
  attribute,
  blank,
  block,
  call,
  comment,
  type HclItem,
  type HclValue,
  printHcl,
  raw,
  template,
} from '../text/hcl.ts';
import { snake, uniqueNames } from '../text/text.ts';
import { forwarding } from './forwarding.ts';
import type { TerraformModel } from './model.ts';
import { document, monitored, plain } from './resource.ts';
import { trails } from './trails.ts';

/** monitoring.tf: trails, log group, metric filters, alarms, event rules and the topic they report to. */
export function monitoringTf(model: TerraformModel): string {
  const { access } = model;
  return printHcl([
    comment(
      [
        'Watching: what CloudTrail, CloudWatch and EventBridge can see in real time.',
        'What they cannot (hours with time zones, distinct principals) is for `crossaccount detect`:',
        'cloudtrail/detect-misuse.md says which rule needs what.',
      ].join('\n'),
    ),
    blank,
    block(
      'locals',
      [],
      [
        attribute('monitoring', raw('var.enable_monitoring ? 1 : 0')),
        attribute(
          'trail_bucket',
          template(`${access.name}-cloudtrail-`, raw(`var.${model.security.idVariable}`)),
        ),
        attribute('iam_region', iamRegion(access)),
      ],
    ),
    ...topic(model),
    ...trails(model),
    ...alarms(model),
    ...eventRules(model),
    ...forwarding(model, forwardedEvents),
  ]);
}

function topic(model: TerraformModel): HclItem[] {
  const { access, security } = model;
  const publish = (service: string, source: HclValue): HclValue => ({
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: 'sns:Publish',
    Resource: raw('aws_sns_topic.alerts[0].arn'),
    Condition: { ArnLike: { 'aws:SourceArn': source } },
  });
  const id = raw(`var.${security.idVariable}`);
  const subscriptions = access.monitoring.notify.filter(({ kind }) => kind !== 'sns');
  const labels = uniqueNames(subscriptions.map(({ kind, to }) => snake(`${kind}_${to}`).slice(0, 60)));
  return [
    ...monitored('aws_sns_topic', 'alerts', security.alias, [attribute('name', topicName(access))]),
    ...monitored('aws_sns_topic_policy', 'alerts', security.alias, [
      attribute('arn', raw('aws_sns_topic.alerts[0].arn')),
      attribute(
        'policy',
        document(
          publish(
            'cloudwatch',
            template(`arn:${access.partition}:cloudwatch:`, raw('var.region'), ':', id, ':alarm:*'),
          ),
          publish(
            'events',
            template(`arn:${access.partition}:events:`, raw('var.region'), ':', id, ':rule/*'),
          ),
        ),
      ),
    ]),
    ...subscriptions.flatMap(({ kind, to }, i) =>
      monitored('aws_sns_topic_subscription', labels[i] ?? '', security.alias, [
        attribute('topic_arn', raw('aws_sns_topic.alerts[0].arn')),
        attribute('protocol', kind),
        attribute('endpoint', to),
      ]),
    ),
  ];
}

/** The own topic, and those of the definition. */
const actions = ({ access }: TerraformModel): HclValue[] => [
  raw('aws_sns_topic.alerts[0].arn'),
  ...access.monitoring.notify.filter(({ kind }) => kind === 'sns').map(({ to }) => to),
];

function alarms(model: TerraformModel): HclItem[] {
  const { access, security } = model;
  const filters = detections(access).flatMap((detection) => detection.metricFilters);
  return filters.flatMap(({ name, metric, pattern, alarm }) => {
    const label = snake(metric);
    return [
      ...monitored('aws_cloudwatch_log_metric_filter', label, security.alias, [
        attribute('name', name),
        attribute('log_group_name', logGroup),
        attribute('pattern', pattern),
        blank,
        block(
          'metric_transformation',
          [],
          [
            attribute('name', metric),
            attribute('namespace', metricNamespace(access)),
            attribute('value', '1'),
            attribute('default_value', '0'),
          ],
        ),
      ]),
      ...monitored('aws_cloudwatch_metric_alarm', label, security.alias, [
        attribute('alarm_name', name),
        attribute('alarm_description', alarm.description),
        attribute('namespace', metricNamespace(access)),
        attribute('metric_name', metric),
        attribute('statistic', 'Sum'),
        attribute('period', alarm.period),
        attribute('evaluation_periods', evaluationPeriods(alarm)),
        attribute('datapoints_to_alarm', 1),
        attribute('threshold', alarm.threshold),
        attribute('comparison_operator', 'GreaterThanOrEqualToThreshold'),
        attribute('treat_missing_data', 'notBreaching'),
        attribute('alarm_actions', actions(model)),
      ]),
    ];
  });
}

const logGroup = raw('aws_cloudwatch_log_group.trail[0].name');

function eventRules(model: TerraformModel): HclItem[] {
  const rules = detections(model.access).flatMap((detection) => detection.eventRules);
  return rules.flatMap((rule) => {
    const label = snake(rule.name.slice(model.access.name.length));
    return [
      ...monitored('aws_cloudwatch_event_rule', label, model.security.alias, [
        attribute('name', rule.name),
        attribute('description', rule.description),
        attribute('state', rule.state),
        attribute('event_pattern', call('jsonencode', plain(rule.pattern))),
      ]),
      ...actions(model).flatMap((arn, i) =>
        monitored(
          'aws_cloudwatch_event_target',
          i === 0 ? label : `${label}_${i + 1}`,
          model.security.alias,
          [attribute('rule', raw(`aws_cloudwatch_event_rule.${label}[0].name`)), attribute('arn', arn)],
        ),
      ),
    ];
  });
}
