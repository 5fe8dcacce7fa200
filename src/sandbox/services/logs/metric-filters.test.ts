import { beforeEach, describe, expect, test } from 'vitest';
import { type Keys, Rig } from '../testing.ts';

const GROUP = 'g';
let rig: Rig;
let root: Keys;
const logs = <T = Record<string, unknown>>(operation: string, input: object = {}): T =>
  rig.call<T>(root, 'logs', operation, input);
const filter = (transformation: object, filterPattern = '{ $.latency = * }', filterName = 'f') => ({
  logGroupName: GROUP,
  filterName,
  filterPattern,
  metricTransformations: [{ metricName: 'm', metricNamespace: 'x', metricValue: '1', ...transformation }],
});
const write = (...messages: object[]) =>
  logs('PutLogEvents', {
    logGroupName: GROUP,
    logStreamName: 's',
    logEvents: messages.map((message) => ({ timestamp: rig.now, message: JSON.stringify(message) })),
  });
const measured = (Dimensions: object[] = []) =>
  rig
    .call<{ Datapoints: { Sum: number; SampleCount: number }[] }>(root, 'monitoring', 'GetMetricStatistics', {
      Namespace: 'x',
      MetricName: 'm',
      Dimensions,
      StartTime: new Date(rig.now - 3_600_000),
      EndTime: new Date(rig.now + 3_600_000),
      Period: 7200,
      Statistics: ['Sum', 'SampleCount'],
    })
    .Datapoints.map(({ Sum, SampleCount }) => [Sum, SampleCount]);

beforeEach(() => {
  rig = new Rig();
  root = rig.account('111122223333');
  logs('CreateLogGroup', { logGroupName: GROUP });
  logs('CreateLogStream', { logGroupName: GROUP, logStreamName: 's' });
});

describe('a metric filter', () => {
  test('counts messages that match, from its making on', () => {
    write({ latency: 1 });
    logs('PutMetricFilter', filter({}));
    write({ latency: 5 }, { other: 1 }, { latency: 7 });
    expect(measured()).toEqual([[2, 2]]);
    logs('DeleteMetricFilter', { logGroupName: GROUP, filterName: 'f' });
    write({ latency: 5 });
    expect(measured()).toEqual([[2, 2]]);
  });

  test('takes its value and its dimensions out of the message', () => {
    logs('PutMetricFilter', filter({ metricValue: '$.latency', dimensions: { Path: '$.path' } }));
    write({ latency: 5, path: '/a' }, { latency: 7, path: '/a' }, { latency: 'slow', path: '/a' });
    expect(measured([{ Name: 'Path', Value: '/a' }])).toEqual([[12, 2]]);
    expect(measured()).toEqual([]);
  });

  test('reports the dimensions that a message has', () => {
    logs('PutMetricFilter', filter({ dimensions: { Path: '$.path', Code: '$.code' } }));
    write({ latency: 1, path: '/a', code: 5 }, { latency: 1, path: '/a' }, { latency: 1 });
    const [Path, Code] = [
      { Name: 'Path', Value: '/a' },
      { Name: 'Code', Value: '5' },
    ];
    expect(measured([Path, Code])).toEqual([[1, 1]]);
    expect(measured([Path])).toEqual([[1, 1]]);
    expect(measured()).toEqual([[1, 1]]);
  });

  test('takes no number that is too large to be one', () => {
    logs('PutMetricFilter', filter({ metricValue: '$.latency' }));
    write({ latency: '1e999' }, { latency: '-1e999' }, { latency: 2 });
    expect(measured()).toEqual([[2, 1]]);
    expect(rig.refusal(root, 'logs', 'PutMetricFilter', filter({ metricValue: '1e999' }))).toMatch(
      /invalid metric value/,
    );
  });

  test('reports its default for a minute without a match, when the minute is over', () => {
    logs('PutMetricFilter', filter({ defaultValue: 0 }));
    write({ other: 1 }, { other: 2 });
    expect(measured()).toEqual([]);
    rig.now += 60_000;
    expect(measured()).toEqual([[0, 2]]);
  });

  test('reports no default for a minute with a match', () => {
    logs('PutMetricFilter', filter({ defaultValue: 100 }));
    write({ other: 1 });
    write({ latency: 2 });
    rig.now += 60_000;
    expect(measured()).toEqual([[1, 1]]);
  });

  test('is described by name and by metric', () => {
    logs('PutMetricFilter', filter({ unit: 'Milliseconds' }));
    logs('PutMetricFilter', filter({ metricName: 'n' }, '[a, b]', 'second'));
    const names = (input: object) =>
      logs<{ metricFilters: { filterName: string }[] }>('DescribeMetricFilters', input).metricFilters.map(
        ({ filterName }) => filterName,
      );
    expect(names({ logGroupName: GROUP })).toEqual(['f', 'second']);
    expect(names({ logGroupName: GROUP, filterNamePrefix: 'se' })).toEqual(['second']);
    expect(names({ metricName: 'm', metricNamespace: 'x' })).toEqual(['f']);
  });

  test.each([
    ['a broken pattern', filter({}, '{ $.a'), /Invalid metric filter pattern/],
    [
      'a value that the pattern does not have',
      filter({ metricValue: '$b' }, '[a, c]'),
      /invalid metric value/,
    ],
    ['a word as its value', filter({ metricValue: 'one' }), /invalid metric value/],
    [
      'dimensions and a default',
      filter({ defaultValue: 0, dimensions: { A: '$.a' } }),
      /dimensions and default value are mutually exclusive/,
    ],
    [
      'four dimensions',
      filter({ dimensions: { A: '$.a', B: '$.b', C: '$.c', D: '$.d' } }),
      /more than 3 dimensions/,
    ],
    ['a dimension without a name', filter({ dimensions: { ' ': '$.a' } }), /invalid dimension/],
    ['a dimension of other letters', filter({ dimensions: { Größe: '$.a' } }), /invalid dimension/],
    ['dimensions of words', filter({ dimensions: { A: '$.a' } }, 'ERROR'), /invalid dimension/],
  ])('is refused with %s', (_, input, message) => {
    expect(rig.refusal(root, 'logs', 'PutMetricFilter', input)).toMatch(message);
  });

  test('is refused when a group has a hundred, unless it replaces one', () => {
    for (let i = 0; i < 100; i++) logs('PutMetricFilter', filter({}, 'ERROR', `f${i}`));
    expect(rig.refusal(root, 'logs', 'PutMetricFilter', filter({}, 'ERROR', 'more'))).toBe(
      'LimitExceededException: Resource limit exceeded.',
    );
    logs('PutMetricFilter', filter({}, 'WARN', 'f0'));
  });

  test('can be tried out first', () => {
    const { matches } = logs<{ matches: object[] }>('TestMetricFilter', {
      filterPattern: '{ $.latency > 3 }',
      logEventMessages: ['{"latency":2}', '{"latency":4}'],
    });
    expect(matches).toEqual([
      { eventNumber: 2, eventMessage: '{"latency":4}', extractedValues: { '$.latency': '4' } },
    ]);
  });
});
