import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessKeyId, accountOfKey, uniqueId, uuid } from './ids.ts';
import { Sealer } from './sealer.ts';

const random = { bytes: (n: number) => randomBytes(n) };

describe('ids', () => {
  it('of access keys carry their account', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999n), (n) => {
        const account = String(n).padStart(12, '0');
        const id = accessKeyId('ASIA', account, random);
        expect(id).toMatch(/^ASIA[A-Z2-7]{16}$/);
        expect(accountOfKey(id)).toBe(account);
      }),
    );
    expect(accountOfKey('AKIA')).toBeUndefined();
    expect(accountOfKey('AIDAAAAAAAAAAAAAAAAA')).toBeUndefined();
  });

  it('have the forms of AWS', () => {
    expect(uniqueId('AROA', random)).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(uuid(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('sealing', () => {
  const key = randomBytes(32);

  it('opens what it sealed and nothing that was changed', () => {
    const sealer = new Sealer(key, random, 'session');
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const sealed = sealer.seal(value);
        expect(sealer.open(sealed)).toEqual(JSON.parse(JSON.stringify(value)));
        const i = at % sealed.length;
        sealed[i] = (sealed[i] ?? 0) ^ flip;
        expect(sealer.open(sealed)).toBeUndefined();
      }),
    );
  });

  it('keeps purposes and keys apart', () => {
    const sealed = new Sealer(key, random, 'session').seal({ a: 1 });
    expect(new Sealer(key, random, 'authorization-message').open(sealed)).toBeUndefined();
    expect(new Sealer(randomBytes(32), random, 'session').open(sealed)).toBeUndefined();
    expect(new Sealer(key, random, 'session').open(sealed.subarray(0, 20))).toBeUndefined();
  });
});
