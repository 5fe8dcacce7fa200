import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, matches, parsePattern } from './index.ts';
import { compileWildcard } from './wildcard.ts';

const match = (pattern: unknown, event: Json): boolean => {
  const read = parsePattern(JSON.stringify(pattern));
  if (!read.ok) throw new Error(read.reason);
  return matches(read.pattern, event);
};

describe('operators', () => {
  test.each<[unknown, Json, Json]>([
    [['x'], 'x', 'X'],
    [[null], null, ''],
    [[true], true, 'true'],
    [[300], 3.0e2, 301],
    [['', 'a'], '', 'b'],
    [[{ prefix: 'us-' }], 'us-east-1', 'eu-us-'],
    [[{ prefix: { 'equals-ignore-case': 'us-' } }], 'US-east', 'xus-'],
    [[{ suffix: '.png' }], 'a.png', 'a.PNG'],
    [[{ suffix: { 'equals-ignore-case': '.png' } }], 'a.PNG', 'a.pngx'],
    [[{ 'equals-ignore-case': 'alice' }], 'ALICE', 'alices'],
    [[{ 'anything-but': 'a' }], 'b', 'a'],
    [[{ 'anything-but': ['a', 'b'] }], 'c', 'b'],
    [[{ 'anything-but': [1, 2] }], 3, 2],
    [[{ 'anything-but': { prefix: 'us-' } }], 'eu', 'us-1'],
    [[{ 'anything-but': { prefix: ['a', 'b'] } }], 'c', 'bc'],
    [[{ 'anything-but': { suffix: '.png' } }], 'a.jpg', 'a.png'],
    [[{ 'anything-but': { wildcard: '*/lib/*' } }], '/a/b', '/a/lib/b'],
    [[{ 'anything-but': { 'equals-ignore-case': ['A', 'b'] } }], 'c', 'B'],
    [[{ numeric: ['=', 5] }], 5, 5.1],
    [[{ numeric: ['>', 0, '<=', 5] }], 5, 0],
    [[{ numeric: ['<', 10] }], 9, '9'],
    [[{ numeric: ['>', 0] }], 5e9, 5e9 + 1],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.255', '10.0.1.0'],
    [[{ cidr: '2001:db8::/32' }], '2001:db8::1', '10.0.0.1'],
    [[{ cidr: '0.0.0.0/1' }], '1.2.3.4', 'sts.amazonaws.com'],
    [[{ exists: true }], null, {}],
    [[{ wildcard: 'dir/*.png' }], 'dir/a/b.png', 'dir/a.jpg'],
    [[{ wildcard: 'a\\*b' }], 'a*b', 'axb'],
  ])('%j takes %j and not %j', (test, yes, no) => {
    expect(match({ f: test }, { f: yes })).toBe(true);
    expect(match({ f: test }, { f: no })).toBe(false);
  });

  test('exists: false looks for leaves, anywhere below the path', () => {
    const pattern = { detail: { code: [{ exists: false }] } };
    expect(match(pattern, { detail: {} })).toBe(true);
    expect(match(pattern, {})).toBe(true);
    expect(match(pattern, { detail: { code: { inner: 1 } } })).toBe(true);
    expect(match(pattern, { detail: { code: null } })).toBe(false);
    expect(match(pattern, { detail: [{ other: 1 }, { code: 1 }] })).toBe(false);
  });

  test('$or needs one of its objects, besides everything else', () => {
    const pattern = { source: ['s'], detail: { $or: [{ a: [1] }, { b: [{ numeric: ['>', 5] }] }] } };
    expect(match(pattern, { source: 's', detail: { a: 1 } })).toBe(true);
    expect(match(pattern, { source: 's', detail: { b: 6 } })).toBe(true);
    expect(match(pattern, { source: 's', detail: { a: 2, b: 5 } })).toBe(false);
    expect(match(pattern, { source: 't', detail: { a: 1 } })).toBe(false);
  });

  test('of an array any element matches, but fields of one element together', () => {
    expect(match({ tags: ['b'] }, { tags: ['a', 'b'] })).toBe(true);
    const pattern = { items: { name: ['a'], size: [2] } };
    expect(match(pattern, { items: [{ name: 'a', size: 2 }] })).toBe(true);
    expect(
      match(pattern, {
        items: [
          { name: 'a', size: 1 },
          { name: 'b', size: 2 },
        ],
      }),
    ).toBe(false);
  });

  test('an inherited member is no field', () => {
    expect(match({ constructor: [{ exists: true }] }, {})).toBe(false);
    expect(match({ toString: { name: ['toString'] } }, {})).toBe(false);
  });
});

