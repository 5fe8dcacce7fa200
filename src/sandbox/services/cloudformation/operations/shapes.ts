import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Recipe, Stack, StackEvent, StackResource } from '../model.ts';
import { readTemplate } from '../template/read.ts';

/** Parameters as answers show them: NoEcho values are masked. */
export function parameterShapes({ template, parameters }: Recipe): cfn.Parameter[] {
  const known = readTemplate(template).parameters;
  return Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: known.get(ParameterKey)?.noEcho === true ? '****' : value,
  }));
}

const stackDrift = ({ drift }: Stack): cfn.StackDriftInformation => ({
  StackDriftStatus: drift?.status ?? 'NOT_CHECKED',
  ...(drift !== undefined && { LastCheckTimestamp: new Date(drift.at) }),
});

export function stackShape(stack: Stack): cfn.Stack {
  const { recipe, outputs } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(stack.description !== undefined && { Description: stack.description }),
    Parameters: recipe === undefined ? [] : parameterShapes(recipe),
    CreationTime: new Date(stack.createdAt),
    ...(stack.deletedAt !== undefined && { DeletionTime: new Date(stack.deletedAt) }),
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...(recipe?.notificationArns ?? [])],
    ...(stack.timeoutMinutes !== undefined && { TimeoutInMinutes: stack.timeoutMinutes }),
    ...(recipe !== undefined &&
      recipe.capabilities.length > 0 && { Capabilities: [...recipe.capabilities] as cfn.Capability[] }),
    ...(outputs.length > 0 && {
      Outputs: outputs.map(({ key, value, description, exportName }) => ({
        OutputKey: key,
        OutputValue: value,
        ...(description !== undefined && { Description: description }),
        ...(exportName !== undefined && { ExportName: exportName }),
      })),
    }),
    ...(stack.roleArn !== undefined && { RoleARN: stack.roleArn }),
    Tags: [...(recipe?.tags ?? [])],
    EnableTerminationProtection: stack.terminationProtection,
    ...(stack.parentId !== undefined && { ParentId: stack.parentId, RootId: stack.rootId }),
    DriftInformation: stackDrift(stack),
  };
}

export function stackSummary(stack: Stack): cfn.StackSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(stack.description !== undefined && { TemplateDescription: stack.description }),
    CreationTime: new Date(stack.createdAt),
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
    ...(stack.deletedAt !== undefined && { DeletionTime: new Date(stack.deletedAt) }),
    StackStatus: stack.status,
    ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
    ...(stack.parentId !== undefined && { ParentId: stack.parentId, RootId: stack.rootId }),
    DriftInformation: stackDrift(stack),
  };
}

export const eventShape = (stack: Stack, event: StackEvent): cfn.StackEvent => ({
  StackId: stack.id,
  EventId: event.id,
  StackName: stack.name,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId ?? '',
  ResourceType: event.type,
  Timestamp: new Date(event.at),
  ResourceStatus: event.status as cfn.ResourceStatus,
  ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
  ...(event.properties !== undefined && { ResourceProperties: event.properties }),
  ...(event.token !== undefined && { ClientRequestToken: event.token }),
});

export function resourceShape(stack: Stack, resource: StackResource) {
  const { drift, physicalId, reason } = resource;
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ...(reason !== undefined && { ResourceStatusReason: reason }),
    DriftInformation: {
      StackResourceDriftStatus: drift?.status ?? ('NOT_CHECKED' as const),
      ...(drift !== undefined && { LastCheckTimestamp: new Date(drift.at) }),
    },
  };
}
