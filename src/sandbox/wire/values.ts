import { isoSeconds } from '../../base/index.ts';
import { AwsError } from '../types.ts';
import type { ScalarShape } from './shape.ts';

/** A value that can't be read as its type; each protocol has its own name for that. */
export class BadValue extends Error {
  readonly path: string;
  readonly type: string;
  readonly value: string;

  constructor(path: string, type: string, value: string) {
    super(`Value '${value}' at '${path}' is not a valid ${type}`);
    this.name = 'BadValue';
    this.path = path;
    this.type = type;
    this.value = value;
  }
}

const NUMBER = /^[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?$/;

/** Reads the text of a scalar, strictly: `120abc` is no number. Throws BadValue. */
export function readScalar(shape: ScalarShape, text: string, path: string, inHeader = false): unknown {
  switch (shape.kind) {
    case 'number':
      if (!NUMBER.test(text)) throw new BadValue(path, 'number', text);
      return Number(text);
    case 'boolean': {
      const lower = text.toLowerCase();
      if (lower !== 'true' && lower !== 'false') throw new BadValue(path, 'boolean', text);
      return lower === 'true';
    }
    case 'timestamp':
      return readTimestamp(shape.format ?? (inHeader ? 'http-date' : 'date-time'), text, path);
    case 'blob':
      if (!/^[A-Za-z0-9+/\s]*={0,2}$/.test(text)) throw new BadValue(path, 'base64 value', text);
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

function readTimestamp(format: string, text: string, path: string): Date {
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;
  if (format === 'http-date' || iso.test(text)) {
    const ms = Date.parse(
      /[TZ]/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/.test(text) && iso.test(text) ? `${text}Z` : text,
    );
    if (!Number.isNaN(ms)) return new Date(ms);
  } else if (/^\d{1,11}(\.\d{1,9})?$/.test(text)) {
    return new Date(Number(text) * 1000);
  }
  throw new BadValue(path, 'timestamp', text);
}

export type TimestampStyle = 'seconds' | 'millis';

/** Text of a scalar in XML, headers and queries. Timestamps are `Date`s; blobs are bytes or text. */
export function writeScalar(
  shape: ScalarShape,
  value: unknown,
  style: TimestampStyle,
  inHeader = false,
): string {
  if (value instanceof Date) {
    const format = shape.format ?? (inHeader ? 'http-date' : 'date-time');
    if (format === 'http-date') return value.toUTCString();
    if (format === 'epoch-seconds') return String(value.getTime() / 1000);
    return style === 'millis' ? value.toISOString() : isoSeconds(value.getTime());
  }
  if (shape.kind === 'blob') return toBytes(value).toString('base64');
  return String(value);
}

export function toBytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.from(String(value), 'utf8');
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map that a request's own keys can't confuse with Object's members. */
export const emptyMap = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

export const malformed = (message: string): AwsError => new AwsError('MalformedInput', message, 400);
