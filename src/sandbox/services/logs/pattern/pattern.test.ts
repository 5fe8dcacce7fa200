import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extract, extractAll } from './extract.ts';
import { matches, parsePattern } from './index.ts';
import { LogText } from './log-text.ts';
import { readRegex, regexFinds } from './regex.ts';

function hit(pattern: string, message: string | object): boolean {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) throw new Error(`${pattern}: ${parsed.message}`);
  return matches(
    parsed.pattern,
    new LogText(typeof message === 'string' ? message : JSON.stringify(message)),
  );
}

describe('terms', () => {
  const three = ['ERROR WARN message', 'ERROR message', 'WARN message'];
  // The examples of AWS's page.
  test.each([
    ['ERROR', [true, true, false]],
    ['?ERROR ?WARN', [true, true, true]],
    ['ERROR WARN', [true, false, false]],
    ['ERROR -WARN', [false, true, false]],
    ['"ERROR message"', [false, true, false]],
    ['ERROR - "WARN"', [false, true, false]],
    ['%^(E|W)%'.replace('(E|W)', '[EW]'), [true, true, true]],
    ['', [true, true, true]],
  ])('%s picks the right ones', (pattern, expected) => {
    expect(three.map((message) => hit(pattern, message))).toEqual(expected);
  });

  test('`" "` is AWS’s way to match everything', () => {
    for (const message of ['ERROR', 'two words', '']) expect(hit('" "', message)).toBe(true);
  });

  test('`?` terms are ignored beside others', () => {
    expect(hit('?ERROR ?ARGUMENTS REQUEST', '[INFO] REQUEST FAILED')).toBe(true);
    expect(hit('?ERROR ?ARGUMENTS -REQUEST', '[INFO] REQUEST FAILED')).toBe(false);
  });

  test('are case-sensitive', () => expect(hit('ERROR', 'error')).toBe(false));

  test.each(['foo-bar', 'a.b', '"open', '%open', '%a(b)%', '%[%', '%a{3,2}%', '%é%'])(
    '%s is refused',
    (pattern) => expect(parsePattern(pattern)).toMatchObject({ ok: false }),
  );
});

describe('JSON', () => {
  const trail = {
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    user: { id: 1, email: 'John.Stiles@example.com' },
    users: [{ id: 2, email: 'John.Doe@example.com' }],
    actions: ['GET', 'PUT', 'DELETE'],
    coordinates: [[0, 1, 2]],
    'a.b': 'dotted',
    literal: 'Ev*ent',
  };

  test.each([
    '{ $.eventType = "UpdateTrail" }',
    '{ $.eventType = UpdateTrail }',
    '{ $.eventType = *Trail }',
    '{ $.eventType = "Update*" }',
    '{ $.eventType = "*date*" }',
    '{ $.eventType = * }',
    '{ $.sourceIPAddress != 123.123.* }',
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[*] = "another value" }',
    '{ $.objectList[1].id = 2 }',
    '{ $.objectList[*].id >= 2 }',
    '{ $.SomeObject IS NULL }',
    '{ $.SomeOtherObject NOT EXISTS }',
    '{ $.ThisFlag IS TRUE }',
    "{ $.['a.b'] = dotted }",
    '{ $.literal = Ev*ent }',
    '{ $.user.id < 10e3 && $.user.id > -1.5 && $.user.id != 500 }',
    '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }',
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
    '{ $.eventType = %^Up[a-z]+T.{2}il$% }',
  ])('%s matches', (pattern) => expect(hit(pattern, trail)).toBe(true));

  test.each([
    '{ $.eventType = "updateTrail" }',
    '{ $.eventType = "Up*Trail" }',
    '{ $.arrayKey = "value" }',
    '{ $.users != 1 }',
    '{ $.users = 1 }',
    '{ $.absent = "*" }',
    '{ $.absent != "x" }',
    '{ $.SomeObject != "x" }',
    '{ $.eventType IS NULL }',
    '{ $.SomeObject NOT EXISTS }',
    '{ $.ThisFlag IS FALSE }',
    '{ $.eventType > 3 }',
    '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }',
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
    '{ $.__proto__ IS NULL }',
    '{ $.eventType.length = 11 }',
  ])('%s does not match', (pattern) => expect(hit(pattern, trail)).toBe(false));

  test('a message that is no JSON object matches nothing, not even what must not exist', () => {
    for (const message of ['plain', '[1]', '{broken', 'null', '']) {
      expect(hit('{ $.a NOT EXISTS }', message)).toBe(false);
    }
  });

  test.each([
    '{',
    '{ }',
    '{ $.a }',
    '{ $.a = }',
    '{ a = 1 }',
    '{ $ = 1 }',
    '{ $.a = 1 } x',
    '{ ($.a = 1 }',
    '{ $.a[x] = 1 }',
    '{ $.a = "x }',
    '{ $.a IS 3 }',
    '{ $.a = 1 && }',
    '{ $.a[*].b[*] = 1 }',
    '{ $.a[*] = 1 || $.b.* = 1 || $.c[*] = 1 || $.* = 1 }',
    '{ $.a IS NOT NULL }',
    '{ $.a EXISTS }',
    '{ $.a = %x% && $.b = %x% && $.c = %x% }',
  ])('%s is refused', (pattern) => expect(parsePattern(pattern)).toMatchObject({ ok: false }));
});

