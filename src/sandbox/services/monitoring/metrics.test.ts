import { beforeEach, describe, expect, test } from 'vitest';
import { type Keys, Rig } from '../testing.ts';

let rig: Rig;
let root: Keys;
const cw = <T = Record<string, unknown>>(operation: string, input: object = {}): T =>
  rig.call<T>(root, 'monitoring', operation, input);
const put = (...MetricData: object[]) => cw('PutMetricData', { Namespace: 'x', MetricData });
const refusedDatum = (datum: object) =>
  rig.refusal(root, 'monitoring', 'PutMetricData', {
    Namespace: 'x',
    MetricData: [{ MetricName: 'm', ...datum }],
  });
const range = () => ({ StartTime: new Date(rig.now), EndTime: new Date(rig.now + 300_000) });

beforeEach(() => {
  rig = new Rig();
  root = rig.account('111122223333');
});

describe('metrics', () => {
  test('take values, counted values and sets of statistics', () => {
    put(
      { MetricName: 'm', Value: 1 },
      { MetricName: 'm', Values: [2, 3], Counts: [2, 1] },
      { MetricName: 'm', StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 } },
    );
    const { Datapoints } = cw<{ Datapoints: object[] }>('GetMetricStatistics', {
      Namespace: 'x',
      MetricName: 'm',
      Period: 300,
      Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
      ...range(),
    });
    expect(Datapoints).toEqual([
      {
        Timestamp: new Date(rig.now),
        SampleCount: 6,
        Sum: 18,
        Average: 3,
        Minimum: 1,
        Maximum: 6,
        Unit: 'None',
      },
    ]);
  });

  test('are told apart by all their dimensions, in whatever order', () => {
    put({
      MetricName: 'm',
      Value: 1,
      Dimensions: [
        { Name: 'b', Value: '2' },
        { Name: 'a', Value: '1' },
      ],
    });
    const { MetricDataResults: results } = cw<{ MetricDataResults: { Id: string; Values: number[] }[] }>(
      'GetMetricData',
      {
        ...range(),
        MetricDataQueries: [
          [
            { Name: 'a', Value: '1' },
            { Name: 'b', Value: '2' },
          ],
          [{ Name: 'a', Value: '1' }],
          [],
        ].map((Dimensions, i) => ({
          Id: `q${i}`,
          MetricStat: { Metric: { Namespace: 'x', MetricName: 'm', Dimensions }, Period: 60, Stat: 'Sum' },
        })),
      },
    );
    expect(results.map(({ Id, Values }) => [Id, Values])).toEqual([
      ['q0', [1]],
      ['q1', []],
      ['q2', []],
    ]);
  });

  test('are listed for two weeks', () => {
    put(
      { MetricName: 'm', Value: 1, Dimensions: [{ Name: 'a', Value: '1' }] },
      { MetricName: 'n', Value: 1 },
    );
    const names = (input: object) =>
      cw<{ Metrics: { MetricName: string }[] }>('ListMetrics', input).Metrics.map(
        ({ MetricName }) => MetricName,
      );
    expect(names({ Dimensions: [{ Name: 'a' }] })).toEqual(['m']);
    rig.now += 4 * 3_600_000;
    expect(names({ RecentlyActive: 'PT3H' })).toEqual([]);
    expect(names({ Namespace: 'x' })).toEqual(['m', 'n']);
    rig.now += 14 * 86_400_000;
    expect(names({})).toEqual([]);
  });

  test.each([
    ['nothing measured', {}, /^MissingParameter/],
    ['two kinds of values', { Value: 1, Values: [1] }, /mutually exclusive/],
    ['no number', { Value: Number.NaN }, /^InvalidParameterValue/],
    ['infinity', { Value: Number.POSITIVE_INFINITY }, /^InvalidParameterValue/],
    ['the far past', { Value: 1, Timestamp: new Date('2026-11-01T00:00:00Z') }, /Timestamp/],
    ['the future', { Value: 1, Timestamp: new Date('2026-11-23T11:00:01Z') }, /Timestamp/],
    ['counts without values', { Values: [1], Counts: [1, 2] }, /same size/],
    ['a count of nothing', { Values: [1], Counts: [0] }, /Counts/],
    [
      'an upside-down set',
      { StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } },
      /Statistic/,
    ],
  ])('are refused with %s', (_, datum, message) => expect(refusedDatum(datum)).toMatch(message));

  test('of AWS itself are not for callers', () => {
    const input = { Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'm', Value: 1 }] };
    expect(rig.refusal(root, 'monitoring', 'PutMetricData', input)).toBe(
      'InvalidParameterValue: The value AWS/ for parameter Namespace is invalid.',
    );
  });

  test('of more than 1,440 datapoints are refused', () => {
    expect(
      rig.refusal(root, 'monitoring', 'GetMetricStatistics', {
        Namespace: 'x',
        MetricName: 'm',
        Period: 60,
        Statistics: ['Sum'],
        StartTime: new Date(rig.now - 86_460_000),
        EndTime: new Date(rig.now),
      }),
    ).toMatch(/requested up to 1,441 datapoints, which exceeds the limit of 1,440/);
  });

  test('math is refused clearly', () => {
    const query = { ...range(), MetricDataQueries: [{ Id: 'e', Expression: 'SUM(METRICS())' }] };
    expect(rig.refusal(root, 'monitoring', 'GetMetricData', query)).toMatch(/does not serve metric math/);
  });
});
