import type * as eb from '@aws-sdk/client-eventbridge';
import { parseArn } from '../../../base/index.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { findRule } from './buses.ts';
import type { Events } from './context.ts';
import { invalid, limit } from './errors.ts';
import { transformerProblem } from './input.ts';
import { parsePath } from './json-path.ts';
import { page } from './page.ts';
import { passableRole } from './role.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const TARGETS_PER_RULE = 5;

export const targetOperations = (events: Events): readonly Operation[] => [
  operation<eb.PutTargetsRequest, eb.PutTargetsResponse>({
    name: 'PutTargets',
    readOnly: false,
    authorize: ({ Rule, EventBusName, Targets }, call) => [
      ...events.onRule('PutTargets', Rule, EventBusName, call, {
        'events:TargetArn': Targets.map(({ Arn = '' }) => Arn),
      }),
      ...events.passRole(Targets.map(({ RoleArn }) => RoleArn)),
    ],
    handle: ({ Rule, EventBusName, Targets }, call) => {
      const rule = findRule(events.bus(EventBusName, call), Rule);
      for (const target of Targets) {
        checkTarget(target);
        passableRole(target.RoleArn, call);
      }
      const after = new Map(rule.targets);
      for (const target of Targets) after.set(target.Id ?? '', structuredClone(target));
      if (after.size > TARGETS_PER_RULE)
        throw limit('The requested resource exceeds the maximum number allowed.');
      for (const [id, target] of after) rule.targets.set(id, target);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  }),
  operation<eb.RemoveTargetsRequest, eb.RemoveTargetsResponse>({
    name: 'RemoveTargets',
    readOnly: false,
    authorize: ({ Rule, EventBusName }, call) => events.onRule('RemoveTargets', Rule, EventBusName, call),
    handle: ({ Rule, EventBusName, Ids }, call) => {
      const rule = findRule(events.bus(EventBusName, call), Rule);
      // unverified: that ids which aren't there are no failures.
      for (const id of Ids) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  }),
  operation<eb.ListTargetsByRuleRequest, eb.ListTargetsByRuleResponse>({
    name: 'ListTargetsByRule',
    readOnly: true,
    authorize: ({ Rule, EventBusName }, call) => events.onRule('ListTargetsByRule', Rule, EventBusName, call),
    handle: ({ Rule, EventBusName, Limit, NextToken }, call) => {
      const rule = findRule(events.bus(EventBusName, call), Rule);
      const { items, next } = page([...rule.targets.values()], Limit, NextToken);
      return { Targets: [...items], ...(next !== undefined && { NextToken: next }) };
    },
  }),
];

function checkTarget(target: eb.Target): void {
  const { Id: id, Arn = '', Input, InputPath, InputTransformer } = target;
  const arn = parseArn(Arn);
  if (arn === undefined) {
    throw invalid(
      `Parameter ${Arn.slice(0, 256)} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  if ([Input, InputPath, InputTransformer].filter((each) => each !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  }
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${id}`);
  if (InputPath !== undefined && parsePath(InputPath) === undefined) {
    throw invalid(`Invalid InputPath for target ${id}.`);
  }
  const problem = InputTransformer && transformerProblem(InputTransformer);
  if (problem !== undefined) throw invalid(`Invalid InputTransformer for target ${id} : [${problem}].`);
  // "Kinesis, Step Functions and others need a role"; buses of other accounts may do with their policy.
  if (
    ['kinesis', 'states', 'firehose', 'ecs', 'batch'].includes(arn.service) &&
    target.RoleArn === undefined
  ) {
    throw invalid(`RoleArn is required for target ${Arn}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
