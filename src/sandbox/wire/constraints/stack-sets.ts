import type { ServiceConstraints } from './types.ts';

export const stackSetName = {
  min: 1,
  pattern:
    '[a-zA-Z][-a-zA-Z0-9]*(?::[a-zA-Z0-9]{8}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{12})?',
};
const account = { pattern: '^[0-9]{12}$' };
const unit = { pattern: '^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$' };
export const driftStatuses = ['IN_SYNC', 'MODIFIED', 'DELETED', 'NOT_CHECKED', 'UNKNOWN', 'UNSUPPORTED'];
const region = { pattern: '^[a-zA-Z0-9-]{1,128}$' };
const id = { min: 1, max: 128, pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*' };

const callAs = { values: ['SELF', 'DELEGATED_ADMIN'] };
const named = { StackSetName: stackSetName, CallAs: callAs };
const operation = { ...named, OperationId: id };
const paged = { MaxResults: { min: 1, max: 100 }, NextToken: { min: 1, max: 1024 } };
const listed = { ...named, ...paged };
const places = { ...operation, 'Accounts[]': account, 'Regions[]': region };
const instance = { ...named, StackInstanceAccount: account, StackInstanceRegion: region };
const definition = {
  ...named,
  Description: { min: 1, max: 1024 },
  TemplateBody: { min: 1 },
  TemplateURL: { min: 1, max: 5120 },
  Tags: { max: 50 },
  AdministrationRoleARN: { min: 20, max: 2048 },
  ExecutionRoleName: { min: 1, max: 64, pattern: '[a-zA-Z_0-9+=,.@-]+' },
  PermissionModel: { values: ['SERVICE_MANAGED', 'SELF_MANAGED'] },
  'Capabilities[]': { values: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] },
};

/** Of CloudFormation's actions on stack sets: AWS CloudFormation API Reference, API version 2010-05-15. */
export const stackSetOperationRules: NonNullable<ServiceConstraints['operations']> = {
  CreateStackSet: {
    ...definition,
    StackSetName: { min: 1, max: 128, pattern: '[a-zA-Z][-a-zA-Z0-9]*' },
    ClientRequestToken: id,
  },
  UpdateStackSet: { ...definition, ...places },
  DeleteStackSet: named,
  DescribeStackSet: named,
  ListStackSets: { ...paged, CallAs: callAs, Status: { values: ['ACTIVE', 'DELETED'] } },
  CreateStackInstances: places,
  UpdateStackInstances: places,
  DeleteStackInstances: places,
  DescribeStackInstance: instance,
  ListStackInstances: { ...instance, ...paged, Filters: { max: 3 } },
  ListStackInstanceResourceDrifts: {
    ...instance,
    ...paged,
    OperationId: id,
    StackInstanceResourceDriftStatuses: { min: 1, max: 4 },
    'StackInstanceResourceDriftStatuses[]': { values: driftStatuses },
  },
  DescribeStackSetOperation: operation,
  ListStackSetOperations: listed,
  ListStackSetOperationResults: { ...operation, ...paged, Filters: { max: 1 } },
  StopStackSetOperation: operation,
  DetectStackSetDrift: operation,
  ImportStacksToStackSet: {
    ...operation,
    StackIdsUrl: { min: 1, max: 5120, pattern: '(s3://|http(s?)://).+' },
    'OrganizationalUnitIds[]': unit,
  },
  ListStackSetAutoDeploymentTargets: listed,
  DescribeOrganizationsAccess: { CallAs: callAs },
};

export const stackSetStructureRules: NonNullable<ServiceConstraints['structures']> = {
  DeploymentTargets: {
    'Accounts[]': account,
    AccountsUrl: { min: 1, max: 5120, pattern: '(s3://|http(s?)://).+' },
    'OrganizationalUnitIds[]': unit,
    AccountFilterType: { values: ['NONE', 'INTERSECTION', 'DIFFERENCE', 'UNION'] },
  },
  StackSetOperationPreferences: {
    RegionConcurrencyType: { values: ['SEQUENTIAL', 'PARALLEL'] },
    'RegionOrder[]': region,
    FailureToleranceCount: { min: 0 },
    FailureTolerancePercentage: { min: 0, max: 100 },
    MaxConcurrentCount: { min: 1 },
    MaxConcurrentPercentage: { min: 1, max: 100 },
    ConcurrencyMode: { values: ['STRICT_FAILURE_TOLERANCE', 'SOFT_FAILURE_TOLERANCE'] },
  },
  StackInstanceFilter: {
    Name: { values: ['DETAILED_STATUS', 'LAST_OPERATION_ID', 'DRIFT_STATUS'] },
    Values: { min: 1, max: 128, pattern: '^\\S{1,128}$' },
  },
  OperationResultFilter: {
    Name: { values: ['OPERATION_RESULT_STATUS'] },
    Values: { min: 6, max: 9, pattern: '^\\S{6,9}$' },
  },
};
