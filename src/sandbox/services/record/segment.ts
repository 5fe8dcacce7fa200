/**
 * Records of one account, region and five minutes, as the JSON texts that CloudTrail's files hold, each with a comma
 * behind it. Plain data: it is saved with the cloud.
 */
export interface Segment {
  readonly account: string;
  readonly region: string;
  /** Where the five minutes begin, ms. */
  readonly window: number;
  /** UTF-8; more room than is used. */
  bytes: Uint8Array;
  /** Of each record: where it ends, behind its comma. */
  readonly ends: number[];
  /** Of each record: its place among all records of the cloud. */
  readonly numbers: number[];
  /** How many of them, from the first, are safe in a file. */
  delivered: number;
}

/** Room of a new segment: most accounts have few calls in five minutes. */
const SMALLEST = 4_096;
/** A segment isn't made longer than this for the next record: it is what history forgets at a time. */
export const LARGEST = 256 * 1_024;
/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES = 3;

/** `room`: to begin with. */
export const newSegment = (
  account: string,
  region: string,
  window: number,
  room: Uint8Array = new Uint8Array(0),
): Segment => ({
  account,
  region,
  window,
  bytes: room,
  ends: [],
  numbers: [],
  delivered: 0,
});

/** Bytes up to the end of the first `count` records. */
export const endOf = ({ ends }: Segment, count: number): number =>
  count === 0 ? 0 : (ends[count - 1] as number);

/** A record's text in pieces: texts, and the UTF-8 of those that many records have. */
export type Pieces = readonly (string | Uint8Array)[];

export const textOf = (pieces: Pieces): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : asBuffer(piece).toString('utf8'))).join('');

/** Appends a record; false when the segment is full. Piece by piece: putting them together first would copy most of it. */
export function append(segment: Segment, pieces: Pieces, number: number): boolean {
  const from = endOf(segment, segment.ends.length);
  let room = 1;
  for (const piece of pieces) room += typeof piece === 'string' ? piece.length * MOST_BYTES : piece.length;
  if (from + room > segment.bytes.length) {
    if (from > 0 && from + room > LARGEST) return false;
    const larger = Math.max(SMALLEST, from + room, Math.min(segment.bytes.length * 2, LARGEST));
    // Zeroed: it must not hold what this memory was used for before, whoever looks at it.
    const bytes = Buffer.alloc(larger);
    bytes.set(segment.bytes.subarray(0, from));
    segment.bytes = bytes;
  }
  const buffer = asBuffer(segment.bytes);
  let end = from;
  for (const piece of pieces) {
    if (typeof piece === 'string') end += buffer.write(piece, end);
    else {
      buffer.set(piece, end);
      end += piece.length;
    }
  }
  buffer[end] = 0x2c;
  segment.ends.push(end + 1);
  segment.numbers.push(number);
  return true;
}

/** Gives the room back that a segment which gets no more records doesn't need; up to `spare` of what it uses may stay. */
export function trim(segment: Segment, spare = 1 / 4): void {
  const used = endOf(segment, segment.ends.length);
  if (segment.bytes.length - used > used * spare) segment.bytes = copyOf(segment.bytes, used);
}

/** A copy of the first bytes; Buffer's own `slice` would be a view that keeps the whole. */
const copyOf = (bytes: Uint8Array, length: number): Uint8Array =>
  Uint8Array.prototype.slice.call(bytes, 0, length);

/** The texts of some of its records, joined by commas; a view, which appending leaves as it is. */
export const slice = (segment: Segment, from: number, to: number): Uint8Array =>
  segment.bytes.subarray(endOf(segment, from), endOf(segment, to) - 1);

export const textsOf = (segment: Segment): string[] =>
  segment.ends.map((end, i) => asBuffer(segment.bytes).toString('utf8', endOf(segment, i), end - 1));

/** After loading, the bytes are a plain Uint8Array. */
const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
