import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatch, parseCidr } from '../../base/index.ts';
import { complement, octetPatterns } from './networks.ts';

const v4 = fc.ipV4();
const cidr = fc.oneof(
  fc.tuple(v4, fc.integer({ min: 0, max: 32 })).map(([ip, n]) => `${ip}/${n}`),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([ip, n]) => `${ip}/${n}`),
  v4,
);
const within = (cidrs: readonly string[]) => {
  const parsed = cidrs.map(parseCidr);
  return (ip: string) => parsed.some((c) => c?.contains(ip) ?? false);
};
/** First and last addresses are where an off-by-one would show. */
const edges = (cidrs: readonly string[]) => cidrs.map((c) => c.split('/')[0] ?? '');

describe('complement', () => {
  it('holds exactly the addresses that the networks do not', () => {
    fc.assert(
      fc.property(
        fc.array(cidr, { maxLength: 4 }),
        fc.array(fc.oneof(v4, fc.ipV6()), { minLength: 5 }),
        (known, ips) => {
          const rest = complement(known);
          const outside = within(rest);
          const inside = within(known);
          for (const ip of [...ips, ...edges(known), ...edges(rest).slice(0, 20)])
            expect(outside(ip), ip).toBe(!inside(ip));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is both address spaces without networks, and writes IPv6 the short way', () => {
    expect(complement([])).toEqual(['0.0.0.0/0', '::/0']);
    expect(complement(['0.0.0.0/0', '::/1'])).toEqual(['8000::/1']);
    expect(complement(['0.0.0.0/1', '::/0'])).toEqual(['128.0.0.0/1']);
    expect(complement(['0.0.0.0/0', '::/0'])).toEqual([]);
  });
});

describe('octetPatterns', () => {
  it('match exactly the addresses of the network', () => {
    const near = fc.tuple(v4, fc.integer({ min: 0, max: 32 }), v4);
    fc.assert(
      fc.property(near, ([ip, n, other]) => {
        const patterns = octetPatterns(`${ip}/${n}`);
        if (patterns === undefined) return;
        for (const address of [ip, other])
          expect(patterns.some((p) => globMatch(p, address))).toBe(
            parseCidr(`${ip}/${n}`)?.contains(address),
          );
      }),
    );
  });

  it('cover whole octets, split others, and give up before it is unreadable', () => {
    expect(octetPatterns('203.0.113.0/24')).toEqual(['203.0.113.*']);
    expect(octetPatterns('10.0.4.7/23')).toEqual(['10.0.4.*', '10.0.5.*']);
    expect(octetPatterns('192.0.2.7')).toEqual(['192.0.2.7']);
    expect(octetPatterns('10.0.0.0/9')).toBeUndefined();
    expect(octetPatterns('2001:db8::/32')).toBeUndefined();
  });
});
