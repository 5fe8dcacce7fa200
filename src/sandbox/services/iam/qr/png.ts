import { crc32, deflateSync } from 'node:zlib';

const SCALE = 4;
/** ISO/IEC 18004: four light modules on each side. */
const QUIET = 4;

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Draws modules as a PNG: 8-bit grey, 4 pixels a module (W3C PNG, "Colour types and values"). */
export function modulesPng(rows: readonly (readonly boolean[])[]): Buffer {
  const size = (rows.length + 2 * QUIET) * SCALE;
  const lines: Buffer[] = [];
  for (let y = 0; y < size; y++) {
    // Each line begins with its filter type, 0: none.
    const line = Buffer.alloc(size + 1, 255);
    line[0] = 0;
    for (let x = 0; x < size; x++) {
      if (rows[Math.floor(y / SCALE) - QUIET]?.[Math.floor(x / SCALE) - QUIET]) line[x + 1] = 0;
    }
    lines.push(line);
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.of()),
  ]);
}
