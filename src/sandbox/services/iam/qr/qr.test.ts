import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { qrCode } from './code.ts';
import { qrPng } from './index.ts';
import { withErrorCorrection } from './reed-solomon.ts';

const digest = (text: string): string =>
  createHash('sha256')
    .update(
      qrCode(text)
        .map((row) => row.map(Number).join(''))
        .join('\n'),
    )
    .digest('hex')
    .slice(0, 16);

describe('QR codes', () => {
  it('have a version by length: 21 modules a side, four more each', () => {
    const size = (length: number) => qrCode('x'.repeat(length)).length;
    expect([1, 17, 18, 106, 107, 230, 231, 520].map(size)).toEqual([21, 21, 25, 37, 41, 53, 57, 77]);
    expect(() => qrCode('x'.repeat(521))).toThrow(RangeError);
  });

  it('stay as an independent reader (jsQR 1.4.0) has read them, with one block and with several', () => {
    expect(
      [1, 60, 160, 300].map((n) => digest('otpauth://totp/'.repeat(n).slice(0, n))),
    ).toMatchInlineSnapshot(`
      [
        "a4dece7f45d05a09",
        "e513161879646915",
        "12f0fe98653cebe2",
        "b4cabe190fa24b23",
      ]
    `);
  });

  it('carry the error correction of the standard’s own example (annex I: 01234567, 1-M)', () => {
    const data = Uint8Array.of(16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17);
    expect([...withErrorCorrection(data, 26, 1, 10)].slice(16)).toEqual([
      165, 36, 212, 193, 237, 54, 199, 135, 44, 85,
    ]);
  });

  it('are drawn as a PNG of four pixels a module within a quiet zone', () => {
    const png = qrPng('x');
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const side = (21 + 8) * 4;
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([side, side]);
    const pixels = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
    expect(pixels).toHaveLength(side * (side + 1));
    const pixel = (x: number, y: number) => pixels[y * (side + 1) + 1 + x];
    expect([pixel(15, 15), pixel(16, 16), pixel(20, 20)]).toEqual([255, 0, 255]);
  });
});
