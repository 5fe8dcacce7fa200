import type { Random } from '../../../base/index.ts';

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Lower-case letters and digits. */
function letters(random: Random, count: number): string {
  let text = '';
  while (text.length < count) {
    // 252 is the largest multiple of 36: bytes beyond it would favour the first letters.
    for (const byte of random.bytes(count)) if (byte < 252 && text.length < count) text += LETTERS[byte % 36];
  }
  return text;
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html and its neighbours give the patterns. */
export const newId = {
  organization: (random: Random): string => `o-${letters(random, 10)}`,
  root: (random: Random): string => `r-${letters(random, 4)}`,
  /** Begins with the root's: `ou-ab12-3c4d5e6f`. */
  unit: (rootId: string, random: Random): string => `ou-${rootId.slice(2)}-${letters(random, 8)}`,
  policy: (random: Random): string => `p-${letters(random, 8)}`,
  resourcePolicy: (random: Random): string => `rp-${letters(random, 8)}`,
  handshake: (random: Random): string => `h-${letters(random, 32)}`,
  creation: (random: Random): string => `car-${letters(random, 32)}`,
  /** Twelve digits, the first of them not 0. */
  account: (random: Random): string => {
    const n = Buffer.from(random.bytes(6)).readUIntBE(0, 6);
    return String(100_000_000_000 + (n % 900_000_000_000));
  },
};
