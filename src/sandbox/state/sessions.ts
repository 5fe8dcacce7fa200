import { hash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../base/index.ts';
import { Mac } from '../mac.ts';
import type { Federation } from '../types.ts';
import { accessKeyId } from './ids.ts';

/**
 * What temporary credentials stand for. It travels inside the session token, as AWS's does: the cloud keeps no list of
 * sessions, and a million of them cost no memory.
 */
export interface SessionClaims {
  readonly keyId: string;
  readonly secret: string;
  readonly accountId: string;
  readonly holder:
    | { readonly kind: 'role'; readonly id: string; readonly sessionName: string }
    | { readonly kind: 'user'; readonly id: string }
    | { readonly kind: 'root' }
    /** `issuer`: unique id of the user that called GetFederationToken; absent: root. */
    | { readonly kind: 'federated'; readonly name: string; readonly issuer?: string };
  /** ms */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly mfa?: boolean;
  readonly mfaAt?: number;
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitive?: readonly string[];
  readonly sourceIdentity?: string;
  readonly chained?: boolean;
  readonly federation?: Federation;
  /** Of AssumeRoot. */
  readonly task?: string;
}

export interface IssuedCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/** Characters of the tag that begins a token: 33 bytes in base 64. */
const TAG = 44;
/** The next 30 bytes of the MAC are the secret: 40 characters like AWS's. */
const SECRET_END = TAG + 40;

type Issued = Omit<SessionClaims, 'keyId' | 'secret' | 'issuedAt' | 'expiresAt'>;

/** What claims are in a token: all but the secret. The last item holds what few sessions have. */
type Tuple = readonly [
  keyId: string,
  accountId: string,
  issuedAt: number,
  seconds: number,
  holder: SessionClaims['holder'],
  more?: Partial<SessionClaims>,
];

/** Members that say nothing aren't worth their bytes: a token is in each of its session's calls and records. */
function tell(claims: Issued, keyId: string, issuedAt: number, seconds: number): string {
  let more: Record<string, unknown> | undefined;
  for (const name of Object.keys(claims) as (keyof Issued)[]) {
    const value = claims[name];
    if (value === undefined || name === 'accountId' || name === 'holder') continue;
    if (typeof value === 'object' && isEmpty(value)) continue;
    more ??= {};
    more[name] = value;
  }
  const tuple: Tuple = [keyId, claims.accountId, issuedAt / 1000, seconds, claims.holder];
  return JSON.stringify(more === undefined ? tuple : [...tuple, more]);
}

function isEmpty(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

/**
 * A token is a tag and the claims, without the secret. One MAC of the claims gives both the tag and the secret: who
 * doesn't have the cloud's key can neither make a token nor learn, from a token in a log, the secret that belongs to it.
 * Unlike AWS's, its claims can be read by whoever holds it: they are no secrets to a session's owner, and hiding them
 * would cost four times as much as authenticating them.
 * INVARIANT: `keyId` is random, so that no two sessions have the same claims.
 */
export class SessionTokens {
  readonly #mac: Mac;
  readonly #random: Random;

  /** `key`: 32 bytes that never leave the cloud. */
  constructor(key: Uint8Array, random: Random) {
    // A key of its own for this purpose: the cloud's key seals other things too.
    const own = hash('sha512', Buffer.concat([Buffer.from('session\0'), key]));
    this.#mac = new Mac('sha512', Buffer.from(own, 'hex'));
    this.#random = random;
  }

  issue(claims: Issued, now: number, seconds: number): IssuedCredentials {
    // AWS's times have whole seconds; aws:TokenIssueTime too.
    const issuedAt = Math.floor(now / 1000) * 1000;
    const keyId = accessKeyId('ASIA', claims.accountId, this.#random);
    const text = tell(claims, keyId, issuedAt, seconds);
    const mac = this.#mac.of(text, 'base64');
    return {
      AccessKeyId: keyId,
      SecretAccessKey: mac.slice(TAG, SECRET_END),
      SessionToken: mac.slice(0, TAG) + Buffer.from(text).toString('base64'),
      Expiration: new Date(issuedAt + seconds * 1000),
    };
  }

  /** undefined unless this cloud issued the token. */
  open(token: string): SessionClaims | undefined {
    if (token.length <= TAG) return undefined;
    const bytes = Buffer.from(token.slice(TAG), 'base64');
    const text = bytes.toString();
    const mac = this.#mac.of(text, 'base64');
    const given = Buffer.from(token.slice(0, TAG), 'latin1');
    if (!timingSafeEqual(Buffer.from(mac.slice(0, TAG), 'latin1'), given)) return undefined;
    // Buffer skips what is no base 64, and reads broken UTF-8 as if it were the replacement character: a token with
    // anything added or changed must not pass.
    if (Buffer.from(text).toString('base64') !== token.slice(TAG)) return undefined;
    // INVARIANT: what has the cloud's own tag was written by `issue`.
    const [keyId, accountId, issued, seconds, holder, more] = JSON.parse(text) as Tuple;
    const issuedAt = issued * 1000;
    const expiresAt = issuedAt + seconds * 1000;
    return { ...more, keyId, secret: mac.slice(TAG, SECRET_END), accountId, holder, issuedAt, expiresAt };
  }
}
