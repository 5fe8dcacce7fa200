import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import { readTemplate } from '../template/read.ts';
import type { Ask } from './ask.ts';
import { begin, repeated } from './begin.ts';
import { invalid, noSuchInstance } from './errors.ts';
import { listing } from './listing.ts';
import { type GivenParameters, keyOf, type Scope, type StackSet } from './model.ts';
import { givenParameters } from './parameters.ts';
import type { Room } from './room.ts';
import { givenScope, scopeOf } from './scope.ts';
import { instanceShape, instanceSummary } from './shapes.ts';
import { targetAccounts } from './targets.ts';
import { trailOf } from './trail.ts';

export const instanceOperations = (room: Room, ask: Ask): readonly Operation[] => [
  operation<cfn.CreateStackInstancesInput, cfn.CreateStackInstancesOutput>({
    name: 'CreateStackInstances',
    readOnly: false,
    authorize: (input, call) => ask.operation('CreateStackInstances', call, input, givenScope(input)),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const again = repeated(set, input, call);
      if (again !== undefined) return { OperationId: again.id };
      const scope = scopeOf(room, set, input, call, 'create');
      const overrides = overridesOf(set, input.ParameterOverrides);
      const task = { kind: 'create' as const, ...(overrides && { overrides }) };
      return { OperationId: begin(room, set, call, input, { action: 'CREATE', task, scope }) };
    },
    trail: trailOf,
  }),
  operation<cfn.UpdateStackInstancesInput, cfn.UpdateStackInstancesOutput>({
    name: 'UpdateStackInstances',
    readOnly: false,
    authorize: (input, call) => ask.operation('UpdateStackInstances', call, input, givenScope(input)),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const again = repeated(set, input, call);
      if (again !== undefined) return { OperationId: again.id };
      const scope = scopeOf(room, set, input, call, 'update');
      assertInstances(room, set, scope);
      const overrides = overridesOf(set, input.ParameterOverrides);
      const task = { kind: 'update' as const, ...(overrides && { overrides }) };
      return { OperationId: begin(room, set, call, input, { action: 'UPDATE', task, scope }) };
    },
    trail: trailOf,
  }),
  operation<cfn.DeleteStackInstancesInput, cfn.DeleteStackInstancesOutput>({
    name: 'DeleteStackInstances',
    readOnly: false,
    authorize: (input, call) => ask.operation('DeleteStackInstances', call, input, givenScope(input)),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const again = repeated(set, input, call);
      if (again !== undefined) return { OperationId: again.id };
      const scope = scopeOf(room, set, input, call, 'delete');
      const task = { kind: 'delete' as const, retain: input.RetainStacks };
      return { OperationId: begin(room, set, call, input, { action: 'DELETE', task, scope }) };
    },
  }),
  operation<cfn.DescribeStackInstanceInput, cfn.DescribeStackInstanceOutput>({
    name: 'DescribeStackInstance',
    readOnly: true,
    authorize: (input, call) => ask.set('DescribeStackInstance', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const instance = room.instance(set, input.StackInstanceAccount, input.StackInstanceRegion);
      return { StackInstance: instanceShape(set, instance) };
    },
  }),
  operation<cfn.ListStackInstancesInput, cfn.ListStackInstancesOutput>({
    name: 'ListStackInstances',
    readOnly: true,
    authorize: (input, call) => ask.set('ListStackInstances', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const { items, rest } = listing(instancesOf(set, input), input);
      return { Summaries: items.map((instance) => instanceSummary(set, instance)), ...rest };
    },
  }),
];

function instancesOf(set: StackSet, input: cfn.ListStackInstancesInput) {
  const filters = (input.Filters ?? []).map(({ Name, Values }) => ({ name: Name, value: Values }));
  return [...set.instances.values()].filter(
    (instance) =>
      (input.StackInstanceAccount === undefined || instance.accountId === input.StackInstanceAccount) &&
      (input.StackInstanceRegion === undefined || instance.region === input.StackInstanceRegion) &&
      filters.every(({ name, value }) => {
        if (name === 'DETAILED_STATUS') return instance.detailedStatus === value;
        if (name === 'LAST_OPERATION_ID') return instance.lastOperationId === value;
        return (instance.drift?.status ?? 'NOT_CHECKED') === value;
      }),
  );
}

/** "You can only override the parameter values that are specified in the StackSet." */
function overridesOf(set: StackSet, parameters: cfn.Parameter[] | undefined): GivenParameters | undefined {
  const given = givenParameters(parameters);
  const known = readTemplate(set.definition.template).parameters;
  const unknown = (given ?? []).filter(({ key }) => !known.has(key)).map(({ key }) => key);
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  return given;
}

/** Only instances that are there can be updated. */
function assertInstances(room: Room, set: StackSet, scope: Scope): void {
  const accounts =
    scope.targets === undefined
      ? (scope.accounts ?? [])
      : targetAccounts(room.structure, set, scope.targets, false).map(({ accountId }) => accountId);
  // Of an OU's accounts some may have none; of accounts that were named each must.
  const named = scope.targets === undefined;
  for (const region of scope.regions ?? []) {
    const missing = accounts.filter((accountId) => !set.instances.has(keyOf(accountId, region)));
    const [first] = missing;
    if (first !== undefined && (named || missing.length === accounts.length)) {
      throw noSuchInstance(first, region, set.id);
    }
  }
}
