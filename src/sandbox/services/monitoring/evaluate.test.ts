import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Datapoint, evaluate, gridOf, judge, nextChange, nextOnGrid } from './evaluate.ts';
import { addPoint, pointOf } from './points.ts';
import type { Alarm, AlarmConfiguration, Metric, TreatMissingData } from './state.ts';

const MINUTE = 60_000;
const configuration: AlarmConfiguration = {
  actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] },
  metric: { namespace: 'x', name: 'm', dimensions: [] },
  statistic: 'Sum',
  extended: false,
  period: MINUTE,
  evaluationPeriods: 3,
  threshold: 1,
  operator: 'GreaterThanOrEqualToThreshold',
};
const alarm = (more: Partial<AlarmConfiguration>): Alarm => ({
  name: 'a',
  arn: 'arn:a',
  configuration: { ...configuration, ...more },
  actionsEnabled: true,
  configuredAt: 0,
  condition: { value: 'OK', reason: '', at: 0 },
  transitionedAt: 0,
  tags: new Map(),
});

/** `0 - X - X`, oldest first, as the page's tables write it. */
function datapoints(text: string, now: number): Datapoint[] {
  const cells = text.split(' ');
  return cells
    .flatMap((cell, i) =>
      cell === '-'
        ? []
        : [{ at: now - (cells.length - i) * MINUTE, value: cell === 'X' ? 1 : 0, samples: 1 }],
    )
    .reverse();
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-evaluating-missing-data */
describe("the tables of AWS's page", () => {
  const I = 'INSUFFICIENT_DATA';
  const keep = undefined;
  test.each([
    [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    [3, '- - - - -', I, keep, 'ALARM', 'OK'],
    [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    [3, '- - - - X', I, keep, 'ALARM', 'OK'],
    [3, 'X - - - -', 'ALARM', keep, 'ALARM', 'OK'],
    [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    [2, '- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    [2, '- - - - X', I, keep, 'ALARM', 'OK'],
  ] as const)('%i of 3: %s', (datapointsToAlarm, points, missing, ignore, breaching, notBreaching) => {
    const now = 10 * MINUTE;
    const state = (treatMissingData: TreatMissingData) =>
      judge({ ...configuration, datapointsToAlarm, treatMissingData }, datapoints(points, now), now)?.state;
    expect({
      missing: state('missing'),
      ignore: state('ignore'),
      breaching: state('breaching'),
      notBreaching: state('notBreaching'),
    }).toEqual({ missing, ignore, breaching, notBreaching });
  });
});

test.each([
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['GreaterThanThreshold', [false, false, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
] as const)('%s', (operator, expected) => {
  const states = [0, 1, 2].map((value) => {
    const c = { ...configuration, operator, evaluationPeriods: 1 };
    return judge(c, [{ at: 0, value, samples: 1 }], MINUTE)?.state === 'ALARM';
  });
  expect(states).toEqual(expected);
});

test('periods slide: an alarm of five minutes looks at the five minutes before each minute', () => {
  const metric: Metric = { ...configuration.metric, series: new Map() };
  addPoint(metric, 'None', 3 * MINUTE, pointOf(1));
  const five = alarm({ period: 5 * MINUTE, evaluationPeriods: 1, treatMissingData: 'notBreaching' });
  expect(evaluate(five, metric, 3 * MINUTE)?.state).toBe('OK');
  expect(evaluate(five, metric, 4 * MINUTE)?.evaluated).toEqual([{ at: -1 * MINUTE, value: 1, samples: 1 }]);
  expect(evaluate(five, metric, 8 * MINUTE)?.evaluated).toEqual([{ at: 3 * MINUTE, value: 1, samples: 1 }]);
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html "a multi-day alarm" */
test('an alarm over more than a day is evaluated at full hours, others every minute', () => {
  const hour = 60 * MINUTE;
  const days = alarm({ period: 24 * hour, evaluationPeriods: 3, treatMissingData: 'notBreaching' });
  expect(nextOnGrid(days.configuration, 10 * hour + 2 * MINUTE)).toBe(11 * hour);
  expect(nextOnGrid({ ...days.configuration, evaluationPeriods: 1 }, 10 * hour + 2 * MINUTE)).toBe(
    10 * hour + 3 * MINUTE,
  );
  const metric: Metric = { ...configuration.metric, series: new Map() };
  addPoint(metric, 'None', 10 * hour + 2 * MINUTE, pointOf(1));
  expect(nextChange(days, metric, 10 * hour)).toBe(11 * hour);
  expect(nextChange(days, metric, 11 * hour)).toBe(35 * hour);
});

test('an alarm on few samples of a percentile can be told to wait', () => {
  const metric: Metric = { ...configuration.metric, series: new Map() };
  addPoint(metric, 'None', 0, pointOf(5, 999));
  const p99 = alarm({ statistic: 'p99', evaluationPeriods: 1, lowSamples: 'ignore' });
  expect(evaluate(p99, metric, MINUTE)).toBeUndefined();
  addPoint(metric, 'None', 0, pointOf(5, 1));
  expect(evaluate(p99, metric, MINUTE)?.state).toBe('ALARM');
});

describe('the alarms that `crossaccount generate` writes', () => {
  const { alarms } = JSON.parse(
    readFileSync(
      new URL('../../../../examples/two-accounts/cloudtrail/alerts.json', import.meta.url),
      'utf8',
    ),
  ) as {
    alarms: {
      AlarmName: string;
      Period: number;
      EvaluationPeriods: number;
      DatapointsToAlarm?: number;
      Threshold: number;
    }[];
  };

  /** CloudTrail's logs come in batches, five minutes late on average, with quiet minutes counted as 0. */
  test.each(alarms)(
    '$AlarmName goes to ALARM however late CloudTrail is, within a quarter of an hour',
    (input) => {
      const subject = alarm({
        period: input.Period * 1000,
        evaluationPeriods: input.EvaluationPeriods,
        ...(input.DatapointsToAlarm !== undefined && { datapointsToAlarm: input.DatapointsToAlarm }),
        threshold: input.Threshold,
        treatMissingData: 'notBreaching',
      });
      const misuse = 1_000;
      for (let late = 0; late <= 15; late++) {
        const metric: Metric = { ...configuration.metric, series: new Map() };
        for (let minute = misuse - 60; minute <= misuse + late; minute++) {
          addPoint(metric, 'None', minute * MINUTE, pointOf(minute === misuse ? input.Threshold : 0));
        }
        const arrived = misuse + late + 1;
        expect([late, evaluate(subject, metric, arrived * MINUTE)?.state]).toEqual([late, 'ALARM']);
        // Long after it is over.
        const end = arrived + (input.Period * (input.EvaluationPeriods + 3)) / 60;
        expect(evaluate(subject, metric, end * MINUTE)?.state).toBe('OK');
      }
    },
  );
});

test('nothing changes between the times that `nextChange` names', () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 });
  const shape = fc.record({
    period: fc.constantFrom(1, 2, 5, 90, 1440).map((n) => n * MINUTE),
    evaluationPeriods: fc.constantFrom(1, 2, 3, 17),
    treatMissingData: fc.constantFrom<TreatMissingData>('missing', 'ignore', 'breaching', 'notBreaching'),
  });
  fc.assert(
    fc.property(minutes, shape, (times, more) => {
      const metric: Metric = { ...configuration.metric, series: new Map() };
      for (const minute of times) addPoint(metric, 'None', minute * MINUTE, pointOf(minute % 2));
      const subject = alarm(more);
      const changes = new Set<number>();
      for (let at: number | undefined = 0; at !== undefined; at = nextChange(subject, metric, at))
        changes.add(at);
      let before = evaluate(subject, metric, 0)?.state;
      for (
        let at = nextOnGrid(subject.configuration, 0);
        at < 240 * MINUTE;
        at += gridOf(subject.configuration)
      ) {
        const now = evaluate(subject, metric, at)?.state;
        if (!changes.has(at)) expect(now).toBe(before);
        before = now;
      }
    }),
  );
});
