import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mac } from './mac.ts';

test.each(['sha256', 'sha512'] as const)("%s: node's HMAC, whatever key and text", (algorithm) => {
  const key = fc.uint8Array({ maxLength: 64 });
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(key, fc.array(text, { minLength: 1 }), (bytes, texts) => {
      const mac = new Mac(algorithm, bytes);
      for (const one of texts) {
        expect(mac.of(one)).toBe(createHmac(algorithm, bytes).update(one).digest('hex'));
        expect(mac.of(one, 'base64')).toBe(createHmac(algorithm, bytes).update(one).digest('base64'));
      }
    }),
  );
});

test('texts longer than anything before, and shorter ones after them', () => {
  const key = randomBytes(32);
  const mac = new Mac('sha256', key);
  for (const text of ['a'.repeat(5_000), 'é'.repeat(30_000), '', 'short again']) {
    expect(mac.of(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
  }
  expect(() => new Mac('sha256', randomBytes(65))).toThrow(RangeError);
});
