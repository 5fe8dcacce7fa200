import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What a signed token says, when one of the issuer's keys made it. */
export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

const algorithms: Readonly<
  Record<string, { readonly hash: string; readonly key: 'rsa' | 'ec'; readonly size?: number }>
> = {
  RS256: { hash: 'sha256', key: 'rsa' },
  RS384: { hash: 'sha384', key: 'rsa' },
  RS512: { hash: 'sha512', key: 'rsa' },
  ES256: { hash: 'sha256', key: 'ec', size: 64 },
  ES384: { hash: 'sha384', key: 'ec', size: 96 },
  ES512: { hash: 'sha512', key: 'ec', size: 132 },
};
const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

/** Three parts of strict base64url, two of them JSON objects; undefined for anything else. Nothing is verified yet. */
export function readJwt(token: string): Jwt | undefined {
  const parts = token.split('.');
  const [header, claims, signature] = parts.map(strict);
  if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined)
    return undefined;
  const head = object(header);
  const body = object(claims);
  if (head === undefined || body === undefined) return undefined;
  return { header: head, claims: body, signed: `${parts[0]}.${parts[1]}`, signature };
}

function strict(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined;
}

function object(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether one of the keys signed the token. The algorithm must be of the key's own family, so that neither `none` nor a
 * public key used as an HMAC secret gets through; `kid`, when both sides have one, must agree.
 */
export function isSigned(jwt: Jwt, keys: readonly Readonly<Record<string, unknown>>[]): boolean {
  const { alg, kid, crit } = jwt.header;
  const algorithm = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined;
  if (algorithm === undefined || crit !== undefined) return false;
  if (algorithm.size !== undefined && jwt.signature.length !== algorithm.size) return false;
  return keys.some((jwk) => {
    if (kid !== undefined && jwk['kid'] !== undefined && jwk['kid'] !== kid) return false;
    if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return false;
    if (jwk['alg'] !== undefined && jwk['alg'] !== alg) return false;
    const key = publicKey(jwk);
    if (key?.asymmetricKeyType !== algorithm.key) return false;
    if (algorithm.key === 'ec' && key.asymmetricKeyDetails?.namedCurve !== curves[String(alg)]) return false;
    if (algorithm.key === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048) return false;
    return verify(
      algorithm.hash,
      Buffer.from(jwt.signed),
      algorithm.key === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key,
      jwt.signature,
    );
  });
}

/** undefined for a JWK that is no RSA or EC key; a private one is taken for its public part. */
export function publicKey(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  const { kty, n, e, crv, x, y } = jwk;
  try {
    return createPublicKey({ key: { kty, n, e, crv, x, y } as never, format: 'jwk' });
  } catch {
    return undefined;
  }
}
