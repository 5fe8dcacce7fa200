import type { Shape, StructureShape } from './shape.ts';
import { isRecord, toBytes } from './values.ts';

/** Output as CBOR (Smithy RPC v2): modelled members only, timestamps as tag 1 with epoch seconds, blobs as bytes. */
export function writeCbor(shape: StructureShape | undefined, output: Record<string, unknown>): Buffer {
  const parts: Buffer[] = [];
  if (shape === undefined) head(5, 0, parts);
  else structure(shape, output, parts);
  return Buffer.concat(parts);
}

/** A flat map of texts: an error's body. */
export function writeCborTexts(entries: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const pairs = Object.entries(entries);
  head(5, pairs.length, parts);
  for (const [key, value] of pairs) {
    text(key, parts);
    text(value, parts);
  }
  return Buffer.concat(parts);
}

function structure(shape: StructureShape, value: Record<string, unknown>, parts: Buffer[]): void {
  const present = shape.members.filter(({ name }) => value[name] !== undefined && value[name] !== null);
  head(5, present.length, parts);
  for (const member of present) {
    text(member.name, parts);
    item(member.shape, value[member.name], parts);
  }
}

function item(shape: Shape, value: unknown, parts: Buffer[]): void {
  switch (shape.kind) {
    case 'structure':
      structure(shape, isRecord(value) ? value : {}, parts);
      return;
    case 'list': {
      const list: readonly unknown[] = Array.isArray(value) ? value : [];
      head(4, list.length, parts);
      for (const v of list) item(shape.member.shape, v, parts);
      return;
    }
    case 'map': {
      const entries = Object.entries(isRecord(value) ? value : {});
      head(5, entries.length, parts);
      for (const [key, v] of entries) {
        text(key, parts);
        item(shape.value.shape, v, parts);
      }
      return;
    }
    case 'blob': {
      const bytes = toBytes(value);
      head(2, bytes.length, parts);
      parts.push(bytes);
      return;
    }
    default:
      scalar(value, parts);
  }
}

function scalar(value: unknown, parts: Buffer[]): void {
  if (value instanceof Date) {
    head(6, 1, parts);
    number(value.getTime() / 1000, parts);
  } else if (typeof value === 'number') number(value, parts);
  else if (typeof value === 'boolean') parts.push(Buffer.from([value ? 0xf5 : 0xf4]));
  else text(String(value), parts);
}

function text(value: string, parts: Buffer[]): void {
  const bytes = Buffer.from(value, 'utf8');
  head(3, bytes.length, parts);
  parts.push(bytes);
}

function number(value: number, parts: Buffer[]): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= 0) head(0, value, parts);
    else head(1, -1 - value, parts);
    return;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  parts.push(bytes);
}

function head(major: number, count: number, parts: Buffer[]): void {
  const first = major << 5;
  if (count < 24) parts.push(Buffer.from([first | count]));
  else if (count < 0x100) parts.push(Buffer.from([first | 24, count]));
  else if (count < 0x10000) parts.push(Buffer.from([first | 25, count >> 8, count & 0xff]));
  else if (count < 0x1_0000_0000) {
    const bytes = Buffer.alloc(5);
    bytes[0] = first | 26;
    bytes.writeUInt32BE(count, 1);
    parts.push(bytes);
  } else {
    const bytes = Buffer.alloc(9);
    bytes[0] = first | 27;
    bytes.writeBigUInt64BE(BigInt(count), 1);
    parts.push(bytes);
  }
}
