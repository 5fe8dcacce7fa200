import { beforeEach, describe, expect, test } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '111122223333';
const GROUP = '/x/trail';
let rig: Rig;
let root: Keys;
const logs = <T = Record<string, unknown>>(operation: string, input: object = {}): T =>
  rig.call<T>(root, 'logs', operation, input);
const refused = (operation: string, input: object = {}): string =>
  rig.refusal(root, 'logs', operation, input);
const put = (events: readonly { timestamp: number; message: string }[], logStreamName = 's') =>
  logs<{ rejectedLogEventsInfo?: object }>('PutLogEvents', {
    logGroupName: GROUP,
    logStreamName,
    logEvents: events,
  });

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  logs('CreateLogGroup', { logGroupName: GROUP, tags: { team: 'blue' } });
  logs('CreateLogStream', { logGroupName: GROUP, logStreamName: 's' });
});

describe('log groups', () => {
  test('are made once, described, and deleted', () => {
    expect(refused('CreateLogGroup', { logGroupName: GROUP })).toBe(
      'ResourceAlreadyExistsException: The specified log group already exists',
    );
    const { logGroups } = logs<{ logGroups: object[] }>('DescribeLogGroups', { logGroupNamePrefix: '/x' });
    expect(logGroups).toMatchObject([
      {
        logGroupName: GROUP,
        arn: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}:*`,
        logGroupArn: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`,
        logGroupClass: 'STANDARD',
      },
    ]);
    logs('DeleteLogGroup', { logGroupName: GROUP });
    expect(refused('DeleteLogGroup', { logGroupName: GROUP })).toMatch(/^ResourceNotFoundException/);
  });

  test('are found by a part of the name without regard to case, and by pages', () => {
    for (const name of ['a', 'b', 'c']) logs('CreateLogGroup', { logGroupName: `Team-${name}` });
    const first = logs<{ logGroups: { logGroupName: string }[]; nextToken: string }>('DescribeLogGroups', {
      logGroupNamePattern: 'team',
      limit: 2,
    });
    const second = logs<{ logGroups: { logGroupName: string }[]; nextToken?: string }>('DescribeLogGroups', {
      logGroupNamePattern: 'team',
      nextToken: first.nextToken,
    });
    const names = [...first.logGroups, ...second.logGroups].map(({ logGroupName }) => logGroupName);
    expect(names).toEqual(['Team-a', 'Team-b', 'Team-c']);
    expect(second.nextToken).toBeUndefined();
    expect(refused('DescribeLogGroups', { nextToken: 'x' })).toMatch(/^InvalidParameterException/);
  });

  test('of other accounts and regions are out of sight', () => {
    const stranger = rig.account('444455556666');
    expect(rig.call(stranger, 'logs', 'DescribeLogGroups')).toEqual({ logGroups: [] });
    expect(rig.call(root, 'logs', 'DescribeLogGroups', {}, { region: 'eu-west-1' })).toEqual({
      logGroups: [],
    });
    expect(
      rig.refusal(stranger, 'logs', 'FilterLogEvents', {
        logGroupIdentifier: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`,
      }),
    ).toMatch(/^ResourceNotFoundException/);
  });

  test('keep events for one of the documented numbers of days', () => {
    expect(refused('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 2 })).toMatch(
      /^InvalidParameterException: 1 validation error/,
    );
    logs('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 1 });
    put([{ timestamp: rig.now, message: 'old' }]);
    rig.now += 86_400_001;
    expect(logs('FilterLogEvents', { logGroupName: GROUP })).toMatchObject({ events: [] });
    logs('DeleteRetentionPolicy', { logGroupName: GROUP });
    const { logGroups } = logs<{ logGroups: object[] }>('DescribeLogGroups');
    expect(logGroups[0]).not.toHaveProperty('retentionInDays');
  });

  test('are tagged by ARN, with and without `:*`, and by name', () => {
    const arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`;
    logs('TagResource', { resourceArn: arn, tags: { a: '1' } });
    logs('TagLogGroup', { logGroupName: GROUP, tags: { b: '2' } });
    logs('UntagResource', { resourceArn: arn, tagKeys: ['team'] });
    expect(logs('ListTagsForResource', { resourceArn: `${arn}:*` })).toEqual({ tags: { a: '1', b: '2' } });
    expect(logs('ListTagsLogGroup', { logGroupName: GROUP })).toEqual({ tags: { a: '1', b: '2' } });
    expect(refused('ListTagsForResource', { resourceArn: `${arn}x` })).toMatch(/^ResourceNotFoundException/);
    expect(refused('TagResource', { resourceArn: arn, tags: { 'aws:x': '1' } })).toMatch(/^InvalidParameter/);
  });

  test('that are protected are not deleted', () => {
    logs('PutLogGroupDeletionProtection', { logGroupIdentifier: GROUP, deletionProtectionEnabled: true });
    expect(refused('DeleteLogGroup', { logGroupName: GROUP })).toMatch(/^ValidationException/);
  });
});

describe('log events', () => {
  test('come back in order of time, forwards and backwards', () => {
    const at = rig.now;
    put([
      { timestamp: at, message: 'two' },
      { timestamp: at + 1, message: 'three' },
    ]);
    put([{ timestamp: at - 1, message: 'one' }]);
    type Page = { events: { message: string }[]; nextForwardToken: string; nextBackwardToken: string };
    const of = { logGroupName: GROUP, logStreamName: 's' };
    const head = logs<Page>('GetLogEvents', { ...of, startFromHead: true, limit: 2 });
    expect(head.events.map(({ message }) => message)).toEqual(['one', 'two']);
    const next = logs<Page>('GetLogEvents', { ...of, nextToken: head.nextForwardToken });
    expect(next.events.map(({ message }) => message)).toEqual(['three']);
    const end = logs<Page>('GetLogEvents', { ...of, nextToken: next.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: next.nextForwardToken });
    const tail = logs<Page>('GetLogEvents', { ...of, limit: 1 });
    expect(tail.events.map(({ message }) => message)).toEqual(['three']);
    const before = logs<Page>('GetLogEvents', { ...of, nextToken: tail.nextBackwardToken });
    expect(before.events.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  test('must be in order, within 24 hours, in one megabyte', () => {
    const at = rig.now;
    const batch = (...logEvents: object[]) =>
      refused('PutLogEvents', { logGroupName: GROUP, logStreamName: 's', logEvents });
    expect(batch({ timestamp: at, message: 'a' }, { timestamp: at - 1, message: 'b' })).toMatch(
      /chronological order/,
    );
    expect(batch({ timestamp: at - 86_400_001, message: 'a' }, { timestamp: at, message: 'b' })).toMatch(
      /cannot span more than 24 hours/,
    );
    expect(batch({ timestamp: at, message: 'x'.repeat(1_048_551) })).toMatch(/Upload too large/);
    expect(put([{ timestamp: at, message: 'x'.repeat(1_048_550) }])).not.toHaveProperty(
      'rejectedLogEventsInfo',
    );
  });

  test('that are too old or too new are left out, and the answer says which', () => {
    const day = 86_400_000;
    const answer = put([
      { timestamp: rig.now - 14 * day - 1, message: 'too old' },
      { timestamp: rig.now - 14 * day + 1, message: 'good' },
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(put([{ timestamp: rig.now + 7_200_001, message: 'too new' }]).rejectedLogEventsInfo).toEqual({
      tooNewLogEventStartIndex: 0,
    });
    const { events } = logs<{ events: { message: string }[] }>('FilterLogEvents', { logGroupName: GROUP });
    expect(events.map(({ message }) => message)).toEqual(['good']);
  });

  test('are filtered over all streams, page by page', () => {
    logs('CreateLogStream', { logGroupName: GROUP, logStreamName: 't' });
    put([{ timestamp: rig.now, message: 'ERROR one' }]);
    put(
      [
        { timestamp: rig.now, message: 'INFO' },
        { timestamp: rig.now + 1, message: 'ERROR two' },
      ],
      't',
    );
    type Page = { events: { message: string; logStreamName: string }[]; nextToken?: string };
    const of = { logGroupName: GROUP, filterPattern: 'ERROR', limit: 1 };
    const first = logs<Page>('FilterLogEvents', of);
    const second = logs<Page>('FilterLogEvents', { ...of, nextToken: first.nextToken });
    expect([...first.events, ...second.events].map((e) => [e.message, e.logStreamName])).toEqual([
      ['ERROR one', 's'],
      ['ERROR two', 't'],
    ]);
    expect(second.nextToken).toBeUndefined();
    expect(refused('FilterLogEvents', { logGroupName: GROUP, filterPattern: 'a-b' })).toMatch(
      /Invalid character\(s\) in term 'a-b'/,
    );
  });
});

describe('who may', () => {
  const policy = (action: string, resource: string) =>
    rig.user(root, `u${++users}`, allow(action, `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${resource}`));
  let users = 0;

  test('write is decided by the ARN of the log stream', () => {
    const event = [{ timestamp: rig.now, message: 'x' }];
    const input = { logGroupName: GROUP, logStreamName: 's', logEvents: event };
    rig.call(policy('logs:PutLogEvents', `${GROUP}:log-stream:s`), 'logs', 'PutLogEvents', input);
    const other = policy('logs:PutLogEvents', `${GROUP}:log-stream:other`);
    expect(rig.refusal(other, 'logs', 'PutLogEvents', input)).toContain(
      `perform: logs:PutLogEvents on resource: arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}:log-stream:s`,
    );
  });

  test('change a group needs `:*` in the policy, and tag it needs none', () => {
    const retention = { logGroupName: GROUP, retentionInDays: 7 };
    rig.call(policy('logs:PutRetentionPolicy', `${GROUP}:*`), 'logs', 'PutRetentionPolicy', retention);
    expect(
      rig.refusal(policy('logs:PutRetentionPolicy', GROUP), 'logs', 'PutRetentionPolicy', retention),
    ).toMatch(/^AccessDenied/);
    const tag = { resourceArn: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`, tags: { a: 'b' } };
    rig.call(policy('logs:TagResource', GROUP), 'logs', 'TagResource', tag);
    expect(rig.refusal(policy('logs:TagResource', `${GROUP}:x`), 'logs', 'TagResource', tag)).toMatch(
      /^AccessDenied/,
    );
  });

  test('delete can depend on the tags of the group', () => {
    const by = (team: string) =>
      rig.user(
        root,
        `by-${team}`,
        allow('logs:DeleteLogGroup', '*', { StringEquals: { 'aws:ResourceTag/team': team } }),
      );
    expect(rig.refusal(by('red'), 'logs', 'DeleteLogGroup', { logGroupName: GROUP })).toMatch(
      /^AccessDenied/,
    );
    rig.call(by('blue'), 'logs', 'DeleteLogGroup', { logGroupName: GROUP });
  });
});

test('resource policies are put, shown and deleted, and must be policies', () => {
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'logs:PutLogEvents',
        Resource: '*',
      },
    ],
  });
  logs('PutResourcePolicy', { policyName: 'p', policyDocument });
  expect(logs('DescribeResourcePolicies')).toMatchObject({
    resourcePolicies: [{ policyName: 'p', policyDocument }],
  });
  expect(refused('PutResourcePolicy', { policyName: 'q', policyDocument: '{}' })).toMatch(
    /^InvalidParameter/,
  );
  logs('DeleteResourcePolicy', { policyName: 'p' });
  expect(refused('DeleteResourcePolicy', { policyName: 'p' })).toMatch(/^ResourceNotFoundException/);
});