describe('space-delimited fields', () => {
  const line = (status: number, bytes: number) =>
    `127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" ${status} ${bytes}`;

  test.each([
    ['[ip, user, username, timestamp, request, status_code, bytes > 1000]', true],
    ['[ip, user, username, timestamp, request, status_code = 200, bytes]', false],
    ['[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]', true],
    ['[ip, user, username, timestamp, request, status_code = 4* && bytes > 1, bytes]', undefined],
    ['[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]', false],
    ['[ip, user, username, timestamp, request, status_code = 4* || status_code = 5*, bytes]', true],
    ['[..., status_code = 404, bytes]', true],
    ['[ip = 127.*, ...]', true],
    ['[ip = %^127\\.0%, ..., bytes]', true],
    ['[ip, user = "-"]', false],
    ['[ip, user = "-", rest]', true],
    ['[ip, user, username, timestamp, request, status_code, bytes, more]', false],
    ['[]', true],
    ['[..., a, ..., b]', undefined],
  ])('%s: %s', (pattern, expected) => {
    if (expected === undefined) expect(parsePattern(pattern)).toMatchObject({ ok: false });
    else expect(hit(pattern, line(404, 1534))).toBe(expected);
  });

  test("AWS's example: extracted fields", () => {
    const parsed = parsePattern('[..., request=*.html*, status_code=4*,]');
    if (!parsed.ok) throw new Error(parsed.message);
    const log = new LogText(line(404, 1534));
    expect(extractAll(parsed.pattern, log)).toEqual({
      $status_code: '404',
      $request: 'GET /index.html HTTP/1.0',
      $7: '1534',
      $4: '10/Oct/2000:13:25:15 -0700',
      $3: 'frank',
      $2: '-',
      $1: '127.0.0.1',
    });
    expect(extract(parsed.pattern, '$status_code', log)).toBe('404');
    expect(extract(parsed.pattern, '$other', log)).toBeUndefined();
  });

  test('a last field without a condition takes the rest of the line', () => {
    const lines = [
      'INFO 09/25/2014 12:00:00 GET /service/resource/67 1200',
      'INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310',
      'WARNING 09/25/2014 12:00:02 Invalid user request',
      'ERROR 09/25/2014 12:00:02 Failed to process request',
    ];
    const hits = (pattern: string) => lines.map((text) => hit(pattern, text));
    // The examples of AWS's page.
    expect(hits('[w1=ERROR, w2]')).toEqual([false, false, false, true]);
    expect(hits('[w1=ERROR || w1=WARNING, w2]')).toEqual([false, false, true, true]);
    expect(hits('[w1!=ERROR && w1!=WARNING, w2]')).toEqual([true, true, false, false]);
    expect(
      hits('[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]').slice(0, 2),
    ).toEqual([true, false]);
    const parsed = parsePattern('[level, day, rest]');
    if (!parsed.ok) throw new Error(parsed.message);
    const log = new LogText('ERROR today "to process" [a b] c');
    expect(extract(parsed.pattern, '$rest', log)).toBe('"to process" [a b] c');
  });

  test('`=!` is AWS’s other way to write "is not"', () => {
    expect(hit('[w1=!ERROR&&w1=!WARN, w2]', 'INFO x')).toBe(true);
    expect(hit('[w1=!ERROR&&w1=!WARN, w2]', 'WARN x')).toBe(false);
  });
});

