import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIamBoolean, parseIamDate, parseIamNumber } from './values.ts';

describe('parseIamNumber', () => {
  it.each(['120abc', '', ' 1', '0x10', '1_000', 'Infinity', 'NaN', '1,5', '--1', '.', 'e3'])(
    '%j is none',
    (text) => {
      expect(parseIamNumber(text)).toBeUndefined();
    },
  );

  it('reads every finite number as JavaScript prints it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
        expect(parseIamNumber(String(n))).toBe(n === 0 ? 0 : n);
      }),
    );
  });
});

describe('parseIamDate', () => {
  it('reads every instant as JavaScript prints it, and as epoch seconds', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseIamDate(date.toISOString())).toBe(date.getTime());
          const seconds = Math.floor(date.getTime() / 1000);
          if (seconds > 9999) expect(parseIamDate(String(seconds))).toBe(seconds * 1000);
        },
      ),
    );
  });

  it.each([
    ['2026', '2026-01-01T00:00:00Z'],
    ['2026-11', '2026-11-01T00:00:00Z'],
    ['2026-11-23', '2026-11-23T00:00:00Z'],
    ['2026-11-23T03:15Z', '2026-11-23T03:15:00Z'],
    ['2026-11-23T03:15:00+01:00', '2026-11-23T02:15:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseIamDate(text)).toBe(Date.parse(iso));
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-11-23T24:00Z',
    '2026-11-23T03:15:00',
    '23/11/2026',
    '',
    '1e9',
    '2026-11-23 03:15Z',
  ])('%j is none', (text) => {
    expect(parseIamDate(text)).toBeUndefined();
  });
});

describe('parseIamBoolean', () => {
  it('knows true and false only', () => {
    expect([
      parseIamBoolean('true'),
      parseIamBoolean('False'),
      parseIamBoolean('1'),
      parseIamBoolean(''),
    ]).toEqual([true, false, undefined, undefined]);
  });
});
