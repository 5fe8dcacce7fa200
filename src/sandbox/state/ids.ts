import { decodeBase32, encodeBase32, type Random } from '../../base/index.ts';

/** Prefixes that tell what an id names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export type IdPrefix = 'AIDA' | 'AROA' | 'AGPA' | 'ANPA' | 'AIPA';

/** A unique id: prefix and 17 base-32 characters, 21 in all. Never given out twice in practice (85 random bits). */
export const uniqueId = (prefix: IdPrefix, random: Random): string =>
  prefix + encodeBase32(random.bytes(11)).slice(0, 17);

/**
 * An access key id: prefix and 16 base-32 characters, i.e. 80 bits: one set bit, the account id in 40 bits
 * and 39 random bits.
 * unverified: AWS doesn't document the layout; it is what GetAccessKeyInfo's answers for real keys imply.
 */
export function accessKeyId(prefix: 'AKIA' | 'ASIA', accountId: string, random: Random): string {
  const bytes = random.bytes(10);
  // Below 2^48: numbers are exact.
  let head = 2 ** 47 + Number(accountId) * 128 + (bytes[5]! & 0x7f);
  for (let i = 5; i >= 0; i--) {
    bytes[i] = head % 256;
    head = Math.floor(head / 256);
  }
  return prefix + encodeBase32(bytes);
}

/** The account that an access key id belongs to; undefined when the text is no access key id. */
export function accountOfKey(keyId: string): string | undefined {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(keyId)) return undefined;
  const bytes = decodeBase32(keyId.slice(4));
  if (bytes === undefined) return undefined;
  const head = BigInt(Buffer.from(bytes).readUIntBE(0, 6));
  const account = (head & 0x7fffffffff80n) >> 7n;
  return account > 999_999_999_999n ? undefined : String(account).padStart(12, '0');
}

/** 40 characters like AWS's: base 64 of 30 random bytes. */
export const secretAccessKey = (random: Random): string => Buffer.from(random.bytes(30)).toString('base64');

/** The codes of the two hexadecimal digits of each byte. */
const high = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').charCodeAt(0));
const low = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').charCodeAt(1));
/** Where the digits of each of the 16 bytes stand in a UUID. */
const places = Uint8Array.from([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]);
const written = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');

/** A version 4 UUID (RFC 9562) from the cloud's own entropy. Each call and record has some: digit by digit is fastest. */
export function uuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  for (let i = 0; i < 16; i++) {
    const byte = bytes[i]!;
    const at = places[i]!;
    written[at] = high[byte]!;
    written[at + 1] = low[byte]!;
  }
  return written.toString('latin1');
}
