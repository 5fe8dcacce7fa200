import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchedule } from './index.ts';

const runs = (expression: string, after: string, count = 3): string[] => {
  const next = parseSchedule(expression);
  const found: string[] = [];
  let at = Date.parse(after);
  for (let i = 0; i < count; i++) {
    const due = next?.(at);
    if (due === undefined) break;
    found.push(new Date(due).toISOString().slice(0, 16));
    at = due;
  }
  return found;
};

// 2026-11-23 is a Monday.
test.each([
  ['rate(1 minute)', ['2026-11-23T09:01', '2026-11-23T09:02']],
  ['rate(12 hours)', ['2026-11-23T21:00', '2026-11-24T09:00']],
  ['cron(0 10 * * ? *)', ['2026-11-23T10:00', '2026-11-24T10:00']],
  ['cron(15 12 * * ? *)', ['2026-11-23T12:15', '2026-11-24T12:15']],
  ['cron(0 18 ? * MON-FRI *)', ['2026-11-23T18:00', '2026-11-24T18:00']],
  ['cron(0 8 1 * ? *)', ['2026-12-01T08:00', '2027-01-01T08:00']],
  ['cron(0/15 * * * ? *)', ['2026-11-23T09:15', '2026-11-23T09:30']],
  ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-11-23T09:05', '2026-11-23T09:10']],
  ['cron(15 10 ? * 6L 2019-2026)', ['2026-11-27T10:15', '2026-12-25T10:15']],
  ['cron(0 9 ? * 2#1 *)', ['2026-12-07T09:00', '2027-01-04T09:00']],
  ['cron(0 9 ? * 6L *)', ['2026-11-27T09:00', '2026-12-25T09:00']],
  ['cron(0 9 L * ? *)', ['2026-11-30T09:00', '2026-12-31T09:00']],
  ['cron(0 9 1W * ? *)', ['2026-12-01T09:00', '2027-01-01T09:00']],
  ['cron(0 0 29 FEB ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ['cron(0 0 1 JAN,jul ? 2027-2028)', ['2027-01-01T00:00', '2027-07-01T00:00']],
])('%s', (expression, expected) => {
  expect(runs(expression, '2026-11-23T09:00:00Z', 2)).toEqual(expected);
});

test('hours may go on over midnight', () => {
  expect(runs('cron(0/30 20-2 ? * MON-FRI *)', '2026-11-23T19:00:00Z', 14)).toEqual([
    ...['20:00', '20:30', '21:00', '21:30', '22:00', '22:30', '23:00', '23:30'].map(
      (at) => `2026-11-23T${at}`,
    ),
    ...['00:00', '00:30', '01:00', '01:30', '02:00', '02:30'].map((at) => `2026-11-24T${at}`),
  ]);
  expect(runs('cron(0 22-4/3 * * ? *)', '2026-11-23T19:00:00Z')).toEqual([
    '2026-11-23T22:00',
    '2026-11-24T01:00',
    '2026-11-24T04:00',
  ]);
});

test('an expression that never fires again has no next time', () => {
  expect(runs('cron(0 0 30 FEB ? *)', '2026-11-23T09:00:00Z')).toEqual([]);
  expect(runs('cron(0 0 1 1 ? 2020)', '2026-11-23T09:00:00Z')).toEqual([]);
});

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'cron(* * * * *)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(60 10 * * ? *)',
  'cron(0 10 32 * ? *)',
  'cron(5-1 10 * * ? *)',
  'cron(0/0 10 * * ? *)',
  'at(2026-01-01T00:00:00)',
  '',
])('%j is no schedule', (text) => {
  expect(parseSchedule(text)).toBeUndefined();
});

test('the next time is always later, and reading never throws', () => {
  const field = fc.stringMatching(/^[0-9*?,/L#W-]{1,5}$/);
  fc.assert(
    fc.property(
      fc.tuple(field, field, field, field, field, field),
      fc.integer({ min: 0, max: 4e12 }),
      (parts, after) => {
        const due = parseSchedule(`cron(${parts.join(' ')})`)?.(after);
        expect(due === undefined || due > after).toBe(true);
      },
    ),
  );
});
