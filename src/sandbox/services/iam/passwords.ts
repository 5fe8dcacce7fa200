import { scryptSync, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../../base/index.ts';
import type { HashedPassword, LoginProfile } from '../../state/model.ts';
import { AwsError } from '../../types.ts';
import type { PasswordPolicy } from './state.ts';

/** What PasswordReusePrevention can look back on at most. */
const REMEMBERED = 24;
/** Some 10 ms a password: a handler is synchronous, and reuse prevention compares with up to 24. */
const COST = 4_096;

const hash = (password: string, salt: Uint8Array): Uint8Array =>
  Uint8Array.from(scryptSync(password.normalize('NFC'), salt, 32, { N: COST }));

export function hashPassword(password: string, random: Random): HashedPassword {
  const salt = Uint8Array.from(random.bytes(16));
  return { salt, hash: hash(password, salt) };
}

export const isPassword = (kept: HashedPassword, password: string): boolean =>
  timingSafeEqual(kept.hash, hash(password, kept.salt));

export function newLogin(
  password: string,
  resetRequired: boolean,
  now: number,
  random: Random,
): LoginProfile {
  return {
    createdAt: now,
    changedAt: now,
    resetRequired,
    password: hashPassword(password, random),
    former: [],
  };
}

export function setPassword(login: LoginProfile, password: string, now: number, random: Random): void {
  login.former.unshift(login.password);
  login.former.length = Math.min(login.former.length, REMEMBERED);
  login.password = hashPassword(password, random);
  login.changedAt = now;
}

const violation = (message: string): AwsError => new AwsError('PasswordPolicyViolation', message);

/** The symbols that AWS counts: API reference of UpdateAccountPasswordPolicy, RequireSymbols. */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

/**
 * Throws PasswordPolicyViolation. Without a policy of the account's own, AWS's default holds: eight characters, and
 * three of the four kinds.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 * unverified: the wordings.
 */
export function checkPassword(
  password: string,
  policy: PasswordPolicy | undefined,
  accountName: string | undefined,
): void {
  const minimum = policy?.minimumLength ?? 8;
  if (password.length < minimum)
    throw violation(`Password should have a minimum length of ${minimum} characters`);
  const kinds = [
    { test: /[A-Z]/, need: policy?.uppercase, name: 'uppercase letter' },
    { test: /[a-z]/, need: policy?.lowercase, name: 'lowercase letter' },
    { test: /[0-9]/, need: policy?.numbers, name: 'number' },
    { test: SYMBOL, need: policy?.symbols, name: 'symbol' },
  ];
  for (const { test, need, name } of kinds) {
    if (need === true && !test.test(password)) throw violation(`Password should have at least one ${name}`);
  }
  if (policy !== undefined) return;
  if (kinds.filter(({ test }) => test.test(password)).length < 3) {
    throw violation(
      'Password should have at least three of these: uppercase letters, lowercase letters, numbers, symbols',
    );
  }
  if (password === accountName) throw violation('Password should not be the name of the account');
}

/** Throws PasswordPolicyViolation for a password that was used too recently. */
export function checkReuse(
  login: LoginProfile,
  password: string,
  { reusePrevention = 0 }: { readonly reusePrevention?: number },
): void {
  const recent = [login.password, ...login.former].slice(0, reusePrevention);
  if (recent.some((kept) => isPassword(kept, password)))
    throw violation('Policy constraint violation with password reuse prevention during password change.');
}
