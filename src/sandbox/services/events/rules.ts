import type * as eb from '@aws-sdk/client-eventbridge';
import type { Call, Operation } from '../../types.ts';
import { requestTags } from '../iam/ask.ts';
import { operation } from '../operation.ts';
import { findRule, ruleArn } from './buses.ts';
import type { Events } from './context.ts';
import { badPattern, invalid, limit } from './errors.ts';
import { page } from './page.ts';
import { parsePattern } from './pattern/index.ts';
import { passableRole } from './role.ts';
import { parseSchedule } from './schedule/index.ts';
import { reschedule } from './scheduler.ts';
import type { Rule } from './state.ts';
import { setTagsOf } from './tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const RULES_PER_BUS = 300;
const LARGEST_PATTERN = 2_048;

export const ruleOperations = (events: Events): readonly Operation[] => [
  operation<eb.PutRuleRequest, eb.PutRuleResponse>({
    name: 'PutRule',
    readOnly: false,
    authorize: ({ Name, EventBusName, EventPattern, RoleArn, Tags }, call) => {
      const rule = events.onRule('PutRule', Name, EventBusName, call, {
        ...patternKeys(EventPattern),
        ...requestTags(Tags),
      });
      const tag = Tags?.length
        ? events.onRule('TagResource', Name, EventBusName, call, requestTags(Tags))
        : [];
      return [...rule, ...tag, ...events.passRole([RoleArn])];
    },
    handle: (input, call) => {
      const bus = events.bus(input.EventBusName, call);
      checkRule(input, bus.name, call);
      const known = bus.rules.get(input.Name);
      if (known === undefined && bus.rules.size >= RULES_PER_BUS) {
        throw limit('The requested resource exceeds the maximum number allowed.');
      }
      const rule: Rule = known ?? {
        name: input.Name,
        arn: ruleArn(bus, input.Name),
        busArn: bus.arn,
        state: 'ENABLED',
        createdBy: call.caller.accountId,
        tags: new Map(),
        targets: new Map(),
      };
      // "When you update an existing rule, the rule is replaced with what you specify … If you omit arguments, the old
      // values are not kept"; tags of an existing rule are left alone.
      const { EventPattern, ScheduleExpression, Description, RoleArn } = input;
      for (const member of ['pattern', 'schedule', 'description', 'roleArn'] as const) delete rule[member];
      if (EventPattern !== undefined && EventPattern !== '') rule.pattern = EventPattern;
      if (ScheduleExpression !== undefined && ScheduleExpression !== '') rule.schedule = ScheduleExpression;
      if (Description !== undefined && Description !== '') rule.description = Description;
      if (RoleArn !== undefined) rule.roleArn = RoleArn;
      rule.state = input.State ?? 'ENABLED';
      if (known === undefined) setTagsOf(rule.tags, input.Tags);
      bus.rules.set(rule.name, rule);
      events.state.rules.set(rule.arn, rule);
      reschedule(events.world, rule, call.now);
      return { RuleArn: rule.arn };
    },
  }),
  operation<eb.DescribeRuleRequest, eb.DescribeRuleResponse>({
    name: 'DescribeRule',
    readOnly: true,
    authorize: ({ Name, EventBusName }, call) => events.onRule('DescribeRule', Name, EventBusName, call),
    handle: ({ Name, EventBusName }, call) => {
      const bus = events.bus(EventBusName, call);
      const rule = findRule(bus, Name);
      return { ...shape(rule, bus.name), CreatedBy: rule.createdBy };
    },
  }),
  operation<eb.ListRulesRequest, eb.ListRulesResponse>({
    name: 'ListRules',
    readOnly: true,
    authorize: ({ EventBusName }, call) => events.onRule('ListRules', '*', EventBusName, call),
    handle: ({ NamePrefix = '', EventBusName, NextToken, Limit }, call) => {
      const bus = events.bus(EventBusName, call);
      const rules = [...bus.rules.values()].filter(({ name }) => name.startsWith(NamePrefix)).sort(byName);
      const { items, next } = page(rules, Limit, NextToken);
      return { Rules: items.map((rule) => shape(rule, bus.name)), ...(next && { NextToken: next }) };
    },
  }),
  operation<eb.ListRuleNamesByTargetRequest, eb.ListRuleNamesByTargetResponse>({
    name: 'ListRuleNamesByTarget',
    readOnly: true,
    authorize: ({ EventBusName }, call) => events.onRule('ListRuleNamesByTarget', '*', EventBusName, call),
    handle: ({ TargetArn, EventBusName, NextToken, Limit }, call) => {
      const rules = [...events.bus(EventBusName, call).rules.values()].filter(({ targets }) =>
        [...targets.values()].some(({ Arn }) => Arn === TargetArn),
      );
      const { items, next } = page(rules.sort(byName), Limit, NextToken);
      return { RuleNames: items.map(({ name }) => name), ...(next && { NextToken: next }) };
    },
  }),
  operation<eb.DeleteRuleRequest, object>({
    name: 'DeleteRule',
    readOnly: false,
    authorize: ({ Name, EventBusName }, call) => events.onRule('DeleteRule', Name, EventBusName, call),
    handle: ({ Name, EventBusName }, call) => {
      const bus = events.bus(EventBusName, call);
      // unverified, but what Terraform and CloudFormation lean on: deleting a rule that isn't there is no error.
      const rule = bus.rules.get(Name);
      if (rule === undefined) return {};
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      bus.rules.delete(Name);
      events.state.rules.delete(rule.arn);
      reschedule(events.world, { ...rule, state: 'DISABLED' }, call.now);
      return {};
    },
  }),
  ...(['EnableRule', 'DisableRule'] as const).map((name) =>
    operation<eb.EnableRuleRequest, object>({
      name,
      readOnly: false,
      authorize: ({ Name, EventBusName }, call) => events.onRule(name, Name, EventBusName, call),
      handle: ({ Name, EventBusName }, call) => {
        const rule = findRule(events.bus(EventBusName, call), Name);
        rule.state = name === 'EnableRule' ? 'ENABLED' : 'DISABLED';
        reschedule(events.world, rule, call.now);
        return {};
      },
    }),
  ),
];

