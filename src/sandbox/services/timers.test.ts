import { expect, test } from 'vitest';
import { Timers } from './timers.ts';

function rig() {
  const bugs: Error[] = [];
  const ran: string[] = [];
  const timers = new Timers({ timers: [], next: 0 }, (error) => bugs.push(error));
  timers.handle<string>('test.note', (payload, due, now) => ran.push(`${payload} ${due} ${now}`));
  return { bugs, ran, timers };
}

test('timers run once, in order of their time and then as they were set, when time has come', () => {
  const { ran, timers } = rig();
  timers.at(20, 'test.note', 'c');
  timers.at(10, 'test.note', 'a');
  timers.at(10, 'test.note', 'b');
  timers.at(40, 'test.note', 'later');
  expect(timers.run(30)).toBe(3);
  expect(timers.run(30)).toBe(0);
  expect(ran).toEqual(['a 10 30', 'b 10 30', 'c 20 30']);
});

test('a handler that throws is reported, and neither the timers after it nor the caller feel it', () => {
  const { bugs, ran, timers } = rig();
  const cause = new Error('NoSuchBucket');
  timers.handle('test.fails', () => {
    throw cause;
  });
  timers.at(10, 'test.fails', undefined);
  timers.at(20, 'test.note', 'after');
  expect(timers.run(30)).toBe(2);
  expect(ran).toEqual(['after 20 30']);
  expect(bugs.map(({ message }) => message)).toEqual([
    'a bug in the sandbox: test.fails failed: NoSuchBucket',
  ]);
  expect(bugs[0]?.cause).toBe(cause);
});

test('a timer that sets itself in the past does not hold the process for ever', () => {
  const { timers } = rig();
  timers.handle('test.again', () => timers.at(0, 'test.again', undefined));
  timers.at(0, 'test.again', undefined);
  expect(timers.run(1)).toBe(100_000);
});

test('cancelled timers do not run', () => {
  const { ran, timers } = rig();
  timers.at(1, 'test.note', 'kept');
  timers.at(1, 'test.note', 'cancelled');
  timers.cancel<string>('test.note', (payload) => payload === 'cancelled');
  timers.run(1);
  expect(ran).toEqual(['kept 1 1']);
});

test('handlers may set and cancel timers of the same moment', () => {
  const { ran, timers } = rig();
  timers.handle('test.changes', () => {
    timers.cancel<string>('test.note', (payload) => payload === 'cancelled');
    timers.at(5, 'test.note', 'late');
  });
  timers.at(10, 'test.note', 'before');
  timers.at(10, 'test.changes', undefined);
  timers.at(10, 'test.note', 'cancelled');
  timers.at(10, 'test.note', 'after');
  expect(timers.run(30)).toBe(4);
  expect(ran).toEqual(['before 10 30', 'late 5 30', 'after 10 30']);
  expect(timers.run(30)).toBe(0);
});

test('those who set timers at intervals are told that the clock was set back', () => {
  const { ran, timers } = rig();
  timers.whenSetBack((now) => {
    timers.cancel('test.note', () => true);
    timers.at(now + 1, 'test.note', 'anew');
  });
  timers.at(1_000, 'test.note', 'far ahead');
  timers.setBack(10);
  timers.run(20);
  expect(ran).toEqual(['anew 11 20']);
});
