import { Matrix } from './matrix.ts';
import { withErrorCorrection } from './reed-solomon.ts';

/**
 * ISO/IEC 18004, error correction level L, byte mode, versions 1 to 15: enough for the otpauth URL of the longest device
 * name (520 bytes). By version: error correction code words a block, and blocks (table 9).
 */
const eccPerBlock = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22];
const blocks = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6];

/** Modules that carry code words, i.e. all but the function patterns. */
function dataModules(version: number): number {
  const all = (16 * version + 128) * version + 64;
  if (version < 2) return all;
  const aligned = Math.floor(version / 7) + 2;
  return all - ((25 * aligned - 10) * aligned - 55) - (version < 7 ? 0 : 36);
}

/** The QR code of a text as rows of modules, true being dark. Throws a RangeError beyond 520 bytes. */
export function qrCode(text: string): readonly (readonly boolean[])[] {
  const bytes = Buffer.from(text);
  for (let version = 1; version <= eccPerBlock.length; version++) {
    const ecc = eccPerBlock[version - 1] ?? 0;
    const count = blocks[version - 1] ?? 0;
    const words = Math.floor(dataModules(version) / 8);
    const capacity = words - ecc * count;
    const lengthBits = version < 10 ? 8 : 16;
    if (4 + lengthBits + bytes.length * 8 > capacity * 8) continue;
    const data = codeWords(bytes, lengthBits, capacity);
    return new Matrix(version, withErrorCorrection(data, words, count, ecc)).rows;
  }
  throw new RangeError('too long for a QR code of version 15');
}

function codeWords(bytes: Uint8Array, lengthBits: number, capacity: number): Uint8Array {
  let bits = `0100${bytes.length.toString(2).padStart(lengthBits, '0')}`;
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  // Terminator, up to the next byte, then the two pad bytes in turn.
  bits += '0'.repeat(Math.min(4, capacity * 8 - bits.length));
  bits += '0'.repeat((8 - (bits.length % 8)) % 8);
  return Uint8Array.from({ length: capacity }, (_, i) =>
    i * 8 < bits.length
      ? Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2)
      : (i - bits.length / 8) % 2 === 0
        ? 0xec
        : 0x11,
  );
}