test.each([
  ['[]', 'Filter is not an object'],
  ['{}', 'Empty objects are not allowed'],
  ['{"a":"x"}', '"a" must be an object or an array'],
  ['{"a":[]}', 'Empty arrays are not allowed'],
  ['{"a":{}}', 'Empty objects are not allowed'],
  ['{"a":[{"like":"x"}]}', 'Unrecognized match type like'],
  ['{"a":[{"constructor":"x"}]}', 'Unrecognized match type constructor'],
  ['{"a":[{"prefix":5}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"prefix":"a","suffix":"b"}]}', 'Only one key allowed in match expression'],
  ['{"a":[["x"]]}', 'Match value must be String, number, true, false, or null'],
  ['{"a":[{"numeric":[">",5,"<",1]}]}', 'Bottom must be less than top'],
  ['{"a":[{"numeric":["<",5,">",1]}]}', 'Too many elements in numeric expression'],
  ['{"a":[{"numeric":["=",6000000000]}]}', 'Value must be between -5.0E9 and 5.0E9, inclusive'],
  ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"exists":"yes"}]}', 'exists match pattern must be either true or false.'],
  ['{"a":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters at pos 1'],
  ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 1'],
  ['{"a":[{"anything-but":[null]}]}', 'Inside anything but list, start|null|boolean is not supported.'],
  ['{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed'],
  ['{"a":[{"anything-but":{"suffix":["x",""]}}]}', 'Null prefix/suffix not allowed'],
])('%s is refused: %s', (text, reason) => {
  expect(parsePattern(text)).toEqual({ ok: false, reason });
});

test('a pattern as deep as a filter policy can be is refused', () => {
  const deep = `${'{"a":'.repeat(40_000)}["x"]${'}'.repeat(40_000)}`;
  expect(parsePattern(deep)).toEqual({ ok: false, reason: 'Event pattern is nested too deeply' });
});

describe('properties', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

  test('reading never throws', () => {
    fc.assert(fc.property(fc.json(), (text) => typeof parsePattern(text).ok === 'boolean'));
  });

  test('a pattern made of an event’s own scalars matches it; other fields change nothing', () => {
    const event = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), scalar, { minKeys: 1 });
    fc.assert(
      fc.property(event, scalar, (fields, other) => {
        const pattern = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
        expect(match(pattern, fields)).toBe(true);
        expect(match(pattern, { ...fields, UNSEEN: other })).toBe(true);
      }),
    );
  });

  test('anything-but is the opposite of the list, for fields that are there', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), (list, value) => {
        expect(match({ f: [{ 'anything-but': list }] }, { f: value })).toBe(
          !match({ f: list }, { f: value }),
        );
      }),
    );
  });

  test('wildcards mean what the obvious regular expression means', () => {
    const piece = fc.stringMatching(/^[ab]{0,3}$/);
    const pieces = fc.array(piece, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pieces, fc.stringMatching(/^[ab]{0,12}$/), (parts, text) => {
        const pattern = parts.join('*').replace(/\*+/g, '*');
        const compiled = compileWildcard(pattern);
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(compiled.ok && compiled.test(text)).toBe(regex.test(text));
      }),
      { numRuns: 500 },
    );
  });

  test('hostile input costs no more than its length: many stars, deep arrays', () => {
    const pattern = `${'a*'.repeat(400)}b`;
    expect(match({ f: [{ wildcard: pattern }] }, { f: 'a'.repeat(100_000) })).toBe(false);
    let deep: Json = 'x';
    for (let i = 0; i < 200_000; i++) deep = [deep];
    expect(match({ f: ['x'] }, { f: deep })).toBe(true);
  });
});
