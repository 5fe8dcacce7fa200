import { constants } from 'node:buffer';
import type { Diagnostic } from '../base/index.ts';
import { defaultMaxBytes, type Inflated, inflate } from './inflate.ts';
import { Problems } from './problems.ts';
import { isFields, toRecord, whyNoRecord } from './record.ts';
import { splitObjects } from './split.ts';
import type { CloudTrailRecord } from './types.ts';
import { nothingUnwrapped, unwrap } from './unwrap.ts';

export interface ReadOptions {
  /** Uncompressed bytes that one file may have; default 2 GiB. Beyond it nothing of the file is read. */
  readonly maxBytes?: number;
}

export interface ReadResult {
  readonly records: CloudTrailRecord[];
  readonly diagnostics: Diagnostic[];
}

/**
 * The records of one file, gzip or plain, in any of the shapes in which CloudTrail records travel (see `unwrap`). `name` is only
 * for diagnostics. Never throws: what can't be read is told, once a kind, and the rest is returned.
 */
export function readRecords(bytes: Uint8Array, name: string, options: ReadOptions = {}): ReadResult {
  const problems = new Problems(name);
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const inflated = inflate(bytes, maxBytes);
  if (inflated.state === 'too-large') {
    problems.tooLarge(maxBytes);
    return { records: [], diagnostics: problems.list() };
  }
  const records = recordsOf(inflated, problems);
  return { records, diagnostics: problems.list() };
}

/** The reference form: parses everything. */
export function recordsOf(
  inflated: Exclude<Inflated, { state: 'too-large' }>,
  problems: Problems,
): CloudTrailRecord[] {
  const { bytes } = inflated;
  const records: CloudTrailRecord[] = [];
  let index = 0;
  const found = nothingUnwrapped();
  const accept = (value: unknown, at: number) => {
    unwrap(value, found);
    for (const candidate of found.candidates.splice(0)) {
      const why = whyNoRecord(candidate);
      if (why !== undefined) problems.invalidRecord(index, at, why);
      else if (isFields(candidate)) records.push(toRecord(candidate));
      index++;
    }
  };

  const whole = parseWhole(bytes);
  let damage: ReturnType<typeof splitObjects> = { garbage: 0 };
  if (whole !== undefined) {
    accept(whole.value, 0);
  } else {
    damage = splitObjects(bytes, (start, end) => {
      const value = parse(bytes, start, end);
      if (value === undefined) problems.invalidRecord(index++, start, 'is not valid JSON');
      else accept(value.value, start);
    });
  }

  problems.compressed(inflated, records.length);
  problems.damage(damage, records.length, inflated.state === 'truncated' || inflated.state === 'damaged');
  problems.recognised(found);
  if (bytes.length === 0 && inflated.state !== 'truncated' && inflated.state !== 'damaged') problems.empty();
  return records;
}

interface Parsed {
  readonly value: unknown;
}

/** Undefined when the text is not one JSON value, or longer than a string can be. */
function parseWhole(bytes: Uint8Array): Parsed | undefined {
  if (bytes.length === 0 || bytes.length > constants.MAX_STRING_LENGTH) return undefined;
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return parse(bytes, start, bytes.length);
}

export function parse(bytes: Uint8Array, start: number, end: number): Parsed | undefined {
  try {
    return {
      value: JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')),
    };
  } catch {
    return undefined;
  }
}