const byName = (a: Rule, b: Rule): number => (a.name < b.name ? -1 : 1);

function checkRule(input: eb.PutRuleRequest, busName: string, call: Call): void {
  const { EventPattern: pattern = '', ScheduleExpression: schedule = '', RoleArn } = input;
  if (pattern === '' && schedule === '') {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (pattern !== '') {
    const read = parsePattern(pattern);
    if (!read.ok) throw badPattern(read.reason);
    if (pattern.length > LARGEST_PATTERN)
      throw limit(`Event pattern exceeds the maximum length of ${LARGEST_PATTERN} characters.`);
  }
  if (schedule !== '') {
    if (busName !== 'default')
      throw invalid('ScheduleExpression is supported only on the default event bus.');
    if (parseSchedule(schedule) === undefined) throw invalid('Parameter ScheduleExpression is not valid.');
  }
  passableRole(RoleArn, call);
}

/** events:source and events:detail-type of PutRule: what the pattern names there. */
function patternKeys(text: string | undefined): Record<string, readonly string[]> {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text ?? '');
  } catch {
    return {};
  }
  const named = (field: string) => {
    const value: unknown = (pattern as Record<string, unknown> | null)?.[field];
    return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
  };
  const [source, type] = [named('source'), named('detail-type')];
  return {
    ...(source.length > 0 && { 'events:source': source }),
    ...(type.length > 0 && { 'events:detail-type': type }),
  };
}

const shape = (rule: Rule, bus: string): eb.Rule => ({
  Name: rule.name,
  Arn: rule.arn,
  ...(rule.pattern !== undefined && { EventPattern: rule.pattern }),
  ...(rule.schedule !== undefined && { ScheduleExpression: rule.schedule }),
  State: rule.state as eb.RuleState,
  ...(rule.description !== undefined && { Description: rule.description }),
  ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
  EventBusName: bus,
});
