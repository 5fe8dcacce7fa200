import { beforeEach, describe, expect, test } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '111122223333';
const MINUTE = 60_000;
let rig: Rig;
let root: Keys;
const cw = <T = Record<string, unknown>>(operation: string, input: object = {}): T =>
  rig.call<T>(root, 'monitoring', operation, input);
const refused = (operation: string, input: object): string =>
  rig.refusal(root, 'monitoring', operation, input);
const alarm = (more: object = {}) => ({
  AlarmName: 'a',
  Namespace: 'x',
  MetricName: 'm',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 2,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  ...more,
});
const measure = (Value: number, more: object = {}) =>
  cw('PutMetricData', { Namespace: 'x', MetricData: [{ MetricName: 'm', Value, ...more }] });
interface Shown {
  StateValue: string;
  StateReason: string;
  StateReasonData?: string;
  StateUpdatedTimestamp: Date;
  [member: string]: unknown;
}
const shown = (): Shown =>
  cw<{ MetricAlarms: Shown[] }>('DescribeAlarms', { AlarmNames: ['a'] }).MetricAlarms[0] as Shown;
const history = (HistoryItemType?: string): { HistorySummary: string; HistoryData: string }[] =>
  cw<{ AlarmHistoryItems: { HistorySummary: string; HistoryData: string }[] }>('DescribeAlarmHistory', {
    ScanBy: 'TimestampAscending',
    ...(HistoryItemType && { HistoryItemType }),
  }).AlarmHistoryItems;

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('an alarm', () => {
  test('goes from "unchecked" to OK to ALARM and back, in AWS’s words', () => {
    cw('PutMetricAlarm', alarm({ TreatMissingData: 'notBreaching' }));
    expect(shown()).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      AlarmArn: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:a`,
    });
    rig.now += MINUTE;
    expect(shown()).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
    measure(3);
    rig.now += MINUTE;
    expect(shown()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 datapoint [3.0 (23/11/26 09:01:00)] was greater than or equal to the threshold (2.0).',
    });
    expect(shown().StateReasonData).toBe(
      '{"version":"1.0","queryDate":"2026-11-23T09:02:00.000+0000","startDate":"2026-11-23T09:01:00.000+0000","statistic":"Sum","period":60,"recentDatapoints":[3.0],"threshold":2.0,"evaluatedDatapoints":[{"timestamp":"2026-11-23T09:01:00.000+0000","sampleCount":1.0,"value":3.0}]}',
    );
    rig.now += 5 * MINUTE;
    expect(shown().StateValue).toBe('OK');
    expect(history().map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm "a" created',
      'Alarm updated from INSUFFICIENT_DATA to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from ALARM to OK',
    ]);
  });

  test('says how many datapoints of how many it takes, when it was told', () => {
    cw('PutMetricAlarm', alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }));
    for (const value of [5, 0, 7]) {
      measure(value);
      rig.now += MINUTE;
    }
    expect(shown()).toMatchObject({ StateValue: 'ALARM' });
    expect(shown().StateReason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [7.0 (23/11/26 09:02:00), 5.0 (23/11/26 09:00:00)] were greater than or equal to the threshold (2.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
  });

  test('without data is INSUFFICIENT_DATA again, and says since when', () => {
    cw('PutMetricAlarm', alarm());
    measure(0);
    rig.now += MINUTE;
    expect(shown().StateValue).toBe('OK');
    // A year at once: the state changed when the data ran out, not now.
    rig.now += 365 * 86_400_000;
    expect(shown()).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Insufficient Data: 1 datapoint was unknown.',
      StateUpdatedTimestamp: new Date('2026-11-23T09:04:00Z'),
    });
  });

  test('keeps its state and its tags when it is put again, and is evaluated anew', () => {
    cw('PutMetricAlarm', alarm({ Tags: [{ Key: 'team', Value: 'blue' }] }));
    measure(3);
    rig.now += MINUTE;
    cw('PutMetricAlarm', alarm({ Threshold: 10, Tags: [{ Key: 'team', Value: 'red' }] }));
    expect(shown()).toMatchObject({ StateValue: 'ALARM', Threshold: 10 });
    rig.now += MINUTE;
    expect(shown().StateValue).toBe('OK');
    const ResourceARN = `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:a`;
    expect(cw('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'team', Value: 'blue' }] });
  });

  test('that was set by hand returns to what it is', () => {
    cw('PutMetricAlarm', alarm({ TreatMissingData: 'notBreaching' }));
    cw('SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'testing' });
    expect(shown()).toMatchObject({ StateValue: 'ALARM', StateReason: 'testing' });
    rig.now += MINUTE;
    expect(shown().StateValue).toBe('OK');
    expect(refused('SetAlarmState', { AlarmName: 'b', StateValue: 'OK', StateReason: '' })).toMatch(
      /^ResourceNotFound/,
    );
  });

  test('that is deleted is not evaluated, and one that does not exist keeps the others', () => {
    cw('PutMetricAlarm', alarm());
    expect(refused('DeleteAlarms', { AlarmNames: ['a', 'b'] })).toMatch(/^ResourceNotFound/);
    expect(shown()).toBeDefined();
    cw('DeleteAlarms', { AlarmNames: ['a'] });
    measure(3);
    rig.now += MINUTE;
    expect(cw('DescribeAlarms')).toMatchObject({ MetricAlarms: [] });
  });

  test('can watch a percentile, one set of dimensions and a single query', () => {
    cw(
      'PutMetricAlarm',
      alarm({ Statistic: undefined, ExtendedStatistic: 'p90', Dimensions: [{ Name: 'D', Value: '1' }] }),
    );
    measure(0, {
      Values: [1, 9],
      Counts: [80, 20],
      Value: undefined,
      Dimensions: [{ Name: 'D', Value: '1' }],
    });
    measure(0);
    rig.now += MINUTE;
    expect(shown()).toMatchObject({ StateValue: 'ALARM', ExtendedStatistic: 'p90' });
    const query = {
      Id: 'm1',
      MetricStat: { Metric: { Namespace: 'x', MetricName: 'm', Dimensions: [] }, Period: 60, Stat: 'Sum' },
    };
    const plain = {
      AlarmName: 'a',
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'LessThanThreshold',
    };
    cw('PutMetricAlarm', { ...plain, Metrics: [query] });
    rig.now += MINUTE;
    expect(shown()).toMatchObject({ StateValue: 'OK', Metrics: [{ Id: 'm1' }] });
    expect(refused('PutMetricAlarm', { ...plain, Metrics: [{ Id: 'e', Expression: 'm1+1' }] })).toMatch(
      /metric math/,
    );
  });

  test('that is made one over more than a day waits for the full hour', () => {
    const hour = 60 * MINUTE;
    rig.now = Math.ceil(rig.now / hour) * hour + 10 * MINUTE;
    cw('PutMetricAlarm', alarm());
    cw('PutMetricAlarm', alarm({ Period: 86_400, EvaluationPeriods: 2, DatapointsToAlarm: 1 }));
    measure(5);
    rig.now += 49 * MINUTE;
    expect(shown().StateValue).toBe('INSUFFICIENT_DATA');
    rig.now += MINUTE;
    expect(shown().StateValue).toBe('ALARM');
  });

  test.each([
    ['a period of 61 seconds', { Period: 61 }, /Period must be 10, 20, 30 or a multiple of 60/],
    ['more than a day', { EvaluationPeriods: 1441 }, /across more than a day/],
    ['both kinds of statistic', { ExtendedStatistic: 'p90' }, /^InvalidParameterCombination/],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }, /DatapointsToAlarm/],
    ['an action that is no ARN', { AlarmActions: ['x'] }, /Invalid arn syntax: x/],
    [
      'a topic of another region',
      { AlarmActions: [`arn:aws:sns:eu-west-1:${ACCOUNT}:t`] },
      /Invalid region eu-west-1 specified. Only us-east-1 is supported/,
    ],
    ['no threshold', { Threshold: undefined }, /^MissingParameter/],
    ['anomaly detection', { ComparisonOperator: 'GreaterThanUpperThreshold' }, /anomaly detection/],
  ])('is refused with %s', (_, more, message) =>
    expect(refused('PutMetricAlarm', alarm(more))).toMatch(message),
  );
});

describe('actions', () => {
  let topic: string;
  beforeEach(() => {
    topic = rig.call<{ TopicArn: string }>(root, 'sns', 'CreateTopic', { Name: 't' }).TopicArn;
  });
  const trip = () => {
    measure(3);
    rig.now += MINUTE;
    rig.cloud.tick(rig.now);
  };

  test('publish to a topic whose policy lets CloudWatch, once a change', () => {
    cw('PutMetricAlarm', alarm({ AlarmActions: [topic], AlarmDescription: 'too many' }));
    trip();
    trip();
    const [action, ...more] = history('Action');
    expect(more).toEqual([]);
    expect(action?.HistorySummary).toBe(`Successfully executed action ${topic}`);
    const data = JSON.parse(action?.HistoryData ?? '') as { publishedMessage: string };
    const message = JSON.parse((JSON.parse(data.publishedMessage) as { default: string }).default) as object;
    expect(message).toMatchObject({
      AlarmName: 'a',
      AlarmDescription: 'too many',
      AWSAccountId: ACCOUNT,
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      Region: 'US East (N. Virginia)',
      Trigger: { MetricName: 'm', Namespace: 'x', Statistic: 'SUM', Period: 60, Threshold: 2 },
    });
  });

  test('do not reach a topic that does not let CloudWatch: the history says so', () => {
    const closed = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic,
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:*:${ACCOUNT}:alarm:other` } },
        },
      ],
    });
    rig.call(root, 'sns', 'SetTopicAttributes', {
      TopicArn: topic,
      AttributeName: 'Policy',
      AttributeValue: closed,
    });
    const stranger = rig.account('444455556666');
    const foreign = rig.call<{ TopicArn: string }>(stranger, 'sns', 'CreateTopic', { Name: 'f' }).TopicArn;
    const mails = () => JSON.stringify(rig.cloud.route('inbox', 'GET', {}, ''));
    const before = mails();
    cw(
      'PutMetricAlarm',
      alarm({ AlarmActions: [topic, foreign, 'arn:aws:sns:us-east-1:111122223333:gone'] }),
    );
    trip();
    expect(shown().StateValue).toBe('ALARM');
    const summaries = history('Action').map(({ HistorySummary }) => HistorySummary);
    expect(summaries).toHaveLength(3);
    for (const summary of summaries) expect(summary).toMatch(/^Failed to execute action arn:aws:sns:/);
    expect(mails()).toBe(before);
  });

  test('rest while they are disabled', () => {
    cw('PutMetricAlarm', alarm({ AlarmActions: [topic] }));
    cw('DisableAlarmActions', { AlarmNames: ['a'] });
    trip();
    expect(shown()).toMatchObject({ StateValue: 'ALARM', ActionsEnabled: false });
    expect(history('Action')).toEqual([]);
  });
});

