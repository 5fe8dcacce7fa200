import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatch } from '../../base/index.ts';
import { isWide } from './actions.ts';
import { collapseStars, patternCovers } from './pattern.ts';

const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 6 }).map((p) => p.join(''));
const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((p) => p.join(''));

describe('patternCovers', () => {
  it('is sound: what the narrow pattern matches, the wide one matches', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (wide, narrow, word) => {
        if (patternCovers(wide, narrow) && globMatch(narrow, word)) expect(globMatch(wide, word)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('sees the usual cases', () => {
    expect(patternCovers('s3:*', 's3:Get*')).toBe(true);
    expect(patternCovers('s3:G*t', 's3:Get*t')).toBe(true);
    expect(patternCovers('s3:Get?', 's3:Get*')).toBe(false);
    expect(patternCovers('s3:Get*', 's3:*')).toBe(false);
  });
});

it('collapseStars keeps the meaning', () => {
  fc.assert(
    fc.property(pattern, text, (p, word) => {
      expect(globMatch(collapseStars(p), word)).toBe(globMatch(p, word));
    }),
  );
});

it('isWide knows what reaches every name', () => {
  const wide = [
    '*',
    '**',
    'arn:*',
    'arn:aws:iam::*:role/*',
    'arn:aws:iam::111122223333:*',
    'arn:aws-cn:iam::*:user/*',
  ];
  const narrow = [
    'arn:aws:iam::*:role/app/*',
    'arn:aws:s3:::*',
    'arn:aws:iam::*:role/App*',
    'arn:aws:iam::*:mfa/*',
  ];
  expect(wide.filter((r) => !isWide(r))).toEqual([]);
  expect(narrow.filter(isWide)).toEqual([]);
});
