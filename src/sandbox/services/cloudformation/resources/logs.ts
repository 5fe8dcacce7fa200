import type { Json, JsonObject } from '../model.ts';
import { lowered, raised } from './lower.ts';
import { tagChanges, tagsOf } from './tags.ts';
import {
  documentText,
  pick,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from './types.ts';

const GONE = ['ResourceNotFoundException'];
const asMap = (tags: readonly { Key: string; Value: string }[]) =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
const groupArn = ({ region, accountId }: ResourceContext, name: string) =>
  `arn:aws:logs:${region}:${accountId}:log-group:${name}`;

function retention(logGroupName: string, values: Values, before: Values, context: ResourceContext): void {
  if (values.RetentionInDays === before.RetentionInDays) return;
  if (values.RetentionInDays === undefined) context.api('logs', 'DeleteRetentionPolicy', { logGroupName });
  else context.api('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: values.RetentionInDays });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
const logGroup: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  nameProperty: 'LogGroupName',
  attributes: ['Arn'],
  properties: {
    KmsKeyId: { kind: 'string' },
    LogGroupClass: { kind: 'string' },
    LogGroupName: { kind: 'string', update: 'replace' },
    RetentionInDays: { kind: 'number' },
    Tags: { kind: 'tags' },
  },
  create(values, context) {
    const logGroupName = text(values.LogGroupName) || context.generatedName(512);
    const tags = tagsOf(values, context.tags);
    context.api('logs', 'CreateLogGroup', {
      logGroupName,
      kmsKeyId: values.KmsKeyId,
      logGroupClass: values.LogGroupClass,
      ...(tags.length > 0 && { tags: asMap(tags) }),
    });
    context.made(logGroupName);
    retention(logGroupName, values, {}, context);
    return { physicalId: logGroupName, attributes: { Arn: `${groupArn(context, logGroupName)}:*` } };
  },
  update(logGroupName, values, before, context) {
    retention(logGroupName, values, before, context);
    if (values.KmsKeyId !== before.KmsKeyId) {
      if (values.KmsKeyId === undefined) context.api('logs', 'DisassociateKmsKey', { logGroupName });
      else context.api('logs', 'AssociateKmsKey', { logGroupName, kmsKeyId: values.KmsKeyId });
    }
    const { set, removed } = tagChanges(values, before, context);
    const resourceArn = groupArn(context, logGroupName);
    if (removed.length > 0) context.api('logs', 'UntagResource', { resourceArn, tagKeys: removed });
    if (set.length > 0) context.api('logs', 'TagResource', { resourceArn, tags: asMap(set) });
    return undefined;
  },
  remove(logGroupName, _values, context) {
    context.apiUnless(GONE, 'logs', 'DeleteLogGroup', { logGroupName });
  },
  read(name, _values, context) {
    const answer = context.api('logs', 'DescribeLogGroups', { logGroupNamePrefix: name });
    const group = (answer.logGroups as readonly JsonObject[]).find((one) => one.logGroupName === name);
    if (group === undefined) return undefined;
    const { tags } = context.api('logs', 'ListTagsForResource', { resourceArn: groupArn(context, name) });
    const Tags = Object.entries((tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({
      Key,
      Value,
    }));
    return {
      ...pick(raised(group) as JsonObject, 'LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass'),
      Tags,
    };
  },
  attributesOf: (name, _values, context) => ({ Arn: `${groupArn(context, name)}:*` }),
};

const logStream: ResourceType = {
  type: 'AWS::Logs::LogStream',
  nameProperty: 'LogStreamName',
  properties: {
    LogGroupName: { kind: 'string', required: true, update: 'replace' },
    LogStreamName: { kind: 'string', update: 'replace' },
  },
  create(values, context) {
    const logStreamName = text(values.LogStreamName) || context.generatedName(512);
    context.api('logs', 'CreateLogStream', { logGroupName: values.LogGroupName, logStreamName });
    return { physicalId: logStreamName };
  },
  remove(logStreamName, { LogGroupName: logGroupName }, context) {
    context.apiUnless(GONE, 'logs', 'DeleteLogStream', { logGroupName, logStreamName });
  },
};

const metricFilter: ResourceType = {
  type: 'AWS::Logs::MetricFilter',
  nameProperty: 'FilterName',
  properties: {
    ApplyOnTransformedLogs: { kind: 'boolean' },
    FilterName: { kind: 'string', update: 'replace' },
    FilterPattern: { kind: 'string', required: true },
    LogGroupName: { kind: 'string', required: true, update: 'replace' },
    MetricTransformations: {
      kind: 'objects',
      required: true,
      of: {
        DefaultValue: { kind: 'number' },
        Dimensions: { kind: 'objects' },
        MetricName: { kind: 'string', required: true },
        MetricNamespace: { kind: 'string', required: true },
        MetricValue: { kind: 'string', required: true },
        Unit: { kind: 'string' },
      },
    },
  },
  create(values, context) {
    const filterName = text(values.FilterName) || context.generatedName(512);
    context.api('logs', 'PutMetricFilter', filterInput(filterName, values));
    return { physicalId: filterName };
  },
  update(filterName, values, _before, context) {
    context.api('logs', 'PutMetricFilter', filterInput(filterName, values));
    return undefined;
  },
  remove(filterName, { LogGroupName: logGroupName }, context) {
    context.apiUnless(GONE, 'logs', 'DeleteMetricFilter', { logGroupName, filterName });
  },
  read(filterName, { LogGroupName: logGroupName }, context) {
    const found = context.apiUnless(GONE, 'logs', 'DescribeMetricFilters', {
      logGroupName,
      filterNamePrefix: filterName,
    });
    const filters = (found?.metricFilters ?? []) as readonly JsonObject[];
    const filter = filters.find((one) => one.filterName === filterName);
    if (filter === undefined) return undefined;
    return {
      ...pick(raised(filter) as JsonObject, 'FilterName', 'FilterPattern', 'LogGroupName'),
      MetricTransformations: raised(filter.metricTransformations) as Json,
    };
  },
};

/** Dimensions are a list of pairs in templates and a map in the API. */
function filterInput(filterName: string, values: Values): Record<string, unknown> {
  const transformations = (values.MetricTransformations ?? []) as readonly JsonObject[];
  return {
    filterName,
    filterPattern: values.FilterPattern,
    logGroupName: values.LogGroupName,
    applyOnTransformedLogs: values.ApplyOnTransformedLogs,
    metricTransformations: transformations.map(({ Dimensions, ...rest }) => ({
      ...(lowered(rest) as JsonObject),
      ...(Dimensions !== undefined && {
        dimensions: asMap(Dimensions as unknown as { Key: string; Value: string }[]),
      }),
    })),
  };
}

const resourcePolicy: ResourceType = {
  type: 'AWS::Logs::ResourcePolicy',
  nameProperty: 'PolicyName',
  properties: {
    PolicyDocument: { kind: 'json', required: true },
    PolicyName: { kind: 'string', required: true, update: 'replace' },
  },
  create(values, context) {
    const policyName = text(values.PolicyName);
    const policyDocument = documentText(values.PolicyDocument);
    context.api('logs', 'PutResourcePolicy', { policyName, policyDocument });
    return { physicalId: policyName };
  },
  update(policyName, values, before, context) {
    if (same(values.PolicyDocument, before.PolicyDocument)) return undefined;
    const policyDocument = documentText(values.PolicyDocument);
    context.api('logs', 'PutResourcePolicy', { policyName, policyDocument });
    return undefined;
  },
  remove(policyName, _values, context) {
    context.apiUnless(GONE, 'logs', 'DeleteResourcePolicy', { policyName });
  },
};

export const logsTypes: readonly ResourceType[] = [logGroup, logStream, metricFilter, resourcePolicy];
