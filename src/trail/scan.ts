import { defaultMaxBytes, type Inflated, inflate } from './inflate.ts';
import { Problems } from './problems.ts';
import { parse, type ReadOptions, type ReadResult, recordsOf } from './read.ts';
import { isFields, toRecord, whyNoRecord } from './record.ts';
import { splitObjects } from './split.ts';
import type { CloudTrailRecord } from './types.ts';

export interface Wanted {
  /** Names of the wanted events, as CloudTrail writes them. */
  readonly eventNames: readonly string[];
  /** Which of them; the cheaper the answer is often no, the faster the scan. Default: all. */
  readonly keep?: (record: CloudTrailRecord) => boolean;
}

const HEAD = Buffer.from('{"Records":[');
const FIRST = '{"eventVersion":"';
const BETWEEN = Buffer.from(`},${FIRST}`);
const TAIL = ']}';
const KEY = Buffer.from('"eventName"');
const COLON = 0x3a;
const QUOTE = 0x22;

/**
 * `readRecords` for those who want a few events out of many: the same records, in the same order, as reading everything and
 * filtering. Files as CloudTrail writes them are searched for `"eventName"` as bytes, and only records around a wanted name are
 * parsed; what differs in any way is read by `readRecords`. Records that nobody wants aren't checked, so their
 * faults are not told.
 *
 * INVARIANT: no wanted record is missed. Its eventName stands in the bytes, unless letters are escaped (then: everything is parsed),
 * inside a piece between two separators. A separator inside a nested object cuts its record into pieces of
 * which the first and the last, where the record's own name stands, are no JSON (then: everything is parsed).
 *
 * INVARIANT: nothing nested is taken for a record. What is kept must begin where the exact scan of the brackets says that a record
 * begins: callers can put objects that look like records into requestParameters.
 */
export function scanRecords(
  bytes: Uint8Array,
  name: string,
  wanted: Wanted,
  options: ReadOptions = {},
): ReadResult {
  const problems = new Problems(name);
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const inflated = inflate(bytes, maxBytes);
  if (inflated.state === 'too-large') {
    problems.tooLarge(maxBytes);
    return { records: [], diagnostics: problems.list() };
  }
  const records =
    fast(inflated, wanted) ?? recordsOf(inflated, problems).filter((record) => isWanted(record, wanted));
  return { records, diagnostics: problems.list() };
}

const isWanted = (record: CloudTrailRecord, { eventNames, keep }: Wanted): boolean =>
  eventNames.includes(record.eventName) && (keep === undefined || keep(record));

/** Undefined when the file must be read whole. */
function fast(
  inflated: Exclude<Inflated, { state: 'too-large' }>,
  wanted: Wanted,
): CloudTrailRecord[] | undefined {
  if (inflated.state !== 'plain' && inflated.state !== 'whole') return undefined;
  const text = Buffer.from(inflated.bytes.buffer, inflated.bytes.byteOffset, inflated.bytes.byteLength);
  if (!isAsWritten(text) || hasEscapedLetters(text)) return undefined;

  const kept = new Map<number, CloudTrailRecord>();
  const firstLetters = new Set(wanted.eventNames.map((name) => name.charCodeAt(0)));
  const names = new Set(wanted.eventNames);
  let end = 0;
  for (let at = text.indexOf(KEY); at !== -1; at = text.indexOf(KEY, Math.max(end, at + KEY.length))) {
    const value = at + KEY.length + 2;
    if (text[value - 2] !== COLON || text[value - 1] !== QUOTE) return undefined;
    if (
      !firstLetters.has(text[value]!) ||
      !names.has(text.toString('latin1', value, text.indexOf(QUOTE, value)))
    )
      continue;
    const before = text.lastIndexOf(BETWEEN, at);
    const start = before === -1 ? HEAD.length : before + 2;
    const after = text.indexOf(BETWEEN, at);
    end = after === -1 ? text.length - TAIL.length : after + 1;
    const parsed = parse(text, start, end)?.value;
    if (!isFields(parsed) || whyNoRecord(parsed) !== undefined) return undefined;
    const record = toRecord(parsed);
    if (isWanted(record, wanted)) kept.set(start, record);
  }
  return kept.size === 0 ? [] : onlyTopLevel(text, kept);
}

const isAsWritten = (text: Buffer): boolean =>
  text.subarray(0, HEAD.length).equals(HEAD) &&
  text.subarray(HEAD.length, HEAD.length + FIRST.length).equals(BETWEEN.subarray(2)) &&
  text.subarray(-TAIL.length).equals(Buffer.from(TAIL));

/** `\u0041ssumeRole` is AssumeRole for a parser. Escapes of ASCII letters are \u0041 to \u007a; AWS writes none. */
function hasEscapedLetters(text: Buffer): boolean {
  for (let at = text.indexOf('\\u00'); at !== -1; at = text.indexOf('\\u00', at + 4)) {
    const digit = text[at + 4]!;
    if (digit >= 0x34 && digit <= 0x37) return true;
  }
  return false;
}

function onlyTopLevel(text: Buffer, kept: ReadonlyMap<number, CloudTrailRecord>): CloudTrailRecord[] {
  const records: CloudTrailRecord[] = [];
  const last = Math.max(...kept.keys());
  splitObjects(
    text,
    (start) => {
      const record = kept.get(start);
      if (record !== undefined) records.push(record);
    },
    last + 1,
  );
  return records;
}
