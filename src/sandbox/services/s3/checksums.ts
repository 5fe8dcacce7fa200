import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../types.ts';
import { invalidRequest } from './errors.ts';

const CRC32C = 0x82f63b78;
const CRC64_NVME = 0x9a6c9329ac4bc9b5n;

let table32: Uint32Array | undefined;

function castagnoli(bytes: Uint8Array): number {
  table32 ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let c = i;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ CRC32C : c >>> 1;
    return c >>> 0;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table32[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

let table64: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

/** In two halves of 32 bits: a BigInt a byte would cost a hundred times as much. */
function nvme(bytes: Uint8Array): Buffer {
  if (table64 === undefined) {
    const high = new Uint32Array(256);
    const low = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      let c = BigInt(i);
      for (let k = 0; k < 8; k++) c = c & 1n ? (c >> 1n) ^ CRC64_NVME : c >> 1n;
      high[i] = Number(c >> 32n);
      low[i] = Number(c & 0xffffffffn);
    }
    table64 = { high, low };
  }
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const at = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (table64.low[at] as number);
    high = (high >>> 8) ^ (table64.high[at] as number);
  }
  const out = Buffer.alloc(8);
  out.writeUInt32BE((high ^ 0xffffffff) >>> 0, 0);
  out.writeUInt32BE((low ^ 0xffffffff) >>> 0, 4);
  return out;
}

function word(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value >>> 0);
  return out;
}

const algorithms: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  CRC32: (bytes) => word(crc32(bytes)),
  CRC32C: (bytes) => word(castagnoli(bytes)),
  CRC64NVME: nvme,
  SHA1: (bytes) => createHash('sha1').update(bytes).digest(),
  SHA256: (bytes) => createHash('sha256').update(bytes).digest(),
};

/** Base 64 of a checksum; undefined for an algorithm that S3 doesn't have. */
export const checksum = (algorithm: string, bytes: Uint8Array): string | undefined =>
  Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm]?.(bytes).toString('base64') : undefined;

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

type Given = Readonly<Record<string, unknown>>;

/**
 * Checks the checksums that a request gives for its body, and answers what is kept with the object: the given one, or
 * that of the algorithm asked for, or CRC64NVME, S3's own default. Throws BadDigest, InvalidDigest.
 */
export function keptChecksums(input: Given, body: Uint8Array): Readonly<Record<string, string>> {
  const digest = input['ContentMD5'];
  if (typeof digest === 'string') {
    if (!/^[A-Za-z0-9+/]{22}==$/.test(digest)) {
      throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
    }
    if (Buffer.from(digest, 'base64').toString('hex') !== md5(body)) {
      throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
  }
  for (const algorithm of Object.keys(algorithms)) {
    const given = input[`Checksum${algorithm}`];
    if (typeof given !== 'string') continue;
    if (given !== checksum(algorithm, body)) {
      throw new AwsError(
        'BadDigest',
        `The ${algorithm} you specified did not match the calculated checksum.`,
      );
    }
    return { [`Checksum${algorithm}`]: given, ChecksumType: 'FULL_OBJECT' };
  }
  const asked = input['ChecksumAlgorithm'];
  const algorithm = typeof asked === 'string' ? asked.toUpperCase() : 'CRC64NVME';
  const made = checksum(algorithm, body);
  if (made === undefined)
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  return { [`Checksum${algorithm}`]: made, ChecksumType: 'FULL_OBJECT' };
}
