import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { readGraph, writeGraph } from '../../state/graph.ts';
import { loggingTrail } from '../cloudtrail/testing.ts';
import { allow, type Keys, Rig } from '../testing.ts';

const A = '489157521585';
const B = '657654036224';
const TOPIC = `arn:aws:sns:us-east-1:${A}:alerts`;

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly token?: string;
}

let rig: Rig;
let root: Keys;
const inbox = (about = ''): Mail[] => rig.cloud.route('inbox', 'GET', {}, about) as Mail[];
const failures = () => rig.cloud.route('failed-invocations', 'GET', {}, '') as { reason: string }[];
const later = (ms = 2_000) => {
  rig.now += ms;
  rig.cloud.tick(rig.now);
};
const notifications = () => inbox().filter(({ token }) => token === undefined);
const sns = <T>(operation: string, input: object, keys = root) => rig.call<T>(keys, 'sns', operation, input);
const events = <T>(operation: string, input: object, keys = root) =>
  rig.call<T>(keys, 'events', operation, input);

/** Lets a service publish, for rules of this account, to the topic. */
const topicPolicy = (sourceArn = `arn:aws:events:us-east-1:${A}:rule/*`) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: TOPIC,
        Condition: { ArnLike: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });

beforeEach(() => {
  rig = new Rig();
  root = rig.account(A);
  loggingTrail(rig, root, A);
  sns('CreateTopic', { Name: 'alerts', Attributes: { Policy: topicPolicy() } });
  sns('Subscribe', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'security@example.com' });
  sns('ConfirmSubscription', { TopicArn: TOPIC, Token: inbox('alerts')[0]?.token });
});

const rule = (Name: string, EventPattern: object, State = 'ENABLED', Arn = TOPIC, more: object = {}) => {
  events('PutRule', { Name, EventPattern: JSON.stringify(EventPattern), State });
  events('PutTargets', { Rule: Name, Targets: [{ Id: 'alerts', Arn, ...more }] });
};

const stsCalls = { source: ['aws.sts'], detail: { eventName: ['AssumeRole'], errorCode: ['AccessDenied'] } };

const refusedAssumption = () => {
  const user = rig.user(root, 'mallory', allow('sts:*'));
  rig.refusal(user, 'sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::${A}:role/Nothing`,
    RoleSessionName: 'x1',
  });
};

