import type * as cfn from '@aws-sdk/client-cloudformation';
import { parameterTexts } from '../template/parameters.ts';
import { readTemplate } from '../template/read.ts';
import { countsOf, driftShape } from './drift.ts';
import type { Result, SetOperation, StackInstance, StackSet } from './model.ts';
import { defaultAdministrationRole, EXECUTION_ROLE } from './roles.ts';

/** Roles as AWS shows them: the defaults too. */
export interface ShownRoles {
  readonly AdministrationRoleARN: string;
  readonly ExecutionRoleName: string;
}

export const selfManagedRoles = (set: StackSet): ShownRoles => ({
  AdministrationRoleARN: set.definition.administrationRoleArn ?? defaultAdministrationRole(set.accountId),
  ExecutionRoleName: set.definition.executionRoleName ?? EXECUTION_ROLE,
});

export function setShape(set: StackSet, roles: ShownRoles): cfn.StackSet {
  const { definition, autoDeployment } = set;
  const managed = set.permissionModel === 'SERVICE_MANAGED';
  return {
    StackSetName: set.name,
    StackSetId: set.id,
    ...(definition.description !== undefined && { Description: definition.description }),
    Status: set.status,
    TemplateBody: definition.template,
    Parameters: shownParameters(set),
    Capabilities: [...definition.capabilities] as cfn.Capability[],
    Tags: definition.tags.map((tag) => ({ ...tag })),
    StackSetARN: set.arn,
    ...roles,
    StackSetDriftDetectionDetails: driftShape(set.drift),
    ...(autoDeployment && { AutoDeployment: autoDeployment }),
    PermissionModel: set.permissionModel,
    ...(managed && { OrganizationalUnitIds: [...set.targets.keys()] }),
    ManagedExecution: { Active: set.managedExecution },
    Regions: [...new Set([...set.instances.values()].map(({ region }) => region))],
  };
}

/** All parameters of the template, defaults included; those marked NoEcho as asterisks. */
function shownParameters({ definition }: StackSet): cfn.Parameter[] {
  const template = readTemplate(definition.template);
  return Object.entries(parameterTexts(template, definition.parameters)).map(([key, value]) => ({
    ParameterKey: key,
    ParameterValue: template.parameters.get(key)?.noEcho === true ? '****' : value,
  }));
}

export const setSummary = (set: StackSet): cfn.StackSetSummary => ({
  StackSetName: set.name,
  StackSetId: set.id,
  ...(set.definition.description !== undefined && { Description: set.definition.description }),
  Status: set.status,
  ...(set.autoDeployment && { AutoDeployment: set.autoDeployment }),
  PermissionModel: set.permissionModel,
  DriftStatus: set.drift?.driftStatus ?? 'NOT_CHECKED',
  ...(set.drift && { LastDriftCheckTimestamp: new Date(set.drift.at) }),
  ManagedExecution: { Active: set.managedExecution },
});

export const instanceSummary = (set: StackSet, instance: StackInstance): cfn.StackInstanceSummary => ({
  StackSetId: set.id,
  Region: instance.region,
  Account: instance.accountId,
  ...(instance.stackId !== undefined && { StackId: instance.stackId }),
  Status: instance.status,
  ...(instance.reason !== undefined && { StatusReason: instance.reason }),
  StackInstanceStatus: { DetailedStatus: instance.detailedStatus },
  ...(instance.organizationalUnitId !== undefined && { OrganizationalUnitId: instance.organizationalUnitId }),
  DriftStatus: instance.drift?.status ?? 'NOT_CHECKED',
  ...(instance.drift && { LastDriftCheckTimestamp: new Date(instance.drift.at) }),
  ...(instance.lastOperationId !== undefined && { LastOperationId: instance.lastOperationId }),
});

export function instanceShape(set: StackSet, instance: StackInstance): cfn.StackInstance {
  const template = readTemplate(set.definition.template);
  return {
    ...instanceSummary(set, instance),
    ParameterOverrides: Object.entries(instance.overrides).map(([key, value]) => ({
      ParameterKey: key,
      ParameterValue: template.parameters.get(key)?.noEcho === true ? '****' : value,
    })),
  };
}

const failures = ({ results }: SetOperation): number => {
  let failed = 0;
  for (const { status } of results.values()) if (status === 'FAILED') failed++;
  return failed;
};

export const operationSummary = (operation: SetOperation): cfn.StackSetOperationSummary => ({
  OperationId: operation.id,
  Action: operation.action,
  Status: operation.status,
  CreationTimestamp: new Date(operation.createdAt),
  ...(operation.endedAt !== undefined && { EndTimestamp: new Date(operation.endedAt) }),
  ...(operation.reason !== undefined && { StatusReason: operation.reason }),
  StatusDetails: { FailedStackInstancesCount: failures(operation) },
  OperationPreferences: preferencesShape(operation),
});

export const operationShape = (
  set: StackSet,
  operation: SetOperation,
  roles: ShownRoles,
): cfn.StackSetOperation => ({
  ...operationSummary(operation),
  StackSetId: set.id,
  ...(operation.task.kind === 'delete' && { RetainStacks: operation.task.retain }),
  AdministrationRoleARN: operation.roles?.administrationRoleArn ?? roles.AdministrationRoleARN,
  ExecutionRoleName: operation.roles?.executionRoleName ?? roles.ExecutionRoleName,
  ...(operation.scope.targets && { DeploymentTargets: operation.scope.targets }),
  ...(operation.task.kind === 'drift' && {
    StackSetDriftDetectionDetails: driftShape(
      operation.endedAt === undefined ? countsOf(set, operation) : operation.drift,
    ),
  }),
});

const preferencesShape = ({ preferences }: SetOperation): cfn.StackSetOperationPreferences => ({
  RegionOrder: [],
  ...preferences,
});

/** There is no account gate function here: AWS proceeds without one, and says so. */
export const resultSummary = (result: Result): cfn.StackSetOperationResultSummary => ({
  Account: result.accountId,
  Region: result.region,
  Status: result.status,
  ...(result.reason !== undefined && { StatusReason: result.reason }),
  ...((result.status === 'SUCCEEDED' || result.status === 'FAILED') && {
    AccountGateResult: {
      Status: 'SKIPPED',
      StatusReason: `Function not found: arn:aws:lambda:${result.region}:${result.accountId}:function:AWSCloudFormationStackSetAccountGate`,
    },
  }),
  ...(result.organizationalUnitId !== undefined && { OrganizationalUnitId: result.organizationalUnitId }),
});
