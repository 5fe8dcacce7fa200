import { driftStatuses, stackSetName, stackSetOperationRules, stackSetStructureRules } from './stack-sets.ts';
import type { Rule, ServiceConstraints } from './types.ts';

const name: Rule = { min: 1, max: 128, pattern: '[a-zA-Z][-a-zA-Z0-9]*' };
const nameOrId: Rule = {
  min: 1,
  pattern: '([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)',
};
const changeSetName: Rule = { min: 1, max: 128, pattern: '[a-zA-Z][-a-zA-Z0-9]*' };
const changeSetNameOrId: Rule = { min: 1, max: 1600, pattern: '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*' };
const token: Rule = { min: 1, max: 128, pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*' };
/** In bytes it has 51,200 at most, which is counted where it is read. */
const body: Rule = { min: 1 };
const url: Rule = { min: 1, max: 5120 };
const roleArn: Rule = { min: 20, max: 2048 };
const policy: Rule = { min: 1, max: 16_384 };
const nextToken: Rule = { min: 1, max: 1024 };
const onFailure: Rule = { values: ['DO_NOTHING', 'ROLLBACK', 'DELETE'] };

/** Also those of operations that this cloud doesn't show: clients list all that they know. */
const statuses = [
  ...['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'CREATE_COMPLETE'],
  ...['ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED', 'ROLLBACK_COMPLETE'],
  ...['DELETE_IN_PROGRESS', 'DELETE_FAILED', 'DELETE_COMPLETE'],
  ...['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', 'UPDATE_FAILED'],
  ...[
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  ],
  ...['UPDATE_ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS', 'IMPORT_IN_PROGRESS', 'IMPORT_COMPLETE'],
  ...['IMPORT_ROLLBACK_IN_PROGRESS', 'IMPORT_ROLLBACK_FAILED', 'IMPORT_ROLLBACK_COMPLETE'],
];

/** What a stack or a change set is made of. */
const made: Readonly<Record<string, Rule>> = {
  TemplateBody: body,
  TemplateURL: url,
  RoleARN: roleArn,
  'Capabilities[]': { values: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] },
  NotificationARNs: { max: 5 },
  Tags: { max: 50 },
  'ResourceTypes[]': { min: 1, max: 256 },
};

/** AWS CloudFormation API Reference, API version 2010-05-15, "Request Parameters" of each action. */
export const cloudformation: ServiceConstraints = {
  operations: {
    CreateStack: {
      ...made,
      StackName: name,
      StackPolicyBody: policy,
      StackPolicyURL: url,
      ClientRequestToken: token,
      OnFailure: onFailure,
      TimeoutInMinutes: { min: 1 },
    },
    UpdateStack: {
      ...made,
      StackName: nameOrId,
      StackPolicyBody: policy,
      StackPolicyURL: url,
      StackPolicyDuringUpdateBody: policy,
      StackPolicyDuringUpdateURL: url,
      ClientRequestToken: token,
    },
    DeleteStack: {
      StackName: nameOrId,
      RoleARN: roleArn,
      ClientRequestToken: token,
      DeletionMode: { values: ['STANDARD', 'FORCE_DELETE_STACK'] },
    },
    CancelUpdateStack: { StackName: nameOrId, ClientRequestToken: token },
    ContinueUpdateRollback: {
      StackName: nameOrId,
      RoleARN: roleArn,
      ClientRequestToken: token,
      'ResourcesToSkip[]': { pattern: '[a-zA-Z0-9]+|[a-zA-Z][-a-zA-Z0-9]*\\.[a-zA-Z0-9]+' },
    },
    RollbackStack: { StackName: nameOrId, RoleARN: roleArn, ClientRequestToken: token },
    UpdateTerminationProtection: { StackName: nameOrId },
    SetStackPolicy: { StackName: nameOrId, StackPolicyBody: policy, StackPolicyURL: url },
    GetStackPolicy: { StackName: nameOrId },
    DescribeStacks: { StackName: nameOrId, NextToken: nextToken },
    DescribeStackEvents: { StackName: nameOrId, NextToken: nextToken },
    DescribeStackResource: { StackName: nameOrId },
    DescribeStackResources: { StackName: nameOrId },
    ListStackResources: { StackName: nameOrId, NextToken: nextToken },
    GetTemplate: {
      StackName: nameOrId,
      ChangeSetName: changeSetNameOrId,
      TemplateStage: { values: ['Original', 'Processed'] },
    },
    CreateChangeSet: {
      ...made,
      StackName: nameOrId,
      ChangeSetName: changeSetName,
      ClientToken: { min: 1, max: 128 },
      Description: { min: 1, max: 1024 },
      DeploymentMode: { values: ['REVERT_DRIFT'] },
      ChangeSetType: { values: ['CREATE', 'UPDATE', 'IMPORT'] },
      OnStackFailure: onFailure,
      ResourcesToImport: { max: 200 },
    },
    DescribeChangeSet: { StackName: nameOrId, ChangeSetName: changeSetNameOrId, NextToken: nextToken },
    ExecuteChangeSet: { StackName: nameOrId, ChangeSetName: changeSetNameOrId, ClientRequestToken: token },
    DeleteChangeSet: { StackName: nameOrId, ChangeSetName: changeSetNameOrId },
    ListChangeSets: { StackName: nameOrId, NextToken: nextToken },
    ListExports: { NextToken: nextToken },
    ListImports: { NextToken: nextToken },
    ListStacks: { NextToken: nextToken, 'StackStatusFilter[]': { values: statuses } },
    DescribeAccountLimits: { NextToken: nextToken },
    ValidateTemplate: { TemplateBody: body, TemplateURL: url },
    GetTemplateSummary: {
      TemplateBody: body,
      TemplateURL: url,
      StackName: nameOrId,
      StackSetName: stackSetName,
      CallAs: { values: ['SELF', 'DELEGATED_ADMIN'] },
    },
    DetectStackDrift: { StackName: nameOrId, LogicalResourceIds: { min: 1, max: 200 } },
    DescribeStackDriftDetectionStatus: { StackDriftDetectionId: { min: 1, max: 36 } },
    DetectStackResourceDrift: { StackName: nameOrId },
    DescribeStackResourceDrifts: {
      StackName: nameOrId,
      StackResourceDriftStatusFilters: { min: 1, max: 4 },
      'StackResourceDriftStatusFilters[]': { values: driftStatuses },
      NextToken: nextToken,
      MaxResults: { min: 1, max: 100 },
    },
    ...stackSetOperationRules,
  },
  structures: {
    ResourceToImport: { ResourceType: { min: 1, max: 256 } },
    RollbackConfiguration: { RollbackTriggers: { max: 5 }, MonitoringTimeInMinutes: { min: 0, max: 180 } },
    Tag: { Key: { min: 1, max: 128 }, Value: { min: 1, max: 256 } },
    ...stackSetStructureRules,
  },
};