describe('a refused AssumeRole', () => {
  test('reaches the mailbox through rule and topic', () => {
    rule('r', stsCalls, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    refusedAssumption();
    expect(notifications()).toHaveLength(0);
    later();
    const [mail] = notifications();
    expect(mail?.to).toBe('security@example.com');
    const event = JSON.parse(mail?.body.split('\n\n--\n')[0] ?? '') as Record<string, unknown>;
    expect(event).toMatchObject({
      source: 'aws.sts',
      'detail-type': 'AWS API Call via CloudTrail',
      account: A,
      region: 'us-east-1',
      detail: { eventName: 'AssumeRole', errorCode: 'AccessDenied', requestParameters: null },
    });
    expect(failures()).toEqual([]);
  });

  test.each([
    ['StopLogging', 'its trail no longer logs'],
    ['DeleteTrail', 'there is no trail'],
  ])('reaches nobody after %s: %s', (operation) => {
    rule('r', stsCalls, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    rig.call(root, 'cloudtrail', operation, { Name: 'main' });
    refusedAssumption();
    later();
    expect(notifications()).toHaveLength(0);
  });

  test('reaches nobody when the trail leaves read-only events out', () => {
    rule('r', stsCalls, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    const EventSelectors = [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }];
    rig.call(root, 'cloudtrail', 'PutEventSelectors', { TrailName: 'main', EventSelectors });
    refusedAssumption();
    later();
    expect(notifications()).toHaveLength(0);
  });

  test('is a read-only event: a rule that is merely enabled does not see it', () => {
    rule('r', stsCalls);
    refusedAssumption();
    later();
    expect(notifications()).toHaveLength(0);
  });

  test('reaches nobody when the topic does not let this rule publish', () => {
    sns('SetTopicAttributes', {
      TopicArn: TOPIC,
      AttributeName: 'Policy',
      AttributeValue: topicPolicy(`arn:aws:events:us-east-1:${A}:rule/another`),
    });
    rule('r', stsCalls, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    refusedAssumption();
    later();
    expect(notifications()).toHaveLength(0);
    expect(failures()[0]?.reason).toMatch(/^AuthorizationError: .*SNS:Publish/);
  });
});

test('what waits is saved and loaded with the cloud', () => {
  rule('r', stsCalls, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  sns('Subscribe', { TopicArn: TOPIC, Protocol: 'http', Endpoint: 'http://127.0.0.1:9/' });
  refusedAssumption();
  rig.cloud.load(readGraph([...writeGraph(rig.cloud.save())]) as object);
  later();
  expect(notifications()).toHaveLength(1);
  expect(rig.cloud.route('outbox', 'GET', {}, '')).toMatchObject([{ url: 'http://127.0.0.1:9/' }]);
});

test('a topic with the policy it starts with takes nothing from EventBridge', () => {
  sns('SetTopicAttributes', { TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue: '' });
  rule('r', { source: ['my.app'] });
  events('PutEvents', { Entries: [{ Source: 'my.app', DetailType: 't', Detail: '{}' }] });
  later();
  expect(notifications()).toHaveLength(0);
  expect(failures()).toHaveLength(1);
});

test('every event rule of the example works: a change that it watches arrives', () => {
  const path = new URL('../../../../examples/two-accounts/cloudtrail/alerts.json', import.meta.url);
  const { eventRules } = JSON.parse(readFileSync(path, 'utf8')) as {
    eventRules: { Name: string; EventPattern: string; State: string }[];
  };
  for (const each of eventRules) {
    events('PutRule', each);
    events('PutTargets', {
      Rule: each.Name,
      Targets: [{ Id: 'a', Arn: TOPIC, Input: JSON.stringify(each.Name) }],
    });
  }
  const seen = () => {
    later();
    const names = notifications().map(({ body }) => JSON.parse(body.split('\n')[0] ?? '') as string);
    rig.cloud.route('inbox', 'DELETE', {}, '');
    return names;
  };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: A }, Action: 'sts:AssumeRole' }],
  };
  rig.iam(root, 'CreateRole', {
    RoleName: 'SecurityAuditRole',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  expect(seen()).toEqual(['two-accounts-trust-policy-change']);
  rig.iam(root, 'PutRolePolicy', {
    RoleName: 'SecurityAuditRole',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify(allow('*')),
  });
  expect(seen()).toEqual(['two-accounts-role-permission-change']);
  const user = rig.user(root, 'op', allow('sts:*'));
  const assume = { RoleArn: `arn:aws:iam::${A}:role/SecurityAuditRole`, RoleSessionName: 'op' };
  rig.call(user, 'sts', 'AssumeRole', assume, { sourceIp: '203.0.113.9' });
  expect(seen()).toEqual([]);
  rig.call(user, 'sts', 'AssumeRole', assume, { sourceIp: '198.51.100.7' });
  expect(seen()).toEqual(['two-accounts-unknown-network']);
  rig.call(user, 'sts', 'AssumeRole', assume, { sourceIp: '2001:db8::1' });
  expect(seen()).toEqual(['two-accounts-unknown-network']);
});

describe('to the bus of another account', () => {
  const BUS = `arn:aws:events:us-east-1:${A}:event-bus/default`;
  let workload: Keys;
  beforeEach(() => {
    workload = rig.account(B);
    loggingTrail(rig, workload, B);
    rule('forwarded', { source: ['aws.iam'], account: [B] });
    rig.iam(workload, 'CreateRole', {
      RoleName: 'forward',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': B } },
          },
        ],
      }),
    });
    rig.iam(workload, 'PutRolePolicy', {
      RoleName: 'forward',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(allow('events:PutEvents', BUS)),
    });
    events('PutRule', { Name: 'f', EventPattern: '{"source":["aws.iam"]}' }, workload);
    events(
      'PutTargets',
      { Rule: 'f', Targets: [{ Id: 'b', Arn: BUS, RoleArn: `arn:aws:iam::${B}:role/forward` }] },
      workload,
    );
  });
  const permit = () =>
    events('PutPermission', { Action: 'events:PutEvents', Principal: B, StatementId: 's' });
  const change = () => {
    rig.iam(workload, 'CreateUser', { UserName: 'new' });
    later();
    later();
  };

  test('arrives when role and bus policy allow it', () => {
    permit();
    change();
    expect(notifications()).toHaveLength(1);
    expect(notifications()[0]?.body).toContain(`"account":"${B}"`);
  });

  test('is refused without the bus policy', () => {
    change();
    expect(notifications()).toHaveLength(0);
    expect(failures()[0]?.reason).toMatch(/^AccessDenied: .*forward.*events:PutEvents/);
  });

  test('is refused when the role may not', () => {
    permit();
    rig.iam(workload, 'DeleteRolePolicy', { RoleName: 'forward', PolicyName: 'p' });
    change();
    expect(notifications()).toHaveLength(0);
    expect(failures().length).toBeGreaterThan(0);
  });
});

