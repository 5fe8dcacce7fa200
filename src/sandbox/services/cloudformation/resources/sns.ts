import type { JsonObject } from '../model.ts';
import { tagChanges, tagsOf } from './tags.ts';
import {
  documentText,
  list,
  objects,
  type Properties,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from './types.ts';

const GONE = ['NotFound', 'NotFoundException'];
const attributeNames = [
  'DisplayName',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
  'DataProtectionPolicy',
];

const attributeText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
const topic: ResourceType = {
  type: 'AWS::SNS::Topic',
  nameProperty: 'TopicName',
  attributes: ['TopicArn', 'TopicName'],
  properties: {
    ContentBasedDeduplication: { kind: 'boolean' },
    DataProtectionPolicy: { kind: 'json' },
    DisplayName: { kind: 'string' },
    FifoTopic: { kind: 'boolean', update: 'replace' },
    KmsMasterKeyId: { kind: 'string' },
    SignatureVersion: { kind: 'string' },
    Subscription: {
      kind: 'objects',
      of: { Endpoint: { kind: 'string', required: true }, Protocol: { kind: 'string', required: true } },
    },
    Tags: { kind: 'tags' },
    TopicName: { kind: 'string', update: 'replace' },
    TracingConfig: { kind: 'string' },
  },
  create(values, context) {
    const fifo = values.FifoTopic === true;
    const name = text(values.TopicName) || context.generatedName(fifo ? 251 : 256) + (fifo ? '.fifo' : '');
    const Tags = tagsOf(values, context.tags);
    const given = attributeNames.filter((one) => values[one] !== undefined);
    const Attributes = {
      ...Object.fromEntries(given.map((one) => [one, attributeText(values[one])])),
      ...(fifo && { FifoTopic: 'true' }),
      ...(values.ContentBasedDeduplication === true && { ContentBasedDeduplication: 'true' }),
    };
    const { TopicArn } = context.api('sns', 'CreateTopic', {
      Name: name,
      ...(Object.keys(Attributes).length > 0 && { Attributes }),
      ...(Tags.length > 0 && { Tags }),
    }) as { TopicArn: string };
    context.made(TopicArn);
    subscribe(TopicArn, values, {}, context);
    return { physicalId: TopicArn, attributes: { TopicArn, TopicName: name } };
  },
  update(TopicArn, values, before, context) {
    for (const AttributeName of [...attributeNames, 'ContentBasedDeduplication']) {
      if (same(values[AttributeName], before[AttributeName])) continue;
      const AttributeValue = attributeText(values[AttributeName] ?? '');
      context.api('sns', 'SetTopicAttributes', { TopicArn, AttributeName, AttributeValue });
    }
    subscribe(TopicArn, values, before, context);
    const { set, removed } = tagChanges(values, before, context);
    if (removed.length > 0) context.api('sns', 'UntagResource', { ResourceArn: TopicArn, TagKeys: removed });
    if (set.length > 0) context.api('sns', 'TagResource', { ResourceArn: TopicArn, Tags: set });
    return undefined;
  },
  remove(TopicArn, _values, context) {
    context.apiUnless(GONE, 'sns', 'DeleteTopic', { TopicArn });
  },
  read(TopicArn, _values, context) {
    const found = context.apiUnless(GONE, 'sns', 'GetTopicAttributes', { TopicArn });
    if (found === undefined) return undefined;
    const attributes = found.Attributes as Record<string, string>;
    const { Tags } = context.api('sns', 'ListTagsForResource', { ResourceArn: TopicArn });
    return {
      TopicName: TopicArn.slice(TopicArn.lastIndexOf(':') + 1),
      Tags: (Tags ?? []) as unknown as JsonObject[],
      Subscription: subscriptions(TopicArn, context).map(({ Endpoint, Protocol }) => ({
        Endpoint,
        Protocol,
      })),
      ...Object.fromEntries(
        attributeNames.flatMap((one) =>
          attributes[one] === undefined || attributes[one] === '' ? [] : [[one, attributes[one]]],
        ),
      ),
      ...(attributes.FifoTopic === 'true' && { FifoTopic: true }),
    };
  },
  attributesOf: (TopicArn) => ({ TopicArn, TopicName: TopicArn.slice(TopicArn.lastIndexOf(':') + 1) }),
};

interface Subscription {
  readonly SubscriptionArn: string;
  readonly Endpoint: string;
  readonly Protocol: string;
}

const subscriptions = (TopicArn: string, context: ResourceContext): readonly Subscription[] =>
  (context.api('sns', 'ListSubscriptionsByTopic', { TopicArn }).Subscriptions ??
    []) as readonly Subscription[];

function subscribe(TopicArn: string, values: Values, before: Values, context: ResourceContext): void {
  const key = (one: JsonObject) => `${text(one.Protocol)} ${text(one.Endpoint)}`;
  const [now, old] = [objects(values.Subscription), objects(before.Subscription)];
  for (const one of now) {
    if (old.some((other) => key(other) === key(one))) continue;
    context.api('sns', 'Subscribe', { TopicArn, Protocol: one.Protocol, Endpoint: one.Endpoint });
  }
  const gone = old.filter((one) => !now.some((other) => key(other) === key(one))).map(key);
  if (gone.length === 0) return;
  for (const { SubscriptionArn, Endpoint, Protocol } of subscriptions(TopicArn, context)) {
    if (!gone.includes(`${Protocol} ${Endpoint}`) || !SubscriptionArn.startsWith('arn:')) continue;
    context.apiUnless(GONE, 'sns', 'Unsubscribe', { SubscriptionArn });
  }
}

const topicPolicy: ResourceType = {
  type: 'AWS::SNS::TopicPolicy',
  attributes: ['Id'],
  properties: {
    PolicyDocument: { kind: 'json', required: true },
    Topics: { kind: 'strings', required: true },
  },
  create(values, context) {
    const physicalId = context.generatedName(128);
    context.made(physicalId);
    putPolicy(list(values.Topics), documentText(values.PolicyDocument), context);
    return { physicalId, attributes: { Id: physicalId } };
  },
  update(id, values, before, context) {
    putPolicy(list(values.Topics), documentText(values.PolicyDocument), context);
    resetPolicy(
      list(before.Topics).filter((one) => !list(values.Topics).includes(one)),
      context,
    );
    return { Id: id };
  },
  remove(_id, values, context) {
    resetPolicy(list(values.Topics), context);
  },
};

function putPolicy(topics: readonly string[], AttributeValue: string, context: ResourceContext): void {
  for (const TopicArn of topics) {
    context.api('sns', 'SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });
  }
}

/** A topic always has a policy: the default one, which lets its owner do everything. */
function resetPolicy(topics: readonly string[], context: ResourceContext): void {
  for (const TopicArn of topics) {
    const AttributeValue = JSON.stringify({
      Version: '2008-10-17',
      Id: '__default_policy_ID',
      Statement: [
        {
          Sid: '__default_statement_ID',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            'GetTopicAttributes',
            'SetTopicAttributes',
            'AddPermission',
            'RemovePermission',
            'DeleteTopic',
            'Subscribe',
            'ListSubscriptionsByTopic',
            'Publish',
          ].map((a) => `SNS:${a}`),
          Resource: TopicArn,
          Condition: { StringEquals: { 'AWS:SourceOwner': context.accountId } },
        },
      ],
    });
    context.apiUnless(GONE, 'sns', 'SetTopicAttributes', {
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue,
    });
  }
}

const subscriptionProperties: Properties = {
  DeliveryPolicy: { kind: 'json' },
  Endpoint: { kind: 'string', update: 'replace' },
  FilterPolicy: { kind: 'json' },
  FilterPolicyScope: { kind: 'string' },
  Protocol: { kind: 'string', required: true, update: 'replace' },
  RawMessageDelivery: { kind: 'boolean' },
  RedrivePolicy: { kind: 'json' },
  Region: { kind: 'string', writeOnly: true },
  ReplayPolicy: { kind: 'json' },
  SubscriptionRoleArn: { kind: 'string' },
  TopicArn: { kind: 'string', required: true, update: 'replace' },
};
const subscriptionAttributes = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
];

