import { type CloudTrailRecord, canonicalRecord } from '../../../trail/index.ts';
import type { LogBatch } from '../../types.ts';
import {
  append,
  LARGEST,
  newSegment,
  type Pieces,
  type Segment,
  slice,
  textOf,
  textsOf,
  trim,
} from './segment.ts';

/** LookupEvents looks back this far per account; on AWS it is 90 days, whatever the number. */
const HISTORY = 10_000;
/** How many of an account's records wait for their file at most, while the disk refuses it. */
const MOST_WAITING = 50_000;
/** Each 256 KB. */
const MOST_ROOMS = 8;
/** CloudTrail writes a file per account, region and about five minutes (AWS.md §4). */
const WINDOW_MS = 5 * 60_000;

/** All that a log keeps: plain data, saved with the cloud. */
export interface TrailState {
  /** Number of the next record. */
  next: number;
  /** By account, oldest first. */
  readonly accounts: Map<string, Segment[]>;
}

export const emptyTrail = (): TrailState => ({ next: 0, accounts: new Map() });

/** What is known of a record before it is read. */
export interface RecordHead {
  /** recipientAccountId */
  readonly account: string;
  readonly region: string;
  /** ms */
  readonly time: number;
  /** `sts.amazonaws.com` */
  readonly source: string;
  /** `AssumeRole` */
  readonly name: string;
}

/** An account's records. */
interface Ledger {
  /** Oldest first; the very list that is saved. */
  readonly segments: Segment[];
  /** Of records. */
  count: number;
  /** The segments that are written to, by region. */
  readonly open: Map<string, Segment>;
}

type Told = (record: CloudTrailRecord) => void;

/**
 * The records of a cloud: those not yet delivered, and each account's recent history. They are kept as the text that
 * files have, outside of the heap, and become objects for those only who ask for them.
 */
export class TrailLog {
  readonly #state: TrailState;
  readonly #listeners: { told: Told; wants: (head: RecordHead) => boolean }[] = [];
  readonly #dataListeners: Told[] = [];
  /** By account. */
  readonly #ledgers = new Map<string, Ledger>();
  /** Segments with records that aren't known to be in a file; how many of them were taken for one. */
  readonly #waiting = new Map<Segment, number>();
  /**
   * Rooms of forgotten segments, for new ones: memory outside of the heap makes V8 collect all of the heap for every 64 MB
   * that are taken, which is a second or two of calls.
   */
  readonly #rooms: Uint8Array[] = [];
  /** Records of segments that were looked at before, as long as memory allows. */
  readonly #read = new WeakMap<Segment, WeakRef<CloudTrailRecord[]>>();

  constructor(state: TrailState = emptyTrail()) {
    this.#state = state;
    for (const [account, segments] of state.accounts) {
      const count = segments.reduce((sum, { ends }) => sum + ends.length, 0);
      this.#ledgers.set(account, { segments, count, open: new Map() });
      for (const segment of segments) {
        if (segment.delivered < segment.ends.length) this.#waiting.set(segment, segment.delivered);
      }
    }
  }

  /**
   * Told of each record when it is made: trails, event buses. Listeners don't throw. Reading a record costs more than
   * the call that it is of: `wants` tells from its head whether to.
   */
  listen(listener: Told, wants: (head: RecordHead) => boolean = () => true): void {
    this.#listeners.push({ told: listener, wants });
  }

  /** Told of each data event, of which event history knows nothing. Listeners don't throw. */
  listenData(listener: Told): void {
    this.#dataListeners.push(listener);
  }

  add(record: CloudTrailRecord): void {
    const head = {
      account: record.recipientAccountId,
      region: record.awsRegion,
      time: Date.parse(record.eventTime),
      source: record.eventSource,
      name: record.eventName,
    };
    this.write([JSON.stringify(canonicalRecord(record))], head);
  }

  /** Adds a record by its text: JSON without blanks, fields in AWS's order. */
  write(text: Pieces, head: RecordHead): void {
    this.#append(text, head);
    let record: CloudTrailRecord | undefined;
    for (const { told, wants } of this.#listeners) {
      if (!wants(head)) continue;
      record ??= JSON.parse(textOf(text)) as CloudTrailRecord;
      told(record);
    }
  }

