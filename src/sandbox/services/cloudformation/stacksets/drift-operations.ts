import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import type { Stacks } from '../engine.ts';
import type { StackResource } from '../model.ts';
import type { Ask } from './ask.ts';
import { begin, repeated } from './begin.ts';
import { noSuchOperation } from './errors.ts';
import { listing } from './listing.ts';
import type { Room } from './room.ts';

export const driftOperations = (room: Room, ask: Ask, stacks: Stacks): readonly Operation[] => [
  operation<cfn.DetectStackSetDriftInput, cfn.DetectStackSetDriftOutput>({
    name: 'DetectStackSetDrift',
    readOnly: false,
    authorize: (input, call) => ask.operation('DetectStackSetDrift', call, input, {}),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const again = repeated(set, input, call);
      if (again !== undefined) return { OperationId: again.id };
      const what = { action: 'DETECT_DRIFT' as const, task: { kind: 'drift' as const }, scope: {} };
      return { OperationId: begin(room, set, call, input, what) };
    },
  }),
  operation<cfn.ListStackInstanceResourceDriftsInput, cfn.ListStackInstanceResourceDriftsOutput>({
    name: 'ListStackInstanceResourceDrifts',
    readOnly: true,
    authorize: (input, call) => ask.set('ListStackInstanceResourceDrifts', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const { accountId, region, stackId, drift } = room.instance(
        set,
        input.StackInstanceAccount,
        input.StackInstanceRegion,
      );
      room.operation(set, input.OperationId);
      // A stack keeps what the last detection found, and no more.
      if (drift?.operationId !== input.OperationId) throw noSuchOperation(input.OperationId, set.arn);
      const stack = stackId === undefined ? undefined : stacks.find(accountId, region, stackId);
      const wanted = input.StackInstanceResourceDriftStatuses;
      const all = [...(stack?.resources.values() ?? [])]
        .flatMap((resource) => resourceDrift(stackId ?? '', resource) ?? [])
        .filter(
          ({ StackResourceDriftStatus: status }) => !wanted?.length || wanted.includes(status ?? 'IN_SYNC'),
        );
      const { items, rest } = listing(all, input);
      return { Summaries: [...items], ...rest };
    },
  }),
];

function resourceDrift(
  StackId: string,
  { logicalId, physicalId, type, drift }: StackResource,
): cfn.StackInstanceResourceDriftsSummary | undefined {
  if (drift === undefined) return undefined;
  return {
    StackId,
    LogicalResourceId: logicalId,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ResourceType: type,
    PropertyDifferences: drift.differences.map((difference) => ({ ...difference })),
    StackResourceDriftStatus: drift.status,
    Timestamp: new Date(drift.at),
  };
}