describe('feedback', () => {
  const leadsTo = (from: string, to: string, targets = 1) => {
    const Arn = `arn:aws:events:us-east-1:${A}:event-bus/${to}`;
    events('PutRule', { Name: 'r', EventBusName: from, EventPattern: '{"source":["x"]}' });
    const Targets = Array.from({ length: targets }, (_, i) => ({ Id: `t${i}`, Arn }));
    events('PutTargets', { Rule: 'r', EventBusName: from, Targets });
  };
  const put = (EventBusName: string) =>
    events('PutEvents', { Entries: [{ Source: 'x', DetailType: 't', Detail: '{}', EventBusName }] });

  test('a third bus gets nothing of what the second received', () => {
    for (const Name of ['one', 'two', 'three']) events('CreateEventBus', { Name });
    leadsTo('one', 'two');
    leadsTo('two', 'three');
    put('one');
    for (let i = 0; i < 5; i++) later();
    expect(failures()).toMatchObject([
      {
        targetArn: `arn:aws:events:us-east-1:${A}:event-bus/three`,
        reason: expect.stringContaining("can't route events received from a sender event bus"),
      },
    ]);
    // What begins at the second does reach the third.
    put('two');
    for (let i = 0; i < 5; i++) later();
    expect(failures()).toHaveLength(1);
  });

  test('a bus that leads to itself five times over does not multiply its events', () => {
    events('CreateEventBus', { Name: 'one' });
    leadsTo('one', 'one', 5);
    put('one');
    for (let i = 0; i < 20; i++) later();
    expect(failures()).toHaveLength(25);
  });

  test('a rule that causes the records that it matches does not run away when the clock jumps a year', () => {
    rig.iam(root, 'CreateRole', {
      RoleName: 'self',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    });
    rule(
      'r',
      { source: ['aws.sts'] },
      'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      `arn:aws:events:us-east-1:${A}:event-bus/nothing`,
      { RoleArn: `arn:aws:iam::${A}:role/self` },
    );
    rig.sts(root, 'GetCallerIdentity');
    for (let i = 0; i < 5; i++) later(366 * 86_400_000);
    expect(failures().length).toBeLessThan(10);
  });
});