describe('any pattern', () => {
  test('is parsed or refused, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((s) => `{ $.a = ${s} }`),
          fc.string().map((s) => `[a${s}]`),
        ),
        fc.string(),
        (pattern, message) => {
          const parsed = parsePattern(pattern);
          if (parsed.ok) matches(parsed.pattern, new LogText(message));
        },
      ),
    );
  });

  test('a quoted text matches exactly that text', () => {
    const plain = fc.string({ minLength: 1 }).filter((s) => !/^\*|\*$|\\/.test(s));
    fc.assert(
      fc.property(plain, fc.string(), (wanted, other) => {
        const pattern = `{ $.a = "${wanted.replaceAll('"', '\\"')}" }`;
        expect(hit(pattern, { a: wanted })).toBe(true);
        expect(hit(pattern, { a: other })).toBe(other === wanted);
        expect(hit(pattern.replace('=', '!='), { a: other })).toBe(other !== wanted);
      }),
    );
  });

  test('regular expressions agree with JavaScript’s', () => {
    const atom = fc.constantFrom('a', 'b', '.', '\\d', '[ab]', '[^a]', '\\w', '-');
    const step = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{2,}'))
      .map((p) => p.join(''));
    const branch = fc
      .tuple(
        fc.constantFrom('', '^'),
        fc.array(step, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', '$'),
      )
      .map(([start, steps, end]) => start + steps.join('') + end);
    const source = fc.array(branch, { minLength: 1, maxLength: 3 }).map((b) => b.join('|'));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', 'ä'), maxLength: 8 });
    fc.assert(
      fc.property(source, text, (expression, value) => {
        expect(regexFinds(readRegex(expression), value)).toBe(new RegExp(expression).test(value));
      }),
      { numRuns: 500 },
    );
  });

  test('regular expressions of many steps agree with JavaScript’s too', () => {
    const count = fc.constantFrom('', '?', '*', '{31}', '{32}', '{0,40}', '{33,}', '{20,70}');
    const step = fc.tuple(fc.constantFrom('a', 'b', '[ab]'), count).map((p) => p.join(''));
    const source = fc
      .tuple(
        fc.constantFrom('', '^'),
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('', '$'),
      )
      .map(([start, steps, end]) => start + steps.join('') + end);
    const run = fc.tuple(fc.constantFrom('a', 'b', 'ab'), fc.integer({ min: 0, max: 70 }));
    const text = fc
      .array(run, { maxLength: 4 })
      .map((runs) => runs.map(([unit, times]) => unit.repeat(times)).join(''));
    fc.assert(
      fc.property(source, text, (expression, value) => {
        expect(regexFinds(readRegex(expression), value)).toBe(new RegExp(expression).test(value));
      }),
      { numRuns: 500 },
    );
  });

  // "Usage of supported operators" of AWS's page.
  test.each([
    ['^starting|^initializing|^shutting down', ['shutting down now'], ['skipping initializing']],
    ['^a{3,5}$', ['aaa', 'aaaaa'], ['aa', 'aaaaaa']],
    ['^a{3, 5}$', ['aaaa'], ['aa']],
    ['^a{,2}$', ['', 'aa'], ['aaa']],
    ['^a{2,}$', ['aa', 'aaa'], ['a']],
    ['\\x28[\\x41-\\x43]\\x3A', ['(A:', '(B:'], ['A:', '(-:', '(D:']],
    ['\\[.\\]', ['[ ]', '[@]'], ['[]']],
    ['10\\.10\\.0\\.1', ['10.10.0.1'], ['10010,051']],
  ])('%s is read as the page has it', (source, found, missed) => {
    expect(found.filter((text) => !regexFinds(readRegex(source), text))).toEqual([]);
    expect(missed.filter((text) => regexFinds(readRegex(source), text))).toEqual([]);
  });

  test.each(['a{,}', 'a{}', 'a{1,2', '\\x', '\\x9', '\\xFF', '\\xZZ', '[\\x43-\\x41]', '[a-\\d]'])(
    '%s is refused',
    (source) => expect(() => readRegex(source)).toThrow(),
  );

  test('a megabyte of brackets that are never closed is split at once', () => {
    expect(hit('[a, b = x]', '[ '.repeat(500_000))).toBe(false);
  });

  test('hostile regular expressions are matched in linear time', () => {
    const regex = readRegex(`${'a*'.repeat(100)}b`);
    expect(regexFinds(regex, 'a'.repeat(10_000))).toBe(false);
  });
});

describe('what `crossaccount generate` writes', () => {
  const alerts = JSON.parse(
    readFileSync(
      new URL('../../../../../examples/two-accounts/cloudtrail/alerts.json', import.meta.url),
      'utf8',
    ),
  ) as { metricFilters: { filterName: string; filterPattern: string }[] };
  const pattern = (name: string): string => {
    const found = alerts.metricFilters.find(({ filterName }) => filterName.endsWith(name));
    if (found === undefined) throw new Error(name);
    return found.filterPattern;
  };
  const assume = {
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    sourceIPAddress: '203.0.113.9',
  };

  test('failed assumptions', () => {
    expect(hit(pattern('failed-assume-role'), { ...assume, errorCode: 'AccessDenied' })).toBe(true);
    expect(hit(pattern('failed-assume-role'), assume)).toBe(false);
  });

  test('unknown networks', () => {
    expect(hit(pattern('unknown-network'), assume)).toBe(false);
    expect(hit(pattern('unknown-network'), { ...assume, sourceIPAddress: '198.51.100.7' })).toBe(true);
    for (const sourceIPAddress of ['cloudformation.amazonaws.com', 'AWS Internal']) {
      expect(hit(pattern('unknown-network'), { ...assume, sourceIPAddress })).toBe(false);
    }
  });

  test('trust policies', () => {
    const change = { eventSource: 'iam.amazonaws.com', eventName: 'UpdateAssumeRolePolicy' };
    expect(hit(pattern('trust-policy-change'), change)).toBe(true);
    expect(hit(pattern('trust-policy-change'), { ...change, errorCode: 'AccessDenied' })).toBe(false);
    expect(hit(pattern('trust-policy-change'), { ...change, eventName: 'GetRole' })).toBe(false);
  });
});
