import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addPoint, merge, periods, pointOf, pointsBetween } from './points.ts';
import type { Metric, Point } from './state.ts';
import { isExtendedStatistic, statistic } from './statistics.ts';

const of = (values: readonly number[]): Point =>
  values.map((value) => pointOf(value)).reduce<Point | undefined>(merge, undefined) ?? pointOf(0, 0);

describe('statistics', () => {
  const hundred = of(Array.from({ length: 100 }, (_, i) => i + 1));
  test.each([
    ['SampleCount', 100],
    ['Sum', 5050],
    ['Average', 50.5],
    ['Minimum', 1],
    ['Maximum', 100],
    ['p50', 50],
    ['p99', 99],
    ['p99.9', 100],
    ['p0', 1],
    ['p100', 100],
    ['tm90', 45.5],
    ['tc90', 90],
    ['ts90', 4095],
    ['IQM', 50.5],
    ['TM(10%:90%)', 50.5],
    ['TM(:90%)', 45.5],
    ['TM(10:20)', 15.5],
    ['TC(10%:30%)', 20],
    ['TC(95:)', 5],
    ['TS(80%:)', 1810],
    ['wm90', 49.95],
    ['WM(10%:90%)', 50.5],
    ['WM(10:20)', 18.55],
    ['PR(:30)', 30],
    ['PR(20:30)', 10],
    ['PR(-5:0)', 0],
  ])('%s of 1 to 100 is %d', (name, expected) => expect(statistic(hundred, name)).toBeCloseTo(expected, 9));

  test.each([
    'p101',
    'p',
    'q50',
    'p-1',
    'Sum',
    'TM()',
    'TM(:)',
    'TM(90%:10%)',
    'TM(10%:200)',
    'TC(-1%:50%)',
    'PR(1%:5%)',
    'tm(1:2)',
    'pr50',
  ])('%s is no extended statistic', (name) => {
    expect(isExtendedStatistic(name)).toBe(false);
  });

  test('a set of statistics has percentiles only when all its values are one', () => {
    const set = { count: 4, sum: 10, min: 1, max: 4, values: undefined };
    expect(statistic(set, 'Average')).toBe(2.5);
    expect(statistic(set, 'p50')).toBeUndefined();
    expect(statistic({ ...set, sum: 8, min: 2, max: 2 }, 'p50')).toBe(2);
  });

  test('a percentile is one of the values, and half of them lie on each side of the median', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
        const median = statistic(of(values), 'p50') ?? Number.NaN;
        expect(values).toContain(median);
        expect(values.filter((v) => v <= median).length).toBeGreaterThanOrEqual(values.length / 2);
        expect(values.filter((v) => v >= median).length).toBeGreaterThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe('points', () => {
  const fresh = (): Metric => ({ namespace: 'x', name: 'm', dimensions: [], series: new Map() });

  test('are kept by the minute and read by the period', () => {
    const metric = fresh();
    for (const at of [0, 30_000, 60_000, 300_000]) addPoint(metric, 'Count', at, pointOf(1));
    const found = periods(pointsBetween(metric, undefined, 0, 300_001), 0, 120_000);
    expect(found.map(([at, point]) => [at, point.sum])).toEqual([
      [0, 3],
      [240_000, 1],
    ]);
    expect(pointsBetween(metric, 'Bytes', 0, 300_001)).toEqual([]);
  });

  test('stay few, and lose nothing of their sum within 455 days', () => {
    const metric = fresh();
    for (let minute = 0; minute < 20_000; minute++) addPoint(metric, 'None', minute * 60_000, pointOf(1));
    const all = pointsBetween(metric, undefined, 0, Number.POSITIVE_INFINITY);
    expect(all.length).toBeLessThanOrEqual(5_001);
    expect(all.reduce((sum, [, point]) => sum + point.sum, 0)).toBe(20_000);
  });

  test('three thousand different values in one minute take bounded memory', () => {
    const point = of(Array.from({ length: 3_000 }, (_, i) => i + 0.5));
    expect(point.values?.size).toBeLessThan(1_200);
    expect(point.count).toBe(3_000);
  });
});