describe('who may', () => {
  const arn = `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:a`;

  test('put an alarm is decided by its ARN, and by its actions', () => {
    const user = rig.user(root, 'u', allow('cloudwatch:PutMetricAlarm', arn));
    rig.call(user, 'monitoring', 'PutMetricAlarm', alarm());
    expect(rig.refusal(user, 'monitoring', 'PutMetricAlarm', alarm({ AlarmName: 'b' }))).toContain(
      `perform: cloudwatch:PutMetricAlarm on resource: ${arn.slice(0, -1)}b`,
    );
    expect(
      rig.refusal(user, 'monitoring', 'PutMetricAlarm', alarm({ Tags: [{ Key: 'a', Value: 'b' }] })),
    ).toContain('cloudwatch:TagResource');
    const onlyTopic = { 'ForAllValues:StringLike': { 'cloudwatch:AlarmActions': ['arn:aws:sns:*'] } };
    const limited = rig.user(root, 'limited', allow('cloudwatch:PutMetricAlarm', '*', onlyTopic));
    const action = (target: string) => alarm({ AlarmActions: [target] });
    rig.call(limited, 'monitoring', 'PutMetricAlarm', action('arn:aws:sns:us-east-1:111122223333:t'));
    expect(
      rig.refusal(
        limited,
        'monitoring',
        'PutMetricAlarm',
        action('arn:aws:lambda:us-east-1:111122223333:function:f'),
      ),
    ).toMatch(/^AccessDenied/);
  });

  test('delete alarms is asked for each of them', () => {
    for (const AlarmName of ['a', 'b']) cw('PutMetricAlarm', alarm({ AlarmName }));
    const user = rig.user(root, 'u', allow('cloudwatch:DeleteAlarms', arn));
    expect(rig.refusal(user, 'monitoring', 'DeleteAlarms', { AlarmNames: ['a', 'b'] })).toMatch(
      /^AccessDenied/,
    );
    rig.call(user, 'monitoring', 'DeleteAlarms', { AlarmNames: ['a'] });
  });

  test('put data can be limited to a namespace', () => {
    const own = { StringEquals: { 'cloudwatch:namespace': 'mine' } };
    const user = rig.user(root, 'u', allow('cloudwatch:PutMetricData', '*', own));
    const data = (Namespace: string) => ({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] });
    rig.call(user, 'monitoring', 'PutMetricData', data('mine'));
    expect(rig.refusal(user, 'monitoring', 'PutMetricData', data('theirs'))).toMatch(/^AccessDenied/);
  });
});
