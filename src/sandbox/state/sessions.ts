import { isoSeconds, type Random } from '../../base/index.ts';
import { accessKeyId, secretAccessKey } from './ids.ts';
import type { Sealer } from './sealer.ts';

/**
 * What temporary credentials stand for. It travels sealed inside the session token, as AWS's does: the cloud keeps no
 * list of sessions, and a million of them cost no memory.
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
}

export interface IssuedCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

export class SessionTokens {
  readonly #sealer: Sealer;
  readonly #random: Random;

  constructor(sealer: Sealer, random: Random) {
    this.#sealer = sealer;
    this.#random = random;
  }

  issue(
    claims: Omit<SessionClaims, 'keyId' | 'secret' | 'issuedAt' | 'expiresAt'>,
    now: number,
    seconds: number,
  ): IssuedCredentials {
    // AWS's times have whole seconds; aws:TokenIssueTime too.
    const issuedAt = Date.parse(isoSeconds(now));
    const expiresAt = issuedAt + seconds * 1000;
    const keyId = accessKeyId('ASIA', claims.accountId, this.#random);
    const secret = secretAccessKey(this.#random);
    const token = this.#sealer.seal({ ...claims, keyId, secret, issuedAt, expiresAt });
    return {
      AccessKeyId: keyId,
      SecretAccessKey: secret,
      SessionToken: token.toString('base64'),
      Expiration: new Date(expiresAt),
    };
  }

  /** undefined unless this cloud issued the token. */
  open(token: string): SessionClaims | undefined {
    const bytes = Buffer.from(token, 'base64');
    // Buffer skips what is no base 64; a token with anything added or changed must not pass.
    if (bytes.toString('base64') !== token) return undefined;
    return this.#sealer.open(bytes) as SessionClaims | undefined;
  }
}
