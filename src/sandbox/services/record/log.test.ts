import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CloudTrailRecord } from '../../../trail/index.ts';
import { readGraph, writeGraph } from '../../state/graph.ts';
import type { LogBatch } from '../../types.ts';
import { emptyTrail, TrailLog } from './log.ts';

const START = Date.parse('2026-11-23T09:00:00Z');
const A = '111122223333';
const B = '444455556666';

let made = 0;
const record = (account: string, at = START, region = 'us-east-1'): CloudTrailRecord => {
  made += 1;
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'Root', accountId: account },
    eventTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
    eventSource: 'sts.amazonaws.com',
    eventName: 'GetCallerIdentity',
    awsRegion: region,
    sourceIPAddress: '198.51.100.7',
    userAgent: 'test é',
    requestParameters: null,
    responseElements: null,
    eventID: `e${made}`,
    eventType: 'AwsApiCall',
    recipientAccountId: account,
  };
};
const ids = (records: readonly CloudTrailRecord[]) => records.map(({ eventID }) => eventID);
const idsIn = (bytes: Uint8Array): string[] =>
  ids(JSON.parse(`[${Buffer.from(bytes).toString()}]`) as CloudTrailRecord[]);

test('records come out as they went in, in order, across accounts, regions and windows', () => {
  const log = new TrailLog();
  const all = [
    record(A),
    record(B),
    record(A, START, 'eu-west-1'),
    record(A, START + 300_000),
    record(A, START - 1_000),
    record(A),
  ];
  for (const one of all) log.add(one);
  expect(log.take()).toEqual(all);
  expect(log.take()).toEqual([]);
  expect(log.history(A)).toEqual(all.filter(({ recipientAccountId }) => recipientAccountId === A));
  expect(log.history('000000000000')).toEqual([]);
});

test('history can be cut to the windows that may hold a time', () => {
  const log = new TrailLog();
  const [early, late] = [record(A), record(A, START + 3_600_000)];
  log.add(early);
  log.add(late);
  expect(ids(log.history(A, START + 3_600_000))).toEqual([late.eventID]);
  expect(ids(log.history(A, 0, START + 1))).toEqual([early.eventID]);
  expect(ids(log.history(A, START + 299_999, START + 3_600_000))).toHaveLength(2);
});

test('history forgets the oldest, never the last ten thousand, and what waits for its file is not forgotten', () => {
  const state = emptyTrail();
  const log = new TrailLog(state);
  const bytes = () => [...state.accounts.values()].flat().reduce((sum, s) => sum + s.bytes.length, 0);
  for (let i = 0; i < 15_000; i++) log.add(record(A));
  expect(log.history(A)).toHaveLength(15_000);
  for (const { upTo } of log.takeBatches()) log.delivered(upTo);
  for (let i = 0; i < 15_000; i++) log.add(record(A));
  for (const { upTo } of log.takeBatches()) log.delivered(upTo);
  const full = bytes();
  for (let i = 0; i < 30_000; i++) {
    log.add(record(A));
    if (i % 5_000 === 0) for (const { upTo } of log.takeBatches()) log.delivered(upTo);
  }
  const kept = ids(log.history(A));
  expect(kept.length).toBeGreaterThanOrEqual(10_000);
  expect(kept.length).toBeLessThan(17_000);
  expect(kept.at(-1)).toBe(`e${made}`);
  expect(bytes()).toBeLessThan(full * 1.5);
});

test('a log that is saved and loaded delivers what was not said to be safe, and goes on where it was', () => {
  const state = emptyTrail();
  const log = new TrailLog(state);
  log.add(record(A));
  const [first] = log.takeBatches();
  log.add(record(A));
  log.add(record(B));
  if (first !== undefined) log.delivered(first.upTo);
  // Taken, but the process ends before their file is there.
  const lost = log.takeBatches();
  expect(log.takeBatches()).toEqual([]);
  const again = new TrailLog(readGraph([...writeGraph(state)]) as typeof state);
  const batches = again.takeBatches();
  expect(batches.flatMap(({ bytes }) => idsIn(bytes)).sort()).toEqual(
    lost.flatMap(({ bytes }) => idsIn(bytes)).sort(),
  );
  expect(batches.map(({ records }) => records)).toEqual([1, 1]);
  const more = record(A);
  again.add(more);
  expect(again.takeBatches().flatMap(({ bytes }) => idsIn(bytes))).toEqual([more.eventID]);
  expect(again.history(A)).toHaveLength(3);
});

test('a batch that is being written stays as it is while records are added', () => {
  const log = new TrailLog();
  log.add(record(A));
  const [batch] = log.takeBatches();
  const before = Buffer.from(batch?.bytes ?? []).toString();
  for (let i = 0; i < 3_000; i++) log.add(record(A));
  expect(Buffer.from(batch?.bytes ?? []).toString()).toBe(before);
});

test('listeners are told of what they want to know of only', () => {
  const log = new TrailLog();
  const [all, some] = [[] as string[], [] as string[]];
  log.listen(({ eventID }) => all.push(eventID));
  log.listen(
    ({ eventID }) => some.push(eventID),
    ({ account, name, source }) => account === B && name === 'GetCallerIdentity' && source.startsWith('sts.'),
  );
  const [one, two] = [record(A), record(B)];
  log.add(one);
  log.add(two);
  expect(all).toEqual([one.eventID, two.eventID]);
  expect(some).toEqual([two.eventID]);
});

test('a record longer than a segment has one of its own', () => {
  const log = new TrailLog();
  const long = { ...record(A), errorMessage: 'é'.repeat(300_000) };
  const all = [record(A), long, record(A)];
  for (const one of all) log.add(one);
  expect(log.take()).toEqual(all);
});

