import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CloudTrailRecord, scanRecords, writeLogFile } from '../trail/index.ts';
import { createDetector, isRelevant, wantedEvents } from './index.ts';
import {
  ATTACKER,
  assumed,
  byService,
  config,
  denied,
  goodTrust,
  OFFICE,
  ROLE,
  sessionToken,
  trustUpdate,
  user,
} from './testing/records.ts';
import type { DetectorOptions, Finding } from './types.ts';

const detect = (records: readonly CloudTrailRecord[], options: DetectorOptions = {}): Finding[] => {
  const detector = createDetector(config, options);
  for (const record of records) detector.add(record);
  return detector.finish();
};

const START = Date.parse('2026-11-20T00:00:00Z');
const isoAt = (seconds: number) => `${new Date(START + seconds * 1000).toISOString().slice(0, 19)}Z`;
const open = { ...goodTrust, Statement: [{ ...goodTrust.Statement[0], Principal: '*' }] };

/** A stream of what happens within `days`; dense enough that windows fill. */
const stream = (days: number): fc.Arbitrary<CloudTrailRecord[]> =>
  fc
    .array(
      fc.record({
        burst: fc.integer({ min: 0, max: days * 12 - 1 }),
        offset: fc.integer({ min: 0, max: 700 }),
        who: fc.constantFrom('security-admin', 'ana', 'ben', 'cy'),
        from: fc.constantFrom(OFFICE, ATTACKER, '2001:db8:9::1', '2001:db8:9::2'),
        role: fc.constantFrom(ROLE, `${ROLE}Two`),
        kind: fc.constantFrom('denied', 'denied', 'assumed', 'assumed', 'token', 'trust', 'opened'),
      }),
      { maxLength: 60 },
    )
    .map((events) =>
      events.flatMap(({ burst, offset, who, from, role, kind }): CloudTrailRecord[] => {
        const call = { time: isoAt(burst * 7200 + offset), by: user(who), from, role };
        if (kind === 'denied') return [denied(call)];
        if (kind === 'assumed') return assumed(call);
        if (kind === 'token') return [sessionToken(call)];
        return [trustUpdate(kind === 'trust' ? goodTrust : open, call)];
      }),
    );

const byTime = (a: CloudTrailRecord, b: CloudTrailRecord) =>
  Date.parse(a.eventTime) - Date.parse(b.eventTime);

describe('findings depend on the events alone', () => {
  test('order and repetition change nothing', () => {
    fc.assert(
      fc.property(
        stream(3).chain((records) =>
          fc.tuple(
            fc.constant(records),
            fc.shuffledSubarray(records, { minLength: records.length }),
            fc.subarray(records),
          ),
        ),
        ([records, shuffled, again]) => {
          expect(detect([...again, ...shuffled, ...again])).toEqual(detect(records));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('nor does leaving out, before parsing, what no rule looks at', () => {
    const eventNames = wantedEvents.map(({ eventName }) => eventName);
    fc.assert(
      fc.property(stream(3), (records) => {
        const noise = [0, 600, 1200].map((s) => byService({ time: isoAt(s) }));
        const file = writeLogFile([...records, ...noise]);
        const scanned = scanRecords(file, 'x', { eventNames, keep: isRelevant }).records;
        expect(scanned).toHaveLength(records.length);
        expect(detect(scanned)).toEqual(detect([...records, ...noise]));
      }),
      { numRuns: 30 },
    );
  });

  test('nor does forgetting: settled at every event, with records up to the lateness late', () => {
    const LATENESS = 6 * 3600;
    fc.assert(
      fc.property(
        stream(20).chain((records) =>
          fc.tuple(
            fc.constant(records),
            fc.array(fc.integer({ min: 0, max: LATENESS - 1 }), {
              minLength: records.length,
              maxLength: records.length,
            }),
          ),
        ),
        ([records, delays]) => {
          const delivered = records
            .map((record, i) => ({ record, at: Date.parse(record.eventTime) + (delays[i] ?? 0) * 1000 }))
            .sort((a, b) => a.at - b.at)
            .map(({ record }) => record);
          expect(detect(delivered, { lateness: LATENESS, settleAfter: 0 })).toEqual(detect(records));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('memory is bounded by time', () => {
  test('a year of events keeps days of them, and every night is still told once', () => {
    const detector = createDetector(config, { lateness: 3600, settleAfter: 10 });
    const held: number[] = [];
    for (let day = 0; day < 365; day++) {
      for (const record of assumed({ time: isoAt(day * 86_400 + 3600) })) detector.add(record);
      held.push(detector.held);
    }
    expect(Math.max(...held)).toBeLessThan(25);
    expect(detector.finish().filter((f) => f.rule === 'outside-business-hours')).toHaveLength(365);
  });

  test('one record from the far future costs no finding of those that come together after it', () => {
    const future = sessionToken({ time: '2099-01-01T12:00:00Z' });
    const attack = [0, 60, 120].map((s) => denied({ time: isoAt(s), from: ATTACKER }));
    const rules = detect([future, ...attack]).map((finding) => finding.rule);
    expect(rules).toContain('failed-assume-role');
  });

  test('records without a usable time are passed over', () => {
    expect(detect([denied({ time: 'yesterday' })].flatMap((r) => [r, r, r]).sort(byTime))).toEqual([]);
  });
});
