import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileGlob,
  decodeBase32,
  encodeBase32,
  formatArn,
  formatDuration,
  globMatch,
  isoSeconds,
  LineIndex,
  maskKeyId,
  parseArn,
  parseCidr,
  parseDuration,
  Secret,
  suggest,
  totp,
} from './index.ts';

describe('arn', () => {
  it('keeps colons and slashes of the resource', () => {
    const text = 'arn:aws:logs:us-east-1:111122223333:log-group:/a/b:*';
    const arn = parseArn(text);
    expect(arn).toMatchObject({ service: 'logs', account: '111122223333', resource: 'log-group:/a/b:*' });
    expect(arn && formatArn(arn)).toBe(text);
  });

  it.each(['', 'arn', 'arn:aws:iam::1', 'urn:aws:iam::1:role/x', 'arn:aws:iam::1:', '657654036224'])(
    'refuses %j',
    (text) => expect(parseArn(text)).toBeUndefined(),
  );

  it('is six parts between colons, the last with all that is left', () => {
    const text = fc.string({ unit: fc.constantFrom(...':a/*é'), maxLength: 24 });
    fc.assert(
      fc.property(text, (rest) => {
        const [, partition, service, region, account, ...resource] = `arn:${rest}`.split(':');
        const whole = resource.length > 0 && partition !== '' && service !== '' && resource.join(':') !== '';
        expect(parseArn(`arn:${rest}`)).toEqual(
          whole ? { partition, service, region, account, resource: resource.join(':') } : undefined,
        );
      }),
    );
  });
});

describe('isoSeconds', () => {
  it("is Date's text without the fraction, whatever was asked before", () => {
    const near = fc.integer({ min: -100_000, max: 100_000 });
    const any = fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 });
    fc.assert(
      fc.property(fc.array(fc.oneof(near, any), { minLength: 1, maxLength: 40 }), (times) => {
        for (const ms of times) expect(isoSeconds(ms)).toBe(`${new Date(ms).toISOString().slice(0, 19)}Z`);
      }),
    );
    expect(() => isoSeconds(Number.NaN)).toThrow(RangeError);
  });
});

/** The obvious, exponential definition of IAM globs. */
function slowMatch(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*')
    return slowMatch(pattern.slice(1), text) || (text !== '' && slowMatch(pattern, text.slice(1)));
  return (
    text !== '' &&
    (pattern[0] === '?' || pattern[0] === text[0]) &&
    slowMatch(pattern.slice(1), text.slice(1))
  );
}

describe('wildcard', () => {
  const word = (alphabet: string, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength });

  it('matches as the obvious definition does', () => {
    fc.assert(
      fc.property(word('ab*?', 8), word('abc', 10), (pattern, text) => {
        expect(globMatch(pattern, text)).toBe(slowMatch(pattern, text));
        expect(compileGlob(pattern)(text)).toBe(slowMatch(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives regex characters no meaning', () => {
    expect(globMatch('a.c', 'abc')).toBe(false);
    expect(globMatch('(a+)+$', '(a+)+$')).toBe(true);
  });

  it('answers on hostile patterns', () => {
    expect(globMatch('*a'.repeat(50_000), `${'a'.repeat(49_999)}b`)).toBe(false);
    expect(globMatch(`${'*'.repeat(100_000)}x`, 'y'.repeat(1000))).toBe(false);
  });
});

describe('duration', () => {
  it('round-trips', () => {
    fc.assert(fc.property(fc.nat(10_000_000), (s) => parseDuration(formatDuration(s)) === s));
  });

  it.each(['', '1', 'h', '1.5h', '-1h', '1h ', '1H', '99999999999s'])('refuses %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('cidr', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.7', true],
    ['203.0.113.0/24', '203.0.114.7', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', '::ffff:10.0.0.1', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['203.0.113.0/24', 'AWS Internal', false],
  ])('%s contains %s: %s', (cidr, ip, expected) => expect(parseCidr(cidr)?.contains(ip)).toBe(expected));

  it.each([
    '',
    '1.2.3',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/a',
    '1.2.3.4/24/8',
    '::/129',
    'fe80::1%eth0',
    '01.2.3.4',
    'x',
  ])('refuses %j', (text) => expect(parseCidr(text)).toBeUndefined());
});

describe('totp', () => {
  // RFC 6238 appendix B, SHA-1, last six of the eight digits.
  const seed = new TextEncoder().encode('12345678901234567890');
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s is %s', (seconds, code) => expect(totp(seed, seconds * 1000)).toBe(code));

  it('reads and writes base 32', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
    expect(decodeBase32('gezd gnbv')).toEqual(new TextEncoder().encode('12345'));
    expect(decodeBase32('01')).toBeUndefined();
  });
});

describe('secret', () => {
  it('prints as stars wherever it goes', () => {
    const secret = new Secret('wJalrXUtnFEMI');
    const shown = [
      `${secret}`,
      JSON.stringify({ secret }),
      String(secret),
      Object.values(secret).join(),
    ].join();
    expect(shown).not.toContain('wJalr');
    expect(secret.reveal()).toBe('wJalrXUtnFEMI');
  });

  it('masks key ids', () => expect(maskKeyId('AKIAIOSFODNN7EXAMPLE')).toBe('AKIA************MPLE'));
});

describe('suggest', () => {
  it('finds what was meant, and nothing when nothing is near', () => {
    expect(suggest('externalID', ['externalId', 'mfa'])).toBe('externalId');
    expect(suggest('acounts', ['accounts', 'roles'])).toBe('accounts');
    expect(suggest('zzz', ['accounts', 'roles'])).toBeUndefined();
    expect(suggest('x'.repeat(100_000), ['accounts'])).toBeUndefined();
  });
});

describe('LineIndex', () => {
  it('turns offsets into lines and columns', () => {
    const index = new LineIndex('ab\ncd\n\ne');
    expect([0, 1, 2, 3, 5, 6, 7].map((o) => index.at(o)).map((p) => `${p.line}:${p.column}`)).toEqual([
      '1:1',
      '1:2',
      '1:3',
      '2:1',
      '2:3',
      '3:1',
      '4:1',
    ]);
  });
});
