import { emptyMap } from './values.ts';

/** Text that isn't well-formed CBOR (RFC 8949), or more deeply nested than any modelled request. */
export class BadCbor extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadCbor';
  }
}

/** A bound against hostile bodies. */
const DEEPEST = 32;
const BREAK = Symbol('break');

/**
 * Reads one CBOR item and nothing after it, as Smithy's RPC v2 uses it: maps have text keys, tag 1 is a time (its
 * number of epoch seconds is returned), other tags are skipped. Lengths that a header claims are checked before
 * anything is allocated. Throws BadCbor.
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export function readCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (value === BREAK || !reader.done) throw new BadCbor('the body must be one CBOR item');
  return value;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(depth: number): unknown {
    if (depth > DEEPEST) throw new BadCbor('nested too deeply');
    const head = this.#take(1)[0] ?? 0;
    const minor = head & 31;
    switch (head >> 5) {
      case 0:
        return this.#count(minor);
      case 1:
        return -1 - this.#count(minor);
      case 2:
        return this.#pieces(minor, 2);
      case 3:
        return this.#pieces(minor, 3).toString('utf8');
      case 4:
        return this.#list(minor, depth);
      case 5:
        return this.#map(minor, depth);
      case 6:
        this.#count(minor);
        return this.item(depth + 1);
      default:
        return this.#special(minor);
    }
  }

  #take(count: number): Buffer {
    if (count > this.#bytes.length - this.#at) throw new BadCbor('unexpected end');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #count(minor: number): number {
    if (minor < 24) return minor;
    if (minor > 27) throw new BadCbor(`reserved length ${minor}`);
    const size = 1 << (minor - 24);
    const bytes = this.#take(size);
    return size === 8 ? Number(bytes.readBigUInt64BE()) : bytes.readUIntBE(0, size);
  }

  /** A byte or text string, whole or in chunks of its own kind. */
  #pieces(minor: number, major: number): Buffer {
    if (minor !== 31) return this.#take(this.#count(minor));
    const chunks: Buffer[] = [];
    for (;;) {
      const head = this.#take(1)[0] ?? 0;
      if (head === 0xff) return Buffer.concat(chunks);
      if (head >> 5 !== major || (head & 31) === 31) throw new BadCbor('a chunk of another kind');
      chunks.push(this.#take(this.#count(head & 31)));
    }
  }

  #list(minor: number, depth: number): unknown[] {
    const length = minor === 31 ? Number.POSITIVE_INFINITY : this.#count(minor);
    const list: unknown[] = [];
    while (list.length < length) {
      const value = this.item(depth + 1);
      if (value === BREAK) {
        if (minor !== 31) throw new BadCbor('unexpected break');
        break;
      }
      list.push(value);
    }
    return list;
  }

  #map(minor: number, depth: number): Record<string, unknown> {
    const length = minor === 31 ? Number.POSITIVE_INFINITY : this.#count(minor);
    const map = emptyMap();
    for (let i = 0; i < length; i++) {
      const key = this.item(depth + 1);
      if (key === BREAK && minor === 31) break;
      if (typeof key !== 'string') throw new BadCbor('a key must be text');
      const value = this.item(depth + 1);
      if (value === BREAK) throw new BadCbor('unexpected break');
      map[key] = value;
    }
    return map;
  }

  #special(minor: number): unknown {
    switch (minor) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return half(this.#take(2).readUInt16BE());
      case 26:
        return this.#take(4).readFloatBE();
      case 27:
        return this.#take(8).readDoubleBE();
      case 31:
        return BREAK;
      default:
        throw new BadCbor(`unknown simple value ${minor}`);
    }
  }
}

/** RFC 8949, appendix D. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
