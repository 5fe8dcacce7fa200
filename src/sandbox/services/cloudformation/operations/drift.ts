import type * as cfn from '@aws-sdk/client-cloudformation';
import { uuid } from '../../../state/ids.ts';
import { AwsError, type Call, type Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import type { World } from '../../world.ts';
import type { Stacks } from '../engine.ts';
import type { Stack, StackResource } from '../model.ts';
import { stateOf } from '../state.ts';
import { invalid } from '../template/fail.ts';
import type { Ask } from './ask.ts';
import { actorOf, needStack, paged } from './input.ts';

/** A detection runs at once; its result is asked for by its id, as on AWS. */
export function driftOperations(world: World, ask: Ask, stacks: Stacks): readonly Operation[] {
  const state = stateOf(world);
  const checkable = (stack: Stack) => {
    if (
      stack.recipe === undefined ||
      !/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|ROLLBACK)_/.test(stack.status) ||
      stack.pending !== undefined
    ) {
      throw invalid(`Drift detection cannot be performed on stack ${stack.id} in status ${stack.status}`);
    }
  };
  const detect = (stack: Stack, ids: readonly string[] | undefined, call: Call): string | undefined => {
    try {
      stacks.detectDrift(stack, actorOf(call), call.now, ids);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error.message;
      throw error;
    }
  };
  return [
    operation<cfn.DetectStackDriftInput, cfn.DetectStackDriftOutput>({
      name: 'DetectStackDrift',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('DetectStackDrift', StackName, call),
      handle: ({ StackName, LogicalResourceIds: ids }, call) => {
        const stack = needStack(ask, StackName, call);
        checkable(stack);
        const reason = detect(stack, ids, call);
        const id = uuid(world.store.random);
        state.driftDetections.set(id, {
          stackId: stack.id,
          at: call.now,
          ...(reason !== undefined && { reason }),
        });
        return { StackDriftDetectionId: id };
      },
    }),
    operation<cfn.DescribeStackDriftDetectionStatusInput, cfn.DescribeStackDriftDetectionStatusOutput>({
      name: 'DescribeStackDriftDetectionStatus',
      readOnly: true,
      authorize: () => ask.any('DescribeStackDriftDetectionStatus'),
      handle: ({ StackDriftDetectionId: id }, call) => {
        const detection = state.driftDetections.get(id);
        const stack = detection && state.stacks.get(detection.stackId);
        if (detection === undefined || stack?.accountId !== call.caller.accountId) {
          throw invalid(`DriftDetectionStatus [${id}] does not exist`);
        }
        const { reason } = detection;
        return {
          StackId: stack.id,
          StackDriftDetectionId: id,
          DetectionStatus: reason === undefined ? 'DETECTION_COMPLETE' : 'DETECTION_FAILED',
          ...(reason !== undefined && { DetectionStatusReason: reason }),
          StackDriftStatus: stack.drift?.status ?? 'NOT_CHECKED',
          DriftedStackResourceCount: drifted(stack).length,
          Timestamp: new Date(detection.at),
        };
      },
    }),
    operation<cfn.DetectStackResourceDriftInput, cfn.DetectStackResourceDriftOutput>({
      name: 'DetectStackResourceDrift',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('DetectStackResourceDrift', StackName, call),
      handle: ({ StackName, LogicalResourceId: id }, call) => {
        const stack = needStack(ask, StackName, call);
        checkable(stack);
        if (!stack.resources.has(id)) throw invalid(`Resource ${id} does not exist for stack ${stack.name}`);
        const { resources } = stacks.detectDrift(stack, actorOf(call), call.now, [id]);
        const [resource] = resources;
        if (resource === undefined) {
          throw invalid(`Drift detection is not supported on resource type ${stack.resources.get(id)?.type}`);
        }
        return { StackResourceDrift: driftShape(stack, resource) };
      },
    }),
    operation<cfn.DescribeStackResourceDriftsInput, cfn.DescribeStackResourceDriftsOutput>({
      name: 'DescribeStackResourceDrifts',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('DescribeStackResourceDrifts', StackName, call),
      handle: (
        { StackName, StackResourceDriftStatusFilters: filters, NextToken, MaxResults = 100 },
        call,
      ) => {
        const stack = needStack(ask, StackName, call);
        const checked = [...stack.resources.values()].filter(
          ({ drift }) =>
            drift !== undefined &&
            (filters === undefined || filters.length === 0 || filters.includes(drift.status)),
        );
        const { items, ...rest } = paged(checked, NextToken, MaxResults);
        return { StackResourceDrifts: items.map((resource) => driftShape(stack, resource)), ...rest };
      },
    }),
  ];
}

const drifted = (stack: Stack): StackResource[] =>
  [...stack.resources.values()].filter(({ drift }) => drift !== undefined && drift.status !== 'IN_SYNC');

function driftShape(stack: Stack, resource: StackResource): cfn.StackResourceDrift {
  const { drift, physicalId } = resource;
  return {
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ResourceType: resource.type,
    StackResourceDriftStatus: drift?.status ?? 'NOT_CHECKED',
    ...(drift !== undefined && {
      ExpectedProperties: drift.expected,
      ...(drift.actual !== undefined && { ActualProperties: drift.actual }),
      PropertyDifferences: drift.differences.map((one) => ({ ...one })),
    }),
    Timestamp: new Date(drift?.at ?? 0),
  };
}