const subscription: ResourceType = {
  type: 'AWS::SNS::Subscription',
  attributes: ['Arn'],
  properties: subscriptionProperties,
  create(values, context) {
    const given = subscriptionAttributes.filter((one) => values[one] !== undefined);
    const { SubscriptionArn } = context.api('sns', 'Subscribe', {
      TopicArn: values.TopicArn,
      Protocol: values.Protocol,
      Endpoint: values.Endpoint,
      ReturnSubscriptionArn: true,
      ...(given.length > 0 && {
        Attributes: Object.fromEntries(given.map((one) => [one, attributeText(values[one])])),
      }),
    }) as { SubscriptionArn: string };
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  update(SubscriptionArn, values, before, context) {
    for (const AttributeName of subscriptionAttributes) {
      if (same(values[AttributeName], before[AttributeName])) continue;
      const AttributeValue = attributeText(
        values[AttributeName] ?? (AttributeName.endsWith('Policy') ? '{}' : ''),
      );
      context.api('sns', 'SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue });
    }
    return undefined;
  },
  remove(SubscriptionArn, _values, context) {
    // One that nobody has confirmed can't be unsubscribed; it goes by itself.
    context.apiUnless([...GONE, 'InvalidParameter'], 'sns', 'Unsubscribe', { SubscriptionArn });
  },
};

export const snsTypes: readonly ResourceType[] = [topic, topicPolicy, subscription];
