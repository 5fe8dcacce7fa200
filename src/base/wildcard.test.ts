import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, globMatch } from './wildcard.ts';

/** The definition, as a regular expression: fine on short texts. */
const byRegex = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[*?]/g, (c) => (c === '*' ? '[ab:]*' : '[ab:]'))}$`).test(text);

const letters = (alphabet: string[], maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength }).map((chars) => chars.join(''));

describe('globs', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'abc', true],
    ['?', '', false],
    ['a*', 'a', true],
    ['*a', 'ba', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*ab*', 'xxabxx', true],
    ['*ab*ab*', 'xxabxx', false],
    ['a.c', 'abc', false],
    ['arn:aws:iam::*:role/Audit', 'arn:aws:iam::111122223333:role/Audit', true],
    ['arn:aws:iam::*:role/Audit', 'arn:aws:iam::111122223333:role/Audit2', false],
  ])('%j and %j', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
    expect(globMatch(pattern, text)).toBe(expected);
  });

  it('compiled, uncompiled and regular expression agree', () => {
    fc.assert(
      fc.property(
        letters(['a', 'b', ':', '*', '*', '?'], 8),
        letters(['a', 'b', ':'], 12),
        (pattern, text) => {
          const expected = byRegex(pattern, text);
          expect(globMatch(pattern, text)).toBe(expected);
          expect(compileGlob(pattern)(text)).toBe(expected);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('finishes on patterns that make a backtracking matcher explode', () => {
    const text = 'a'.repeat(64);
    expect(compileGlob(`${'*a'.repeat(20)}*b`)(text)).toBe(false);
    expect(compileGlob(`${'*a?'.repeat(10)}*b`)(text)).toBe(false);
    expect(compileGlob(`${'*'.repeat(100_000)}b`)(text)).toBe(false);
    expect(compileGlob('a'.repeat(100_000).concat('*'))(text)).toBe(false);
    expect(compileGlob(`*${'a'.repeat(50_000)}b*`)('a'.repeat(100_000))).toBe(false);
  });
});
