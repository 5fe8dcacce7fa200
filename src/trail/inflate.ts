import { gunzipSync } from 'node:zlib';

/** 2 GiB: forty times the largest log file that CloudTrail writes (50 MB compressed). */
export const defaultMaxBytes = 2 * 1024 ** 3;

// Z_SYNC_FLUSH: zlib gives what it has when the input ends early, instead of failing without any output.
const Z_SYNC_FLUSH = 2;

export type Inflated =
  | { readonly state: 'plain' | 'whole'; readonly bytes: Uint8Array }
  /** The compressed stream ends early (`truncated`) or is corrupt from about byte `at` of the file on (`damaged`). */
  | { readonly state: 'truncated' | 'damaged'; readonly bytes: Uint8Array; readonly at: number }
  | { readonly state: 'too-large' };

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Decompresses when the bytes are gzip, whatever the file is called. Never throws, never makes more than `maxBytes`. */
export function inflate(bytes: Uint8Array, maxBytes: number = defaultMaxBytes): Inflated {
  if (!isGzip(bytes)) {
    return bytes.length > maxBytes ? { state: 'too-large' } : { state: 'plain', bytes };
  }
  const whole = attempt(bytes, maxBytes, false);
  if (whole instanceof Uint8Array) return { state: 'whole', bytes: whole };
  if (whole === 'too-large') return { state: 'too-large' };
  const partial = attempt(bytes, maxBytes, true);
  if (partial === 'too-large') return { state: 'too-large' };
  if (partial instanceof Uint8Array) return { state: 'truncated', bytes: partial, at: bytes.length };
  return salvage(bytes, maxBytes);
}

type Attempt = Uint8Array | 'too-large' | 'failed';

function attempt(bytes: Uint8Array, maxBytes: number, partial: boolean): Attempt {
  try {
    return gunzipSync(bytes, {
      maxOutputLength: maxBytes,
      chunkSize: chunkSize(bytes, maxBytes),
      ...(partial ? { finishFlush: Z_SYNC_FLUSH } : {}),
    });
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'failed';
  }
}

/**
 * One output chunk of the right size saves zlib a copy of everything (25 % of the time). The trailer's ISIZE is
 * a claim of the file, so it is believed only within DEFLATE's greatest ratio and 512 MiB (untouched pages of a buffer cost nothing).
 */
function chunkSize(bytes: Uint8Array, maxBytes: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const claimed = bytes.length >= 18 ? view.getUint32(bytes.length - 4, true) : 0;
  return Math.max(16_384, Math.min(claimed + 64, bytes.length * 1032, maxBytes, 512 * 1024 * 1024));
}

/**
 * zlib's one-shot call gives nothing when a byte in the middle is corrupt, but a prefix of the file that ends before
 * that byte inflates well: the longest good prefix is found by bisection. Each try is bounded by what a good
 * prefix of that length may hold, and the whole costs about log2(length) inflations, of damaged files only.
 */
function salvage(bytes: Uint8Array, maxBytes: number): Inflated {
  let good: Uint8Array = new Uint8Array(0);
  let low = 0;
  let high = bytes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const result = attempt(bytes.subarray(0, middle), maxBytes, true);
    if (result === 'too-large') return { state: 'too-large' };
    if (result instanceof Uint8Array) {
      low = middle;
      good = result;
    } else {
      high = middle;
    }
  }
  return { state: 'damaged', bytes: good, at: low };
}
