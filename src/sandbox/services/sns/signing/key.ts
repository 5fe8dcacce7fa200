import { checkPrimeSync, createHash, createPrivateKey, type KeyObject } from 'node:crypto';

const E = 65_537n;
/** Of each of the two primes, bytes: RSA with 2,048 bits. */
const PRIME = 128;

/**
 * The RSA key that a seed stands for: always the same, so that a cloud that is played again signs as before and keeps
 * 32 bytes instead of a key. The primes are the first two of a stream of SHAKE256 outputs.
 */
export function keyOf(seed: Uint8Array): KeyObject {
  const known = keys.get(seed);
  if (known !== undefined) return known;
  const p = prime(seed, 'p');
  const q = prime(seed, 'q');
  const n = p * q;
  const d = inverse(E, (p - 1n) * (q - 1n));
  const jwk = {
    kty: 'RSA',
    n: base64url(n),
    e: base64url(E),
    d: base64url(d),
    p: base64url(p),
    q: base64url(q),
    dp: base64url(d % (p - 1n)),
    dq: base64url(d % (q - 1n)),
    qi: base64url(inverse(q, p)),
  };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  keys.set(seed, key);
  return key;
}

const keys = new WeakMap<Uint8Array, KeyObject>();

function prime(seed: Uint8Array, label: string): bigint {
  for (let i = 0; ; i++) {
    const bytes = createHash('shake256', { outputLength: PRIME })
      .update(seed)
      .update(`${label}${i}`)
      .digest();
    // Both top bits: the product has its full length. Odd.
    bytes[0] = (bytes[0] ?? 0) | 0xc0;
    bytes[PRIME - 1] = (bytes[PRIME - 1] ?? 0) | 1;
    const candidate = BigInt(`0x${bytes.toString('hex')}`);
    if (candidate % E !== 1n && checkPrimeSync(candidate)) return candidate;
  }
}

/** Extended Euclid; the two have no common divisor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a !== 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
    if (a === 0n) throw new Error('not invertible');
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
