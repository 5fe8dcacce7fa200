import { beforeEach, describe, expect, test } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const A = '489157521585';
const B = '657654036224';
const TOPIC = `arn:aws:sns:us-east-1:${A}:alerts`;
const PATTERN = '{"source":["my.app"]}';

let rig: Rig;
let root: Keys;
const events = <T = Record<string, unknown>>(operation: string, input: object = {}, keys = root) =>
  rig.call<T>(keys, 'events', operation, input);
const refused = (operation: string, input: object = {}, keys = root) =>
  rig.refusal(keys, 'events', operation, input);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(A);
});

describe('rules', () => {
  test('are replaced as a whole, tags aside', () => {
    const Tags = [{ Key: 'team', Value: 'x' }];
    const { RuleArn } = events('PutRule', { Name: 'r', EventPattern: PATTERN, Description: 'd', Tags });
    expect(RuleArn).toBe(`arn:aws:events:us-east-1:${A}:rule/r`);
    events('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });
    expect(events('DescribeRule', { Name: 'r' })).toEqual({
      Name: 'r',
      Arn: RuleArn,
      ScheduleExpression: 'rate(1 hour)',
      State: 'DISABLED',
      EventBusName: 'default',
      CreatedBy: A,
    });
    expect(events('ListTagsForResource', { ResourceARN: RuleArn })).toEqual({ Tags });
  });

  test.each([
    [{}, 'ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.'],
    [
      { EventPattern: '{"a":"b"}' },
      'InvalidEventPatternException: Event pattern is not valid. Reason: "a" must',
    ],
    [{ EventPattern: '{' }, 'InvalidEventPatternException'],
    [
      { ScheduleExpression: 'rate(1 minutes)' },
      'ValidationException: Parameter ScheduleExpression is not valid.',
    ],
    [
      { EventPattern: PATTERN, EventBusName: 'none' },
      'ResourceNotFoundException: Event bus none does not exist.',
    ],
  ])('%j is refused', (input, why) => {
    expect(refused('PutRule', { Name: 'r', ...input })).toContain(why);
  });

  test('on a custom bus have no schedule', () => {
    events('CreateEventBus', { Name: 'b' });
    const input = { Name: 'r', EventBusName: 'b', ScheduleExpression: 'rate(1 hour)' };
    expect(refused('PutRule', input)).toContain('only on the default event bus');
  });

  test('go only after their targets, buses only after their rules', () => {
    events('CreateEventBus', { Name: 'b' });
    const rule = { EventBusName: 'b', Name: 'r' };
    events('PutRule', { ...rule, EventPattern: PATTERN });
    events('PutTargets', { EventBusName: 'b', Rule: 'r', Targets: [{ Id: '1', Arn: TOPIC }] });
    expect(refused('DeleteRule', rule)).toBe(
      "ValidationException: Rule can't be deleted since it has targets.",
    );
    expect(refused('DeleteEventBus', { Name: 'b' })).toContain('since it has rules');
    expect(events('ListRuleNamesByTarget', { TargetArn: TOPIC, EventBusName: 'b' })).toEqual({
      RuleNames: ['r'],
    });
    events('RemoveTargets', { EventBusName: 'b', Rule: 'r', Ids: ['1'] });
    events('DeleteRule', rule);
    events('DeleteRule', rule);
    events('DeleteEventBus', { Name: 'b' });
    expect(refused('DescribeEventBus', { Name: 'b' })).toContain('ResourceNotFoundException');
    expect(refused('DeleteEventBus', { Name: 'default' })).toContain('Cannot delete event bus default.');
  });
});

describe('targets', () => {
  const put = (target: object) => ({ Rule: 'r', Targets: [{ Id: '1', Arn: TOPIC, ...target }] });
  beforeEach(() => {
    events('PutRule', { Name: 'r', EventPattern: PATTERN });
  });

  test.each([
    [{ Arn: 'nonsense' }, 'Provided Arn is not in correct format'],
    [{ Input: '{' }, 'JSON syntax error in input for target 1'],
    [{ Input: '{}', InputPath: '$' }, 'Only one of'],
    [{ InputPath: 'detail' }, 'Invalid InputPath'],
    [{ InputTransformer: { InputTemplate: 'plain <text>' } }, 'Invalid InputTransformer'],
    [{ InputTransformer: { InputPathsMap: { a: '$.b' }, InputTemplate: 'plain <a>' } }, 'must be valid JSON'],
    [
      { InputTransformer: { InputPathsMap: { a: '$.b' }, InputTemplate: '{"x":{"by <a>":1}}' } },
      'A placeholder can’t be used as an object key',
    ],
    [
      { InputTransformer: { InputPathsMap: { a: '$.b' }, InputTemplate: '{<a>:1}' } },
      'A placeholder can’t be used as an object key',
    ],
    [{ Arn: `arn:aws:kinesis:us-east-1:${A}:stream/s` }, 'RoleArn is required'],
    [{ RoleArn: `arn:aws:iam::${B}:role/r` }, 'Cross-account pass role is not allowed.'],
  ])('%j is refused', (target, why) => {
    expect(refused('PutTargets', put(target))).toContain(why);
  });

  test('are five at most, and a role needs iam:PassRole', () => {
    const Targets = [1, 2, 3, 4, 5, 6].map((id) => ({ Id: String(id), Arn: TOPIC }));
    expect(refused('PutTargets', { Rule: 'r', Targets })).toContain('LimitExceededException');
    expect(events('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [] });
    const user = rig.user(root, 'u', allow('events:*'));
    const RoleArn = `arn:aws:iam::${A}:role/r`;
    expect(refused('PutTargets', put({ RoleArn }), user)).toContain('iam:PassRole');
    events('PutTargets', put({}), user);
  });
});

describe('PutEvents', () => {
  const entry = { Source: 'my.app', DetailType: 't', Detail: '{}' };

  test('tells of each entry; nobody speaks for AWS', () => {
    const Entries = [entry, { ...entry, Source: 'aws.sts' }, { ...entry, Detail: '[1]' }, { Source: 's' }];
    const answer = events<{ Entries: { ErrorCode?: string }[] }>('PutEvents', { Entries });
    expect(answer).toMatchObject({ FailedEntryCount: 3 });
    expect(answer.Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'InvalidArgument',
    ]);
    const Detail = JSON.stringify({ a: 'x'.repeat(262_144) });
    expect(refused('PutEvents', { Entries: [{ ...entry, Detail }] })).toContain('over the limit');
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(events('PutEvents', { Entries: [{ ...entry, Detail: deep }] })).toMatchObject({
      FailedEntryCount: 1,
    });
  });

  test('to another account’s bus needs its policy, and conditions on the source are heeded', () => {
    const eve = rig.user(rig.account(B), 'eve', allow('events:*'));
    const EventBusName = `arn:aws:events:us-east-1:${A}:event-bus/default`;
    const put = { Entries: [{ ...entry, EventBusName }] };
    expect(refused('PutEvents', put, eve)).toMatch(/^AccessDenied: .*no resource-based policy allows/);
    events('PutPermission', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: B },
            Action: 'events:PutEvents',
            Resource: EventBusName,
            Condition: { StringEquals: { 'events:source': 'my.app' } },
          },
        ],
      }),
    });
    expect(events('PutEvents', put, eve)).toMatchObject({ FailedEntryCount: 0 });
    expect(refused('PutEvents', { Entries: [{ ...entry, EventBusName, Source: 'other' }] }, eve)).toContain(
      'AccessDenied',
    );
    // The permission to send isn't one to look.
    expect(refused('ListRules', { EventBusName }, eve)).toContain('AccessDenied');
    events('RemovePermission', { RemoveAllPermissions: true });
    expect(refused('PutEvents', put, eve)).toContain('AccessDenied');
  });
});

test('TestEventPattern tells whether an event matches', () => {
  const Event = JSON.stringify({
    id: '1',
    account: A,
    source: 'my.app',
    time: '',
    region: '',
    resources: [],
    'detail-type': 't',
  });
  expect(events('TestEventPattern', { EventPattern: PATTERN, Event })).toEqual({ Result: true });
  expect(events('TestEventPattern', { EventPattern: '{"source":["x"]}', Event })).toEqual({ Result: false });
  expect(refused('TestEventPattern', { EventPattern: '{}', Event })).toContain(
    'InvalidEventPatternException',
  );
});