  writeData(text: Pieces): void {
    if (this.#dataListeners.length === 0) return;
    const record = JSON.parse(textOf(text)) as CloudTrailRecord;
    for (const listener of this.#dataListeners) listener(record);
  }

  #append(text: Pieces, { account, region, time }: RecordHead): void {
    const window = time - (time % WINDOW_MS);
    const number = this.#state.next++;
    const ledger = this.#ledgers.get(account) ?? this.#newLedger(account);
    let segment = ledger.open.get(region);
    if (segment?.window !== window || !append(segment, text, number)) {
      if (segment !== undefined) trim(segment);
      // What filled one segment will fill the next: it gets all its room at once.
      const room = segment?.window === window ? (this.#rooms.pop() ?? Buffer.alloc(LARGEST)) : undefined;
      segment = newSegment(account, region, window, room);
      append(segment, text, number);
      ledger.open.set(region, segment);
      ledger.segments.push(segment);
      this.#forget(ledger);
    }
    if (!this.#waiting.has(segment)) this.#waiting.set(segment, segment.delivered);
    ledger.count++;
  }

  #newLedger(account: string): Ledger {
    const ledger: Ledger = { segments: [], count: 0, open: new Map() };
    this.#state.accounts.set(account, ledger.segments);
    this.#ledgers.set(account, ledger);
    return ledger;
  }

  /** Drops whole segments from the oldest, as far as enough is left. */
  #forget(ledger: Ledger): void {
    for (;;) {
      const [oldest] = ledger.segments;
      if (oldest === undefined || ledger.count - oldest.ends.length < HISTORY) break;
      if (oldest.delivered < oldest.ends.length && ledger.count < MOST_WAITING) break;
      ledger.segments.shift();
      this.#waiting.delete(oldest);
      if (ledger.open.get(oldest.region) === oldest) ledger.open.delete(oldest.region);
      // INVARIANT: nobody looks at the bytes of a segment whose batches were all delivered.
      const free = oldest.delivered === oldest.ends.length && oldest.bytes.length === LARGEST;
      if (free && this.#rooms.length < MOST_ROOMS) this.#rooms.push(oldest.bytes);
      ledger.count -= oldest.ends.length;
    }
  }

  /** Gives back all room that isn't used: what is saved then has nothing in it but records. */
  trim(): void {
    for (const segments of this.#state.accounts.values()) for (const segment of segments) trim(segment, 0);
  }

  /** The records since the last call, oldest segments first. */
  takeBatches(): readonly LogBatch[] {
    const batches: LogBatch[] = [];
    for (const [segment, taken] of this.#waiting) {
      const { account, region, window, ends } = segment;
      if (taken === ends.length) continue;
      const records = ends.length - taken;
      const upTo = { account, first: segment.numbers[0] ?? 0, count: ends.length };
      batches.push({ account, region, window, records, bytes: slice(segment, taken, ends.length), upTo });
      this.#waiting.set(segment, ends.length);
    }
    return batches;
  }

  /** Says that a batch is in a file, by its `upTo`. */
  delivered({ account, first, count }: LogBatch['upTo']): void {
    const segment = this.#state.accounts.get(account)?.find(({ numbers }) => numbers[0] === first);
    if (segment === undefined || count <= segment.delivered) return;
    segment.delivered = count;
    if (count === segment.ends.length) this.#waiting.delete(segment);
  }

  /** The records since the last call, oldest first; they count as delivered. */
  take(): readonly CloudTrailRecord[] {
    const found: [number, CloudTrailRecord][] = [];
    for (const [segment, taken] of [...this.#waiting]) {
      const records = this.#recordsOf(segment);
      for (let i = taken; i < records.length; i++) {
        found.push([segment.numbers[i] as number, records[i] as CloudTrailRecord]);
      }
      segment.delivered = segment.ends.length;
      this.#waiting.delete(segment);
    }
    return inOrder(found);
  }

  /** Oldest first. Times, in ms, only spare reading what lies outside of them anyway. */
  history(accountId: string, from = 0, until = Number.POSITIVE_INFINITY): readonly CloudTrailRecord[] {
    const found: [number, CloudTrailRecord][] = [];
    for (const segment of this.#state.accounts.get(accountId) ?? []) {
      if (segment.window > until || segment.window + WINDOW_MS <= from) continue;
      this.#recordsOf(segment).forEach((record, i) => {
        found.push([segment.numbers[i] as number, record]);
      });
    }
    return inOrder(found);
  }

  #recordsOf(segment: Segment): readonly CloudTrailRecord[] {
    const known = this.#read.get(segment)?.deref();
    if (known?.length === segment.ends.length) return known;
    const records = textsOf(segment).map((text) => JSON.parse(text) as CloudTrailRecord);
    this.#read.set(segment, new WeakRef(records));
    return records;
  }
}

const inOrder = (found: [number, CloudTrailRecord][]): readonly CloudTrailRecord[] =>
  found.sort(([a], [b]) => a - b).map(([, record]) => record);
