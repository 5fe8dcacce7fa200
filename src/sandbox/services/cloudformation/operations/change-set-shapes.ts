import type * as cfn from '@aws-sdk/client-cloudformation';
import type { ChangeSet, ChangeSetChange, Stack } from '../model.ts';
import { parameterShapes } from './shapes.ts';

export function changeSetSummary(stack: Stack, changeSet: ChangeSet): cfn.ChangeSetSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    ...(changeSet.reason !== undefined && { StatusReason: changeSet.reason }),
    CreationTime: new Date(changeSet.createdAt),
    ...(changeSet.description !== undefined && { Description: changeSet.description }),
    IncludeNestedStacks: false,
    ImportExistingResources: false,
  };
}

export function changeSetShape(stack: Stack, changeSet: ChangeSet): cfn.DescribeChangeSetOutput {
  const { recipe } = changeSet;
  return {
    ...changeSetSummary(stack, changeSet),
    Parameters: parameterShapes(recipe),
    NotificationARNs: [...recipe.notificationArns],
    RollbackConfiguration: {},
    Capabilities: [...recipe.capabilities] as cfn.Capability[],
    Tags: [...recipe.tags],
    ...(changeSet.onFailure !== undefined && { OnStackFailure: changeSet.onFailure }),
  };
}

export const changeShape = (change: ChangeSetChange): cfn.Change => ({
  Type: 'Resource',
  ResourceChange: {
    Action: change.action,
    LogicalResourceId: change.logicalId,
    ...(change.physicalId !== undefined && { PhysicalResourceId: change.physicalId }),
    ResourceType: change.type,
    ...(change.replacement !== undefined && { Replacement: change.replacement }),
    ...(change.policyAction !== undefined && { PolicyAction: change.policyAction }),
    Scope: [...change.scope],
    Details: change.details.map((detail) => ({
      Target: {
        Attribute: detail.attribute,
        ...(detail.name !== undefined && { Name: detail.name }),
        RequiresRecreation: detail.requiresRecreation,
      },
      Evaluation: detail.evaluation,
      ChangeSource: detail.source,
      ...(detail.causing !== undefined && { CausingEntity: detail.causing }),
    })),
  },
});
