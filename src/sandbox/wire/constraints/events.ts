import type { ServiceConstraints } from './types.ts';

const ruleName = { min: 1, max: 64, pattern: '[.\\-_A-Za-z0-9]+' };
const busName = { min: 1, max: 256, pattern: '[/.\\-_A-Za-z0-9]+' };
const busNameOrArn = {
  min: 1,
  max: 1600,
  pattern: '(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus/)?[/.\\-_A-Za-z0-9]+',
};
const arn = { min: 1, max: 1600 };
const statementId = { min: 1, max: 64, pattern: '[a-zA-Z0-9\\-_]+' };
const kmsKey = { max: 2048, pattern: '[a-zA-Z0-9_\\-/:]*' };
const states = { values: ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] };

/** Amazon EventBridge API Reference, API version 2015-10-07. */
export const events: ServiceConstraints = {
  members: {
    EventBusName: busNameOrArn,
    Rule: ruleName,
    NextToken: { min: 1, max: 2048 },
    Limit: { min: 1, max: 100 },
    ResourceARN: arn,
    TargetArn: arn,
    EventPattern: { max: 4096 },
    Description: { max: 512 },
    KmsKeyIdentifier: kmsKey,
    StatementId: statementId,
  },
  operations: {
    PutRule: { Name: ruleName, State: states, ScheduleExpression: { max: 256 }, RoleArn: arn },
    DescribeRule: { Name: ruleName },
    DeleteRule: { Name: ruleName },
    EnableRule: { Name: ruleName },
    DisableRule: { Name: ruleName },
    ListRules: { NamePrefix: ruleName },
    ListEventBuses: { NamePrefix: busName },
    CreateEventBus: {
      Name: busName,
      EventSourceName: { min: 1, max: 256, pattern: 'aws\\.partner(/[.\\-_A-Za-z0-9]+){2,}' },
    },
    DeleteEventBus: { Name: busName },
    DescribeEventBus: { Name: busNameOrArn },
    UpdateEventBus: { Name: busName },
    PutEvents: { Entries: { min: 1, max: 10 }, EndpointId: { min: 1, max: 50 } },
    PutTargets: { Targets: { min: 1, max: 100 } },
    RemoveTargets: {
      Ids: { min: 1, max: 100 },
      'Ids[]': { min: 1, max: 64, pattern: '[.\\-_A-Za-z0-9]+' },
    },
    PutPermission: {
      EventBusName: { min: 1, max: 256, pattern: '[.\\-_A-Za-z0-9]+' },
      Action: { min: 1, max: 64, pattern: 'events:[a-zA-Z]+' },
      Principal: { min: 1, max: 12, pattern: '(\\d{12}|\\*)' },
    },
    RemovePermission: { EventBusName: { min: 1, max: 256, pattern: '[.\\-_A-Za-z0-9]+' } },
    UntagResource: { 'TagKeys[]': { min: 1, max: 128 } },
  },
  structures: {
    Target: {
      Id: { min: 1, max: 64, pattern: '[.\\-_A-Za-z0-9]+' },
      Arn: arn,
      RoleArn: arn,
      Input: { max: 8192 },
      InputPath: { max: 256 },
    },
    InputTransformer: { InputTemplate: { min: 1, max: 8192 } },
    RetryPolicy: {
      MaximumRetryAttempts: { min: 0, max: 185 },
      MaximumEventAgeInSeconds: { min: 60, max: 86_400 },
    },
    DeadLetterConfig: { Arn: arn },
    PutEventsRequestEntry: { EventBusName: busNameOrArn, TraceHeader: { min: 1, max: 500 } },
    Tag: { Key: { min: 1, max: 128 }, Value: { min: 0, max: 256 } },
  },
};
