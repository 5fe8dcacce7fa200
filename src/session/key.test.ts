import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOfAssume, keyOfLogin } from './key.ts';
import type { AssumeIdentity } from './types.ts';

const base: AssumeIdentity = {
  sourceArn: 'arn:aws:iam::489157521585:user/security-admin',
  route: [{ roleArn: 'arn:aws:iam::657654036224:role/SecurityAuditRole', externalId: 'x' }],
  sessionName: 'security-admin',
  duration: 3_600,
  sourceIdentity: 's',
  tags: { team: 'a', env: 'b' },
  policy: '{}',
  mfaSerial: 'arn:aws:iam::489157521585:mfa/pixel1',
  mfa: 'session',
  partition: 'aws',
};
const [hop] = base.route;

test.each([
  ['the source principal', { sourceArn: 'arn:aws:iam::489157521585:user/other' }],
  ['the role', { route: [{ ...hop!, roleArn: 'arn:aws:iam::657654036224:role/Other' }] }],
  ['the ExternalId', { route: [{ ...hop!, externalId: 'y' }] }],
  ['no ExternalId', { route: [{ roleArn: hop!.roleArn }] }],
  ['a hop more', { route: [hop!, hop!] }],
  ['the session name', { sessionName: 'other' }],
  ['the duration', { duration: 900 }],
  ['the source identity', { sourceIdentity: 't' }],
  ['the tags', { tags: { team: 'a' } }],
  ['the policy', { policy: '{"a":1}' }],
  ['the device', { mfaSerial: 'arn:aws:iam::489157521585:mfa/other' }],
  ['the way of MFA', { mfa: 'direct' as const }],
  ['the partition', { partition: 'aws-cn' as const }],
  ['the endpoint', { endpoint: 'http://127.0.0.1:4599' }],
])('another key for another %s', (_, change) => {
  expect(keyOfAssume({ ...base, ...change })).not.toBe(keyOfAssume(base));
});

test('the order of tags means nothing; a login is no role session', () => {
  expect(keyOfAssume({ ...base, tags: { env: 'b', team: 'a' } })).toBe(keyOfAssume(base));
  const { sourceArn, mfaSerial, duration, partition } = base;
  const login = { sourceArn, mfaSerial: mfaSerial ?? '', duration, partition };
  expect(keyOfLogin(login)).not.toBe(keyOfAssume(base));
  expect(keyOfLogin({ ...login, endpoint: 'http://127.0.0.1:4599' })).not.toBe(keyOfLogin(login));
});

test('texts never run together: what moves from one field to the next is another key', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (a, b, c) => {
      const one = keyOfAssume({ ...base, sessionName: a + b, policy: c });
      expect(keyOfAssume({ ...base, sessionName: a, policy: b + c })).not.toBe(one);
    }),
  );
});
