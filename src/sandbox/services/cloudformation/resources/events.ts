import { AwsError } from '../../../types.ts';
import type { Json, JsonObject } from '../model.ts';
import { tagChanges, tagsOf } from './tags.ts';
import {
  canonical,
  documentText,
  objects,
  pick,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from './types.ts';

const GONE = ['ResourceNotFoundException'];

interface RuleName {
  readonly Name: string;
  readonly EventBusName?: string;
}

/** The physical id: the name, on another bus than the default one behind the bus's. */
function ruleName(physicalId: string): RuleName {
  const bar = physicalId.lastIndexOf('|');
  return bar < 0
    ? { Name: physicalId }
    : { EventBusName: physicalId.slice(0, bar), Name: physicalId.slice(bar + 1) };
}

const ruleArn = (physicalId: string, { region, accountId }: ResourceContext): string => {
  const { Name, EventBusName } = ruleName(physicalId);
  const bus = EventBusName?.slice(EventBusName.lastIndexOf('/') + 1);
  return `arn:aws:events:${region}:${accountId}:rule/${bus === undefined || bus === 'default' ? '' : `${bus}/`}${Name}`;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
const rule: ResourceType = {
  type: 'AWS::Events::Rule',
  nameProperty: 'Name',
  attributes: ['Arn'],
  properties: {
    Description: { kind: 'string' },
    EventBusName: { kind: 'string', update: 'replace' },
    EventPattern: { kind: 'json' },
    Name: { kind: 'string', update: 'replace' },
    RoleArn: { kind: 'string' },
    ScheduleExpression: { kind: 'string' },
    State: { kind: 'string' },
    Tags: { kind: 'tags' },
    Targets: { kind: 'objects' },
  },
  create(values, context) {
    const Name = text(values.Name) || context.generatedName(64);
    const bus = text(values.EventBusName);
    const physicalId = bus === '' || bus === 'default' ? Name : `${bus}|${Name}`;
    const Tags = tagsOf(values, context.tags);
    put(physicalId, values, context, Tags.length > 0 ? { Tags: Tags as unknown as Json } : {});
    context.made(physicalId);
    syncTargets(physicalId, values, {}, context);
    return { physicalId, attributes: { Arn: ruleArn(physicalId, context) } };
  },
  update(id, values, before, context) {
    put(id, values, context);
    syncTargets(id, values, before, context);
    const { set, removed } = tagChanges(values, before, context);
    const ResourceARN = ruleArn(id, context);
    if (removed.length > 0) context.api('events', 'UntagResource', { ResourceARN, TagKeys: removed });
    if (set.length > 0) context.api('events', 'TagResource', { ResourceARN, Tags: set });
    return undefined;
  },
  remove(id, values, context) {
    if (context.apiUnless(GONE, 'events', 'DescribeRule', { ...ruleName(id) }) === undefined) return;
    syncTargets(id, {}, values, context);
    context.apiUnless(GONE, 'events', 'DeleteRule', { ...ruleName(id) });
  },
  read(id, _values, context) {
    const found = context.apiUnless(GONE, 'events', 'DescribeRule', { ...ruleName(id) });
    if (found === undefined) return undefined;
    const { Name, EventBusName } = ruleName(id);
    const { Targets } = context.api('events', 'ListTargetsByRule', { Rule: Name, EventBusName });
    const { Tags } = context.api('events', 'ListTagsForResource', { ResourceARN: ruleArn(id, context) });
    return {
      ...pick(
        found as JsonObject,
        'Name',
        'Description',
        'EventPattern',
        'ScheduleExpression',
        'State',
        'RoleArn',
        'EventBusName',
      ),
      Targets: (Targets ?? []) as unknown as Json,
      Tags: (Tags ?? []) as unknown as Json,
    };
  },
  attributesOf: (id, _values, context) => ({ Arn: ruleArn(id, context) }),
};

const put = (id: string, values: Values, context: ResourceContext, tags: JsonObject = {}) =>
  context.api('events', 'PutRule', {
    ...ruleName(id),
    ...pick(values, 'Description', 'RoleArn', 'ScheduleExpression', 'State'),
    ...(values.EventPattern !== undefined && { EventPattern: documentText(values.EventPattern) }),
    ...tags,
  });

function syncTargets(id: string, values: Values, before: Values, context: ResourceContext): void {
  const { Name: Rule, EventBusName } = ruleName(id);
  const [now, old] = [objects(values.Targets), objects(before.Targets)];
  const gone = old.map((one) => text(one.Id)).filter((one) => !now.some((target) => target.Id === one));
  if (gone.length > 0) {
    context.apiUnless(GONE, 'events', 'RemoveTargets', { Rule, EventBusName, Ids: gone });
  }
  const changed = now.filter((one) => !old.some((other) => canonical(other) === canonical(one)));
  if (changed.length === 0) return;
  const answer = context.api('events', 'PutTargets', { Rule, EventBusName, Targets: changed });
  if (Number(answer.FailedEntryCount ?? 0) > 0) {
    const [first] = (answer.FailedEntries ?? []) as readonly { ErrorMessage?: string }[];
    throw new AwsError('ValidationException', first?.ErrorMessage ?? 'PutTargets failed');
  }
}

const eventBus: ResourceType = {
  type: 'AWS::Events::EventBus',
  nameProperty: 'Name',
  attributes: ['Arn', 'Name', 'Policy'],
  properties: {
    Description: { kind: 'string' },
    EventSourceName: { kind: 'string', update: 'replace' },
    KmsKeyIdentifier: { kind: 'string' },
    Name: { kind: 'string', required: true, update: 'replace' },
    Policy: { kind: 'json' },
    Tags: { kind: 'tags' },
  },
  create(values, context) {
    const Name = text(values.Name);
    const Tags = tagsOf(values, context.tags);
    const { EventBusArn } = context.api('events', 'CreateEventBus', {
      Name,
      ...pick(values, 'Description', 'EventSourceName', 'KmsKeyIdentifier'),
      ...(Tags.length > 0 && { Tags }),
    });
    context.made(Name);
    if (values.Policy !== undefined) {
      context.api('events', 'PutPermission', { EventBusName: Name, Policy: documentText(values.Policy) });
    }
    return { physicalId: Name, attributes: { Arn: String(EventBusArn), Name } };
  },
  update(Name, values, before, context) {
    if (values.Description !== before.Description || values.KmsKeyIdentifier !== before.KmsKeyIdentifier) {
      context.api('events', 'UpdateEventBus', { Name, ...pick(values, 'Description', 'KmsKeyIdentifier') });
    }
    if (!same(values.Policy, before.Policy)) {
      if (values.Policy === undefined) {
        context.api('events', 'RemovePermission', { EventBusName: Name, RemoveAllPermissions: true });
      } else {
        context.api('events', 'PutPermission', { EventBusName: Name, Policy: documentText(values.Policy) });
      }
    }
    const { set, removed } = tagChanges(values, before, context);
    const ResourceARN = `arn:aws:events:${context.region}:${context.accountId}:event-bus/${Name}`;
    if (removed.length > 0) context.api('events', 'UntagResource', { ResourceARN, TagKeys: removed });
    if (set.length > 0) context.api('events', 'TagResource', { ResourceARN, Tags: set });
    return undefined;
  },
  remove(Name, _values, context) {
    context.apiUnless(GONE, 'events', 'DeleteEventBus', { Name });
  },
};

/** One statement of a bus's policy; the older form names a principal and an action. */
const eventBusPolicy: ResourceType = {
  type: 'AWS::Events::EventBusPolicy',
  properties: {
    Action: { kind: 'string' },
    Condition: { kind: 'object' },
    EventBusName: { kind: 'string', update: 'replace' },
    Principal: { kind: 'string' },
    Statement: { kind: 'json' },
    StatementId: { kind: 'string', required: true, update: 'replace' },
  },
  create(values, context) {
    putStatement(values, context);
    return { physicalId: `${text(values.EventBusName) || 'default'}|${text(values.StatementId)}` };
  },
  update(_id, values, _before, context) {
    putStatement(values, context);
    return undefined;
  },
  remove(_id, { EventBusName, StatementId }, context) {
    context.apiUnless(GONE, 'events', 'RemovePermission', { EventBusName, StatementId });
  },
};

function putStatement(values: Values, context: ResourceContext): void {
  const { EventBusName, StatementId, Statement } = values;
  if (Statement === undefined) {
    context.api(
      'events',
      'PutPermission',
      pick(values, 'Action', 'Condition', 'EventBusName', 'Principal', 'StatementId'),
    );
    return;
  }
  const bus = context.api('events', 'DescribeEventBus', { Name: EventBusName });
  const policy = JSON.parse(String(bus.Policy ?? '{"Version":"2012-10-17","Statement":[]}')) as {
    Version: string;
    Statement: JsonObject[];
  };
  const kept = policy.Statement.filter(({ Sid }) => Sid !== StatementId);
  const own = { Sid: StatementId, ...(Statement as JsonObject) };
  const Policy = JSON.stringify({ ...policy, Statement: [...kept, own] });
  context.api('events', 'PutPermission', { EventBusName, Policy });
}

export const eventsTypes: readonly ResourceType[] = [rule, eventBus, eventBusPolicy];