describe('schedules', () => {
  const scheduled = (ScheduleExpression: string) => {
    events('PutRule', { Name: 's', ScheduleExpression });
    events('PutTargets', { Rule: 's', Targets: [{ Id: 'a', Arn: TOPIC }] });
  };

  test('run as virtual time passes, and stop when disabled', () => {
    scheduled('rate(5 minutes)');
    later(4 * 60_000);
    expect(notifications()).toHaveLength(0);
    later(60_000);
    expect(notifications()).toHaveLength(1);
    expect(notifications()[0]?.body).toContain('Scheduled Event');
    later(5 * 60_000);
    expect(notifications()).toHaveLength(2);
    events('DisableRule', { Name: 's' });
    later(10 * 60_000);
    expect(notifications()).toHaveLength(2);
  });

  test('go on after the clock was set back', () => {
    events('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 minute)' });
    events('PutTargets', { Rule: 'r', Targets: [{ Id: 'alerts', Arn: TOPIC }] });
    later(365 * 86_400_000);
    later();
    const before = notifications().length;
    rig.now -= 400 * 86_400_000;
    rig.cloud.change({ clockOffset: -1 });
    later(61_000);
    later();
    expect(notifications()).toHaveLength(before + 1);
  });

  test('run once after a jump of a year, then go on', () => {
    scheduled('rate(1 minute)');
    later(365 * 86_400_000);
    expect(notifications()).toHaveLength(1);
    later(60_000);
    expect(notifications()).toHaveLength(2);
  });
});

test('a target’s input is transformed', () => {
  rule('r', { source: ['my.app'] }, 'ENABLED', TOPIC, {
    InputTransformer: {
      InputPathsMap: { who: '$.detail.user', list: '$.detail.list', no: '$.detail.missing' },
      InputTemplate:
        '{"text":"by <who> of <list><no>","who":<who>,"list":<list>,"rule":"<aws.events.rule-name>"}',
    },
  });
  const Detail = JSON.stringify({ user: 'a "b"', list: [1, 'x'] });
  events('PutEvents', { Entries: [{ Source: 'my.app', DetailType: 't', Detail }] });
  later();
  expect(JSON.parse(notifications()[0]?.body.split('\n\n--\n')[0] ?? '')).toEqual({
    text: 'by a "b" of [1,x]',
    who: 'a "b"',
    list: [1, 'x'],
    rule: 'r',
  });
});

test('<aws.events.event> is the event without its detail, <aws.events.event.json> the whole one', () => {
  rule('r', { source: ['my.app'] }, 'ENABLED', TOPIC, {
    InputTransformer: {
      InputPathsMap: { slash: '$.detail.a/b' },
      InputTemplate: '{"short":<aws.events.event>,"whole":<aws.events.event.json>,"slash":<slash>}',
    },
  });
  events('PutEvents', { Entries: [{ Source: 'my.app', DetailType: 't', Detail: '{"a/b":1}' }] });
  later();
  const { short, whole, slash } = JSON.parse(notifications()[0]?.body.split('\n\n--\n')[0] ?? '');
  expect(whole).toMatchObject({ source: 'my.app', detail: { 'a/b': 1 } });
  const { detail: _, ...rest } = whole;
  expect(short).toEqual(rest);
  expect(slash).toBe(1);
});

test('a log group gets events when its account’s resource policy lets EventBridge write', () => {
  rig.call(root, 'logs', 'CreateLogGroup', { logGroupName: '/aws/events/x' });
  rule('r', { source: ['my.app'] }, 'ENABLED', `arn:aws:logs:us-east-1:${A}:log-group:/aws/events/x`);
  const send = () => {
    events('PutEvents', { Entries: [{ Source: 'my.app', DetailType: 't', Detail: '{}' }] });
    later();
    return rig.call<{ events: unknown[] }>(root, 'logs', 'FilterLogEvents', { logGroupName: '/aws/events/x' })
      .events.length;
  };
  expect(send()).toBe(0);
  expect(failures()[0]?.reason).toContain('logs:CreateLogStream');
  rig.call(root, 'logs', 'PutResourcePolicy', {
    policyName: 'p',
    policyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `arn:aws:logs:us-east-1:${A}:log-group:/aws/events/*:*`,
        },
      ],
    }),
  });
  expect(send()).toBe(1);
});
