import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasFailed, lanesOf, openLanes, room, rounds, start } from './lanes.ts';
import type { Lane } from './model.ts';
import { checkPreferences, orderedRegions, paceOf } from './preferences.ts';

const lane = (accounts: number, tolerance: number, concurrency: number, strict: boolean): Lane => ({
  region: 'us-east-1',
  accounts: Array.from({ length: accounts }, (_, i) => String(i)),
  next: 0,
  running: [],
  failed: 0,
  tolerance,
  concurrency,
  strict,
});

/** Runs a lane to its end; how many failed, and how many ran at once at most. */
function run(one: Lane, fails: (account: string) => boolean): { failed: number; most: number; done: number } {
  let most = 0;
  let done = 0;
  while (!hasFailed(one) && (one.next < one.accounts.length || one.running.length > 0)) {
    start(one);
    most = Math.max(most, one.running.length);
    for (const account of one.running) if (fails(account)) one.failed++;
    done += one.running.length;
    one.running = [];
  }
  return { failed: one.failed, most, done };
}

describe('a lane', () => {
  it('never fails in more accounts than its tolerance and one, in strict mode', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.nat(10),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (accounts, tolerance, concurrency, failing) => {
          const one = lane(accounts, tolerance, Math.min(concurrency, tolerance + 1), true);
          const { failed, most } = run(one, (account) => failing[Number(account)] === true);
          expect(failed).toBeLessThanOrEqual(tolerance + 1);
          expect(most).toBeLessThanOrEqual(Math.min(concurrency, tolerance + 1));
        },
      ),
    );
  });

  it('keeps its concurrency whatever fails, in soft mode', () => {
    const one = lane(30, 5, 10, false);
    const { failed, most } = run(one, () => true);
    expect(most).toBe(10);
    expect(failed).toBe(10);
  });

  it('works on every account when failures stay within the tolerance', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (accounts, concurrency, strict) => {
          const one = lane(accounts, 3, strict ? Math.min(4, concurrency) : concurrency, strict);
          const { done } = run(one, (account) => Number(account) % 20 === 7);
          expect(done).toBe(accounts);
        },
      ),
    );
  });

  it('starts no more than it has', () => {
    const one = lane(3, 9, 10, false);
    expect(room(one)).toBe(3);
    expect(start(one)).toEqual(['0', '1', '2']);
    expect(room(one)).toBe(0);
  });
});

describe('the pace', () => {
  it('is one account at a time by default', () => {
    expect(paceOf({}, 100)).toEqual({ tolerance: 0, concurrency: 1, strict: true });
  });

  it('rounds percentages down, and the concurrency to no less than one', () => {
    expect(paceOf({ FailureTolerancePercentage: 10, MaxConcurrentPercentage: 25 }, 9)).toEqual({
      tolerance: 0,
      concurrency: 1,
      strict: true,
    });
    expect(
      paceOf(
        {
          FailureTolerancePercentage: 10,
          MaxConcurrentPercentage: 25,
          ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
        },
        99,
      ),
    ).toEqual({ tolerance: 9, concurrency: 24, strict: false });
    expect(
      paceOf({ MaxConcurrentPercentage: 1, ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE' }, 5).concurrency,
    ).toBe(1);
  });

  it('is held to the tolerance and one in strict mode', () => {
    expect(paceOf({ FailureToleranceCount: 3, MaxConcurrentCount: 10 }, 100).concurrency).toBe(4);
  });

  it('is not given twice', () => {
    expect(() => checkPreferences({ FailureToleranceCount: 1, FailureTolerancePercentage: 1 })).toThrow(
      /Both/,
    );
    expect(() => checkPreferences({ MaxConcurrentCount: 1, MaxConcurrentPercentage: 1 })).toThrow(/Both/);
    expect(() => checkPreferences({ RegionOrder: ['a', 'a'] })).toThrow(/duplicate/);
    expect(() => checkPreferences({ FailureToleranceCount: 1, MaxConcurrentPercentage: 1 })).not.toThrow();
  });
});

describe('Regions', () => {
  const work = ['eu-west-1', 'us-east-1', 'eu-west-1'].map((region, i) => ({ accountId: String(i), region }));

  it('come in RegionOrder, the others after', () => {
    expect(orderedRegions(['a', 'b', 'c'], { RegionOrder: ['c', 'x', 'a'] })).toEqual(['c', 'a', 'b']);
  });

  it('are worked on one after the other, or all at once', () => {
    const lanes = lanesOf(work, {});
    expect(openLanes(lanes, {}).map(({ region }) => region)).toEqual(['eu-west-1']);
    expect(openLanes(lanes, { RegionConcurrencyType: 'PARALLEL' })).toHaveLength(2);
    expect(rounds(lanes, {})).toBe(3);
    expect(rounds(lanes, { RegionConcurrencyType: 'PARALLEL' })).toBe(2);
  });
});
