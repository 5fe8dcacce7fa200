import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SessionClaims, SessionTokens } from './sessions.ts';

const random = { bytes: (n: number) => randomBytes(n) };
const key = randomBytes(32);
const now = Date.parse('2026-11-23T09:00:00.700Z');
const text = fc.string({ unit: 'binary', maxLength: 300 });

const issue = (tokens: SessionTokens, claims: Partial<SessionClaims> = {}) =>
  tokens.issue(
    { accountId: '111122223333', holder: { kind: 'role', id: 'AROA1', sessionName: 'me' }, ...claims },
    now,
    900,
  );

test('a token opens to what it was issued for, with the secret that was handed out', () => {
  const tokens = new SessionTokens(key, random);
  fc.assert(
    fc.property(fc.dictionary(text, text), fc.boolean(), (tags, mfa) => {
      const issued = issue(tokens, { tags, mfa, chained: true });
      expect(issued.SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
      expect(issued.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
      expect(new SessionTokens(key, random).open(issued.SessionToken)).toEqual({
        accountId: '111122223333',
        holder: { kind: 'role', id: 'AROA1', sessionName: 'me' },
        keyId: issued.AccessKeyId,
        secret: issued.SecretAccessKey,
        issuedAt: Date.parse('2026-11-23T09:00:00Z'),
        expiresAt: Date.parse('2026-11-23T09:15:00Z'),
        // Lone surrogates have no UTF-8; callers' texts come from UTF-8.
        ...(Object.keys(tags).length > 0 && {
          tags: JSON.parse(Buffer.from(JSON.stringify(tags)).toString()),
        }),
        mfa,
        chained: true,
      });
    }),
  );
});

test('a token that was changed anywhere, or made for another cloud, opens to nothing', () => {
  const tokens = new SessionTokens(key, random);
  const { SessionToken } = issue(tokens, { tags: { a: '\ufffd' } });
  const bytes = Buffer.from(SessionToken, 'base64');
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [1, 0x80, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ flip;
      expect(tokens.open(changed.toString('base64'))).toBeUndefined();
    }
  }
  // Bytes that decode to the same character.
  const broken = Buffer.from(bytes.toString('latin1').replace('\xef\xbf\xbd', '\xff'), 'latin1');
  expect(broken.length).toBeLessThan(bytes.length);
  expect(tokens.open(broken.toString('base64'))).toBeUndefined();
  for (const other of [`${SessionToken}=`, `${SessionToken} `, SessionToken.slice(0, -4), '', 'AAAA']) {
    expect(tokens.open(other)).toBeUndefined();
  }
  expect(new SessionTokens(randomBytes(32), random).open(SessionToken)).toBeUndefined();
});

test('the secret of a session is not in its token, and no two sessions have the same', () => {
  const tokens = new SessionTokens(key, random);
  const issued = Array.from({ length: 200 }, () => issue(tokens));
  for (const { SessionToken, SecretAccessKey } of issued) {
    const bytes = Buffer.from(SessionToken, 'base64');
    expect(bytes.includes(Buffer.from(SecretAccessKey, 'base64'))).toBe(false);
    expect(bytes.includes(SecretAccessKey)).toBe(false);
  }
  expect(new Set(issued.map(({ SecretAccessKey }) => SecretAccessKey)).size).toBe(200);
});
