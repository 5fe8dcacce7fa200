import { timingSafeEqual } from 'node:crypto';
import type { Random } from '../../base/index.ts';
import type { Federation } from '../types.ts';
import { accessKeyId } from './ids.ts';
import { Mac } from './mac.ts';

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
}

export interface IssuedCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/** Bytes of the tag that begins a token. */
const TAG = 32;
/** What is left of the MAC makes the secret: 30 bytes, 40 characters like AWS's. */
const SECRET_END = TAG + 30;

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
    this.#mac = new Mac(key, 'session');
    this.#random = random;
  }

  issue(
    claims: Omit<SessionClaims, 'keyId' | 'secret' | 'issuedAt' | 'expiresAt'>,
    now: number,
    seconds: number,
  ): IssuedCredentials {
    // AWS's times have whole seconds; aws:TokenIssueTime too.
    const issuedAt = Math.floor(now / 1000) * 1000;
    const expiresAt = issuedAt + seconds * 1000;
    const keyId = accessKeyId('ASIA', claims.accountId, this.#random);
    const text = JSON.stringify({ ...claims, keyId, issuedAt, expiresAt });
    const mac = Buffer.from(this.#mac.of(text), 'hex');
    const token = Buffer.allocUnsafe(TAG + Buffer.byteLength(text));
    mac.copy(token, 0, 0, TAG);
    token.write(text, TAG);
    return {
      AccessKeyId: keyId,
      SecretAccessKey: mac.toString('base64', TAG, SECRET_END),
      SessionToken: token.toString('base64'),
      Expiration: new Date(expiresAt),
    };
  }

  /** undefined unless this cloud issued the token. */
  open(token: string): SessionClaims | undefined {
    const bytes = Buffer.from(token, 'base64');
    // Buffer skips what is no base 64; a token with anything added or changed must not pass.
    if (bytes.length <= TAG || bytes.toString('base64') !== token) return undefined;
    const text = bytes.toString('utf8', TAG);
    // Nor may broken UTF-8, which reads like the replacement character.
    if (!bytes.subarray(TAG).equals(Buffer.from(text))) return undefined;
    const mac = Buffer.from(this.#mac.of(text), 'hex');
    if (!timingSafeEqual(mac.subarray(0, TAG), bytes.subarray(0, TAG))) return undefined;
    // INVARIANT: what has the cloud's own tag was written by `issue`.
    const claims = JSON.parse(text) as Omit<SessionClaims, 'secret'>;
    return { ...claims, secret: mac.toString('base64', TAG, SECRET_END) };
  }
}
