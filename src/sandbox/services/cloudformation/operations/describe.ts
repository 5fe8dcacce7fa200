import type * as cfn from '@aws-sdk/client-cloudformation';
import { AwsError, type Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import type { World } from '../../world.ts';
import { exportsIn, importersOf } from '../deploy/environment.ts';
import type { Stack } from '../model.ts';
import { stacksIn, stateOf } from '../state.ts';
import { invalid } from '../template/fail.ts';
import type { Ask } from './ask.ts';
import { paged } from './input.ts';
import { eventShape, resourceShape, stackShape, stackSummary } from './shapes.ts';

const PAGE = 100;

/** What there is: stacks, events, resources, templates, exports. */
export function describeOperations(world: World, ask: Ask): readonly Operation[] {
  const state = stateOf(world);
  return [
    operation<cfn.DescribeStacksInput, cfn.DescribeStacksOutput>({
      name: 'DescribeStacks',
      readOnly: true,
      authorize: ({ StackName }, call) =>
        StackName === undefined ? ask.any('DescribeStacks') : ask.stack('DescribeStacks', StackName, call),
      handle: ({ StackName, NextToken: token }, call) => {
        if (StackName !== undefined) {
          const stack = ask.find(StackName, call);
          if (stack === undefined) throw invalid(`Stack with id ${StackName} does not exist`);
          return { Stacks: [stackShape(stack)] };
        }
        const all = stacksIn(state, call.caller.accountId, call.region, call.now).filter(isThere);
        const { items, ...rest } = paged(all, token, PAGE);
        return { Stacks: items.map(stackShape), ...rest };
      },
    }),
    operation<cfn.ListStacksInput, cfn.ListStacksOutput>({
      name: 'ListStacks',
      readOnly: true,
      authorize: () => ask.any('ListStacks'),
      handle: ({ StackStatusFilter: filter, NextToken: token }, call) => {
        const all = stacksIn(state, call.caller.accountId, call.region, call.now).filter(
          ({ status }) => filter === undefined || filter.length === 0 || filter.includes(status),
        );
        const { items, ...rest } = paged(all, token, PAGE);
        return { StackSummaries: items.map(stackSummary), ...rest };
      },
    }),
    operation<cfn.DescribeStackEventsInput, cfn.DescribeStackEventsOutput>({
      name: 'DescribeStackEvents',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('DescribeStackEvents', StackName, call),
      handle: ({ StackName, NextToken: token }, call) => {
        const stack = needNamed(ask.find(StackName ?? '', call), StackName);
        const { items, ...rest } = paged([...stack.events].reverse(), token, PAGE);
        return { StackEvents: items.map((event) => eventShape(stack, event)), ...rest };
      },
    }),
    operation<cfn.DescribeStackResourceInput, cfn.DescribeStackResourceOutput>({
      name: 'DescribeStackResource',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('DescribeStackResource', StackName, call),
      handle: ({ StackName, LogicalResourceId: id }, call) => {
        const stack = needNamed(ask.find(StackName, call), StackName);
        const resource = stack.resources.get(id);
        if (resource === undefined) {
          throw invalid(`Resource ${id} does not exist for stack ${stack.name}`);
        }
        return {
          StackResourceDetail: {
            ...resourceShape(stack, resource),
            LastUpdatedTimestamp: new Date(resource.updatedAt),
            ...(resource.metadata !== undefined && { Metadata: resource.metadata }),
          },
        };
      },
    }),
    operation<cfn.DescribeStackResourcesInput, cfn.DescribeStackResourcesOutput>({
      name: 'DescribeStackResources',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('DescribeStackResources', StackName, call),
      handle: ({ StackName, LogicalResourceId: id, PhysicalResourceId: physical }, call) => {
        if ((StackName === undefined) === (physical === undefined)) {
          throw invalid('Exactly one of StackName and PhysicalResourceId must be specified');
        }
        const stack =
          StackName !== undefined
            ? needNamed(ask.find(StackName, call), StackName)
            : stacksIn(state, call.caller.accountId, call.region, call.now)
                .filter(isThere)
                .find((s) => [...s.resources.values()].some((r) => r.physicalId === physical));
        if (stack === undefined) throw invalid(`Stack for ${physical} does not exist`);
        return {
          StackResources: [...stack.resources.values()]
            .filter(({ logicalId }) => id === undefined || logicalId === id)
            .map((r) => ({ ...resourceShape(stack, r), Timestamp: new Date(r.updatedAt) })),
        };
      },
    }),
    operation<cfn.ListStackResourcesInput, cfn.ListStackResourcesOutput>({
      name: 'ListStackResources',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('ListStackResources', StackName, call),
      handle: ({ StackName, NextToken: token }, call) => {
        const stack = needNamed(ask.find(StackName, call), StackName);
        const { items, ...rest } = paged([...stack.resources.values()], token, PAGE);
        const summaries = items.map((resource) => {
          const { StackName: _, StackId: __, ...shape } = resourceShape(stack, resource);
          return { ...shape, LastUpdatedTimestamp: new Date(resource.updatedAt) };
        });
        return { StackResourceSummaries: summaries, ...rest };
      },
    }),
    operation<cfn.GetTemplateInput, cfn.GetTemplateOutput>({
      name: 'GetTemplate',
      readOnly: true,
      authorize: ({ StackName }, call) => ask.stack('GetTemplate', StackName, call),
      handle: ({ StackName, ChangeSetName }, call) => {
        const stack = needNamed(ask.find(StackName ?? '', call), StackName);
        const changeSet = stack.changeSets.find((c) => c.name === ChangeSetName || c.id === ChangeSetName);
        if (ChangeSetName !== undefined && changeSet === undefined) {
          throw new AwsError('ChangeSetNotFound', `ChangeSet [${ChangeSetName}] does not exist`, 404);
        }
        const recipe = changeSet?.recipe ?? stack.recipe;
        if (recipe === undefined) throw invalid(`Template for stack ${stack.name} does not exist`);
        return { TemplateBody: recipe.template, StagesAvailable: ['Original', 'Processed'] };
      },
    }),
    operation<cfn.ListExportsInput, cfn.ListExportsOutput>({
      name: 'ListExports',
      readOnly: true,
      authorize: () => ask.any('ListExports'),
      handle: ({ NextToken: token }, call) => {
        const all = exportsIn(state, call.caller.accountId, call.region, call.now);
        const { items, ...rest } = paged(all, token, PAGE);
        return {
          Exports: items.map(({ name, value, stack }) => ({
            ExportingStackId: stack.id,
            Name: name,
            Value: value,
          })),
          ...rest,
        };
      },
    }),
    operation<cfn.ListImportsInput, cfn.ListImportsOutput>({
      name: 'ListImports',
      readOnly: true,
      authorize: () => ask.any('ListImports'),
      handle: ({ ExportName, NextToken: token }, call) => {
        const exported = exportsIn(state, call.caller.accountId, call.region, call.now).find(
          ({ name }) => name === ExportName,
        );
        const users =
          exported === undefined ? [] : importersOf(state, exported.stack, exported.name, call.now);
        if (users.length === 0) throw invalid(`Export '${ExportName}' is not imported by any stack.`);
        const { items, ...rest } = paged(users, token, PAGE);
        return { Imports: [...items], ...rest };
      },
    }),
    operation<cfn.DescribeAccountLimitsInput, cfn.DescribeAccountLimitsOutput>({
      name: 'DescribeAccountLimits',
      readOnly: true,
      authorize: () => ask.any('DescribeAccountLimits'),
      handle: () => ({
        AccountLimits: [
          { Name: 'StackLimit', Value: 2000 },
          { Name: 'StackOutputsLimit', Value: 200 },
          { Name: 'ConcurrentResourcesLimit', Value: 2500 },
        ],
      }),
    }),
  ];

  function needNamed(stack: Stack | undefined, name: string | undefined): Stack {
    if (stack === undefined) throw invalid(`Stack [${name ?? ''}] does not exist`);
    return stack;
  }
}

const isThere = (stack: Stack): boolean => stack.deletedAt === undefined;