test('a Region with few calls goes on in a new segment when its own was forgotten among many of another', () => {
  const log = new TrailLog();
  const deliver = () => {
    const batches = log.takeBatches();
    for (const { upTo } of batches) log.delivered(upTo);
    return batches.flatMap(({ bytes }) => idsIn(bytes));
  };
  log.add(record(A, START, 'eu-west-1'));
  for (let i = 0; i < 12_000; i++) log.add(record(A));
  deliver();
  for (let i = 0; i < 2_000; i++) log.add(record(A));
  deliver();
  const late = record(A, START, 'eu-west-1');
  log.add(late);
  expect(ids(log.history(A)).at(-1)).toBe(late.eventID);
  expect(deliver()).toEqual([late.eventID]);
  expect(deliver()).toEqual([]);
});

test('the room of forgotten segments is used again, and nothing of what stood there is seen', () => {
  const log = new TrailLog();
  const seen: string[] = [];
  const from = made + 1;
  for (let i = 0; i < 40_000; i++) {
    // Of different lengths, so that what is left of an earlier record would stand behind a shorter one.
    log.add({ ...record(A), userAgent: 'é'.repeat((i * 7) % 40) });
    if (i % 1_000 !== 999) continue;
    for (const { bytes, upTo } of log.takeBatches()) {
      seen.push(...idsIn(bytes));
      log.delivered(upTo);
    }
  }
  expect(seen).toEqual(Array.from({ length: 40_000 }, (_, i) => `e${from + i}`));
  const history = ids(log.history(A));
  expect(history).toEqual(seen.slice(-history.length));
});

/** Records of an account, in turn in so many Regions and windows: each for long, or no segment would get full. */
const adding = fc.record({
  count: fc.nat(4_000),
  account: fc.constantFrom(A, A, A, B),
  places: fc.constantFrom(1, 2, 3),
  each: fc.constantFrom(4_000, 900, 40),
  longest: fc.constantFrom(1, 30, 90),
});
/** `LOG_FUZZ_RUNS=100 npx vitest run src/sandbox/services/record/log` for the long run: a minute and a half. */
const runs = Number(process.env['LOG_FUZZ_RUNS'] ?? 3);
const places = [`us-east-1 ${START}`, `eu-west-1 ${START}`, `us-east-1 ${START + 300_000}`];
const doing = fc.constantFrom(...'batches batches batches write write write take trim load'.split(' '));

test('property: each record comes out once, in order and as it went in, whatever happens in between', () => {
  const steps = fc.array(fc.oneof(adding, fc.tuple(doing, fc.nat(9))), { minLength: 40, maxLength: 60 });
  const property = fc.property(steps, (todo) => {
    let state = emptyTrail();
    let log = new TrailLog(state);
    const all = new Map<string, string[]>([A, B].map((account) => [account, []]));
    let [n, waiting] = [0, new Map<string, string[]>()];
    let writing: { batch: LogBatch; place: string; texts: string[] }[] = [];
    const wait = (place: string, texts: string[]) =>
      waiting.set(place, [...texts, ...(waiting.get(place) ?? [])]);
    for (const step of todo) {
      if (!Array.isArray(step)) {
        const { count, account, each, longest } = step;
        for (let i = 0; i < count; i++, n++) {
          const place = places[Math.floor(i / each) % step.places] ?? '';
          const [region = '', window] = place.split(' ');
          const pieces = [`{"n":${n},"é":"`, Buffer.from('é€😀x'.repeat((i * 7) % longest)), '"}'];
          log.write(pieces, { account, region, time: Number(window) + i, source: '', name: '' });
          const text = pieces.join('');
          all.get(account)?.push(text);
          waiting.get(`${account} ${place}`)?.push(text) ?? wait(`${account} ${place}`, [text]);
        }
      } else if (step[0] === 'batches') {
        for (const batch of log.takeBatches()) {
          const place = `${batch.account} ${batch.region} ${batch.window}`;
          writing.push({ batch, place, texts: waiting.get(place)?.splice(0, batch.records) ?? [] });
        }
        expect([...waiting.values()].flat()).toEqual([]);
      } else if (step[0] === 'write' && writing.length > 0) {
        // Of any place, but there one after the other.
        const place = writing[step[1] % writing.length]?.place;
        const first = writing.findIndex((other) => other.place === place);
        const [one] = writing.splice(first, 1);
        expect(Buffer.from(one?.batch.bytes ?? []).toString() === one?.texts.join(',')).toBe(true);
        if (one !== undefined) log.delivered(one.batch.upTo);
      } else if (step[0] === 'take') {
        const number = (text: string) => Number(/\d+/.exec(text)?.[0]);
        const texts = [...waiting.values()].flat().sort((a, b) => number(a) - number(b));
        expect(log.take().map((taken) => JSON.stringify(taken))).toEqual(texts);
        [waiting, writing] = [new Map(), []];
      } else if (step[0] === 'load') {
        log.trim();
        state = readGraph([...writeGraph(state)]) as typeof state;
        log = new TrailLog(state);
        for (const { place, texts } of writing.splice(0).reverse()) wait(place, texts);
      } else log.trim();
    }
    for (const [account, texts] of all) {
      // Forgotten are whole segments: not always the oldest records of all.
      const kept = log.history(account).map((known) => JSON.stringify(known));
      const left = new Set(kept);
      expect(left.size).toBeGreaterThanOrEqual(Math.min(texts.length, 10_000));
      expect(kept.join() === texts.filter((text) => left.has(text)).join()).toBe(true);
    }
  });
  fc.assert(property, { numRuns: runs });
});
