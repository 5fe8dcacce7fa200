import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import type { Ask } from './ask.ts';
import { invalidOperation } from './errors.ts';
import { listing } from './listing.ts';
import type { Room } from './room.ts';
import { operationShape, operationSummary, resultSummary } from './shapes.ts';

export const historyOperations = (room: Room, ask: Ask): readonly Operation[] => [
  operation<cfn.DescribeStackSetOperationInput, cfn.DescribeStackSetOperationOutput>({
    name: 'DescribeStackSetOperation',
    readOnly: true,
    authorize: (input, call) => ask.set('DescribeStackSetOperation', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const found = room.operation(set, input.OperationId);
      return { StackSetOperation: operationShape(set, found, room.roles(set)) };
    },
  }),
  operation<cfn.ListStackSetOperationsInput, cfn.ListStackSetOperationsOutput>({
    name: 'ListStackSetOperations',
    readOnly: true,
    authorize: (input, call) => ask.set('ListStackSetOperations', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const { items, rest } = listing([...set.operations.values()].reverse(), input);
      return { Summaries: items.map(operationSummary), ...rest };
    },
  }),
  operation<cfn.ListStackSetOperationResultsInput, cfn.ListStackSetOperationResultsOutput>({
    name: 'ListStackSetOperationResults',
    readOnly: true,
    authorize: (input, call) => ask.set('ListStackSetOperationResults', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const { results } = room.operation(set, input.OperationId);
      const wanted = (input.Filters ?? []).map(({ Values }) => Values);
      const all = [...results.values()].filter(({ status }) => wanted.every((value) => value === status));
      const { items, rest } = listing(all, input);
      return { Summaries: items.map(resultSummary), ...rest };
    },
  }),
  operation<cfn.StopStackSetOperationInput, cfn.StopStackSetOperationOutput>({
    name: 'StopStackSetOperation',
    readOnly: false,
    authorize: (input, call) => ask.set('StopStackSetOperation', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const found = room.operation(set, input.OperationId);
      if (found.status !== 'RUNNING' && found.status !== 'QUEUED') {
        // unverified: AWS's words.
        throw invalidOperation(`Operation ${found.id} is in ${found.status} state and cannot be stopped`);
      }
      room.runner.stop(set, found, call.now);
      return {};
    },
  }),
];
