/** Product in GF(2^8) with the QR code's polynomial x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    if ((b >>> bit) & 1) product ^= a;
  }
  return product;
}

/** Coefficients of (x - 1)(x - 2)…(x - 2^(degree-1)), without the leading 1. */
function generator(degree: number): number[] {
  const result = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) {
      result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return result;
}

function remainder(data: Uint8Array, divisor: readonly number[]): number[] {
  const result: number[] = Array<number>(divisor.length).fill(0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    for (const [i, coefficient] of divisor.entries())
      result[i] = (result[i] ?? 0) ^ multiply(coefficient, factor);
  }
  return result;
}

/** Splits data into blocks (short ones first), adds error correction to each, and interleaves them all. */
export function withErrorCorrection(
  data: Uint8Array,
  words: number,
  blocks: number,
  ecc: number,
): Uint8Array {
  const divisor = generator(ecc);
  const short = Math.floor(words / blocks) - ecc;
  const shortBlocks = blocks - (words % blocks);
  const parts: { data: Uint8Array; ecc: number[] }[] = [];
  let at = 0;
  for (let i = 0; i < blocks; i++) {
    const part = data.subarray(at, at + short + (i < shortBlocks ? 0 : 1));
    at += part.length;
    parts.push({ data: part, ecc: remainder(part, divisor) });
  }
  const out: number[] = [];
  for (let i = 0; i <= short; i++)
    for (const part of parts) if (i < part.data.length) out.push(part.data[i] ?? 0);
  for (let i = 0; i < ecc; i++) for (const part of parts) out.push(part.ecc[i] ?? 0);
  return Uint8Array.from(out);
}
