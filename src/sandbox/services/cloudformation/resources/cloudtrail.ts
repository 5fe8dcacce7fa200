import type { Json, JsonObject } from '../model.ts';
import { tagChanges, tagsOf } from './tags.ts';
import { pick, type ResourceContext, type ResourceType, same, text, type Values } from './types.ts';

const GONE = ['TrailNotFoundException'];
/** Property → member of CreateTrail and UpdateTrail. */
const members: Readonly<Record<string, string>> = {
  CloudWatchLogsLogGroupArn: 'CloudWatchLogsLogGroupArn',
  CloudWatchLogsRoleArn: 'CloudWatchLogsRoleArn',
  EnableLogFileValidation: 'EnableLogFileValidation',
  IncludeGlobalServiceEvents: 'IncludeGlobalServiceEvents',
  IsMultiRegionTrail: 'IsMultiRegionTrail',
  IsOrganizationTrail: 'IsOrganizationTrail',
  KMSKeyId: 'KmsKeyId',
  S3BucketName: 'S3BucketName',
  S3KeyPrefix: 'S3KeyPrefix',
  SnsTopicName: 'SnsTopicName',
};
const membersOf = (values: Values): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([property, member]) => {
      const value = values[property];
      return value === undefined ? [] : [[member, value]];
    }),
  );

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html */
const trail: ResourceType = {
  type: 'AWS::CloudTrail::Trail',
  nameProperty: 'TrailName',
  attributes: ['Arn', 'SnsTopicArn'],
  properties: {
    AdvancedEventSelectors: { kind: 'objects' },
    CloudWatchLogsLogGroupArn: { kind: 'string' },
    CloudWatchLogsRoleArn: { kind: 'string' },
    EnableLogFileValidation: { kind: 'boolean' },
    EventSelectors: { kind: 'objects' },
    IncludeGlobalServiceEvents: { kind: 'boolean' },
    InsightSelectors: { kind: 'objects' },
    IsLogging: { kind: 'boolean', required: true },
    IsMultiRegionTrail: { kind: 'boolean' },
    IsOrganizationTrail: { kind: 'boolean' },
    KMSKeyId: { kind: 'string' },
    S3BucketName: { kind: 'string', required: true },
    S3KeyPrefix: { kind: 'string' },
    SnsTopicName: { kind: 'string' },
    Tags: { kind: 'tags' },
    TrailName: { kind: 'string', update: 'replace' },
  },
  create(values, context) {
    const Name = text(values.TrailName) || context.generatedName(128);
    const TagsList = tagsOf(values, context.tags);
    const answer = context.api('cloudtrail', 'CreateTrail', {
      Name,
      ...membersOf(values),
      ...(TagsList.length > 0 && { TagsList }),
    });
    context.made(Name);
    selectors(Name, values, {}, context);
    logging(Name, values, {}, context);
    return { physicalId: Name, attributes: attributes(answer) };
  },
  update(Name, values, before, context) {
    let answer: Readonly<Record<string, unknown>> | undefined;
    if (!same(membersOf(values), membersOf(before))) {
      const cleared = Object.entries(members).filter(
        ([p]) => before[p] !== undefined && values[p] === undefined,
      );
      answer = context.api('cloudtrail', 'UpdateTrail', {
        Name,
        ...Object.fromEntries(cleared.map(([p, m]) => [m, typeof before[p] === 'boolean' ? false : ''])),
        ...membersOf(values),
      });
    }
    selectors(Name, values, before, context);
    logging(Name, values, before, context);
    const { set, removed } = tagChanges(values, before, context);
    const ResourceId = arnOf(Name, context);
    if (removed.length > 0) {
      context.api('cloudtrail', 'RemoveTags', { ResourceId, TagsList: removed.map((Key) => ({ Key })) });
    }
    if (set.length > 0) context.api('cloudtrail', 'AddTags', { ResourceId, TagsList: set });
    return answer === undefined ? undefined : attributes(answer);
  },
  remove(Name, _values, context) {
    context.apiUnless(GONE, 'cloudtrail', 'DeleteTrail', { Name });
  },
  read(Name, _values, context) {
    const found = context.apiUnless(GONE, 'cloudtrail', 'GetTrail', { Name });
    if (found === undefined) return undefined;
    const Trail = found.Trail as JsonObject;
    const { IsLogging } = context.api('cloudtrail', 'GetTrailStatus', { Name });
    const chosen = context.api('cloudtrail', 'GetEventSelectors', { TrailName: Name });
    const renamed = Object.entries({ ...members, EnableLogFileValidation: 'LogFileValidationEnabled' });
    return {
      TrailName: Name,
      IsLogging: IsLogging === true,
      ...Object.fromEntries(renamed.flatMap(([p, m]) => (Trail[m] === undefined ? [] : [[p, Trail[m]]]))),
      ...(pick(chosen as JsonObject, 'EventSelectors', 'AdvancedEventSelectors') as JsonObject),
      Tags: tagsNow(Name, context),
    };
  },
  attributesOf: (Name, _values, context) =>
    attributes(context.api('cloudtrail', 'GetTrail', { Name }).Trail as Record<string, unknown>),
};

const arnOf = (name: string, { region, accountId }: ResourceContext): string =>
  `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`;

function attributes(answer: Readonly<Record<string, unknown>>): JsonObject {
  const { TrailARN, SnsTopicARN } = answer;
  return { Arn: String(TrailARN), ...(SnsTopicARN !== undefined && { SnsTopicArn: String(SnsTopicARN) }) };
}

function tagsNow(name: string, context: ResourceContext): Json {
  const answer = context.api('cloudtrail', 'ListTags', { ResourceIdList: [arnOf(name, context)] });
  const [first] = (answer.ResourceTagList ?? []) as readonly { TagsList?: Json }[];
  return first?.TagsList ?? [];
}

function selectors(TrailName: string, values: Values, before: Values, context: ResourceContext): void {
  for (const member of ['EventSelectors', 'AdvancedEventSelectors'] as const) {
    const chosen = values[member];
    if (chosen === undefined || same(chosen, before[member])) continue;
    context.api('cloudtrail', 'PutEventSelectors', { TrailName, [member]: chosen });
  }
  if (values.InsightSelectors !== undefined && !same(values.InsightSelectors, before.InsightSelectors)) {
    const InsightSelectors = values.InsightSelectors;
    context.api('cloudtrail', 'PutInsightSelectors', { TrailName, InsightSelectors });
  }
}

function logging(Name: string, values: Values, before: Values, context: ResourceContext): void {
  if (values.IsLogging === (before.IsLogging ?? false)) return;
  context.api('cloudtrail', values.IsLogging === true ? 'StartLogging' : 'StopLogging', { Name });
}

export const cloudtrailTypes: readonly ResourceType[] = [trail];
