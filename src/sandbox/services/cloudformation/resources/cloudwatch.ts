import type { Json, JsonObject } from '../model.ts';
import { tagChanges, tagsOf } from './tags.ts';
import {
  type Properties,
  pick,
  type ResourceContext,
  type ResourceType,
  text,
  type Values,
} from './types.ts';

const settings: Properties = {
  ActionsEnabled: { kind: 'boolean' },
  AlarmActions: { kind: 'strings' },
  AlarmDescription: { kind: 'string' },
  ComparisonOperator: { kind: 'string', required: true },
  DatapointsToAlarm: { kind: 'number' },
  Dimensions: {
    kind: 'objects',
    of: { Name: { kind: 'string', required: true }, Value: { kind: 'string', required: true } },
  },
  EvaluateLowSampleCountPercentile: { kind: 'string' },
  EvaluationPeriods: { kind: 'number', required: true },
  ExtendedStatistic: { kind: 'string' },
  InsufficientDataActions: { kind: 'strings' },
  MetricName: { kind: 'string' },
  Metrics: { kind: 'objects' },
  Namespace: { kind: 'string' },
  OKActions: { kind: 'strings' },
  Period: { kind: 'number' },
  Statistic: { kind: 'string' },
  Threshold: { kind: 'number' },
  ThresholdMetricId: { kind: 'string' },
  TreatMissingData: { kind: 'string' },
  Unit: { kind: 'string' },
};
const names = Object.keys(settings);

const alarmArn = ({ region, accountId }: ResourceContext, name: string) =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

const put = (AlarmName: string, values: Values, context: ResourceContext, tags: JsonObject = {}) =>
  context.api('monitoring', 'PutMetricAlarm', { AlarmName, ...pick(values, ...names), ...tags });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
const alarm: ResourceType = {
  type: 'AWS::CloudWatch::Alarm',
  nameProperty: 'AlarmName',
  attributes: ['Arn'],
  properties: { ...settings, AlarmName: { kind: 'string', update: 'replace' }, Tags: { kind: 'tags' } },
  create(values, context) {
    const name = text(values.AlarmName) || context.generatedName(255);
    const Tags = tagsOf(values, context.tags);
    put(name, values, context, Tags.length > 0 ? { Tags: Tags as unknown as Json } : {});
    return { physicalId: name, attributes: { Arn: alarmArn(context, name) } };
  },
  update(name, values, before, context) {
    put(name, values, context);
    const { set, removed } = tagChanges(values, before, context);
    const ResourceARN = alarmArn(context, name);
    if (removed.length > 0) context.api('monitoring', 'UntagResource', { ResourceARN, TagKeys: removed });
    if (set.length > 0) context.api('monitoring', 'TagResource', { ResourceARN, Tags: set });
    return undefined;
  },
  remove(name, _values, context) {
    context.apiUnless(['ResourceNotFound', 'ResourceNotFoundException'], 'monitoring', 'DeleteAlarms', {
      AlarmNames: [name],
    });
  },
  read(name, _values, context) {
    const { MetricAlarms } = context.api('monitoring', 'DescribeAlarms', { AlarmNames: [name] });
    const [found] = (MetricAlarms ?? []) as readonly JsonObject[];
    if (found === undefined) return undefined;
    const { Tags } = context.api('monitoring', 'ListTagsForResource', {
      ResourceARN: alarmArn(context, name),
    });
    return { ...pick(found, 'AlarmName', ...names), Tags: (Tags ?? []) as unknown as Json };
  },
  attributesOf: (name, _values, context) => ({ Arn: alarmArn(context, name) }),
};

export const cloudwatchTypes: readonly ResourceType[] = [alarm];
