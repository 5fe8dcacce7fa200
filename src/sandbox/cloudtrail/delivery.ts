import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Random } from '../../base/index.ts';
import { logFileKey } from '../../trail/index.ts';
import type { LogBatch } from '../types.ts';

export interface DeliveryOptions {
  /** Takes the records made since the last call. */
  readonly take: () => readonly LogBatch[];
  /** Told of each batch that needn't be kept any longer. */
  readonly delivered?: (upTo: LogBatch['upTo']) => void;
  /** Below this, files go in S3's layout; none: records are taken and dropped (LookupEvents keeps its own). */
  readonly dir?: string;
  readonly random: Random;
}

/** Records that don't wait for the time of their delivery: what waits costs memory, 2 KB each. */
const MOST_WAITING = 4_000;
/** While the disk refuses files, this much is kept for later: the oldest records beyond it are lost. */
const MOST_KEPT = 256 * 1024 * 1024;

/** CloudTrail writes a file per account, region and about five minutes (AWS.md §4). */
const WINDOW_MS = 5 * 60_000;

/**
 * The lowest level takes two thirds of the default's time for files 3% larger: most of a record is tokens and ids,
 * which no level compresses. Large chunks: each one is a turn between this thread and zlib's.
 */
const compression = { level: 1, memLevel: 9, chunkSize: 64 * 1024 };

/**
 * Delivery of CloudTrail records to files, as a trail delivers them to its bucket.
 * INVARIANT: a file appears whole or not at all, and records of a failed write are kept for the next flush.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  #pending: LogBatch[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Whether so many records wait that they should be delivered before their time. */
  overdue(): boolean {
    this.#take();
    let records = 0;
    for (const batch of this.#pending) records += batch.records;
    return records >= MOST_WAITING;
  }

  /** Writes what is pending; paths of the new files, in order. Rejects when the disk refuses. One at a time. */
  flush(): Promise<string[]> {
    const next = this.#running.then(() => this.#deliver());
    this.#running = next.catch(() => undefined);
    return next;
  }

  #take(): void {
    const { dir, take, delivered } = this.#options;
    for (const batch of take()) {
      if (dir === undefined) delivered?.(batch.upTo);
      else this.#pending.push(batch);
    }
  }

  async #deliver(): Promise<string[]> {
    const { dir, delivered } = this.#options;
    this.#take();
    if (dir === undefined) return [];
    const waiting = [...groups(this.#pending).values()];
    this.#pending = [];
    const files: string[] = [];
    for (let batches = waiting.shift(); batches !== undefined; batches = waiting.shift()) {
      let unwritten = batches;
      try {
        files.push(await this.#write(dir, batches));
        unwritten = [];
        for (const { upTo } of batches) delivered?.(upTo);
      } catch (error) {
        this.#pending = newest([...unwritten, ...waiting.flat(), ...this.#pending]);
        throw error;
      }
    }
    return files;
  }

  async #write(dir: string, batches: readonly LogBatch[]): Promise<string> {
    const [first] = batches;
    if (first === undefined) throw new Error('a log file needs a record');
    const key = logFileKey({
      account: first.account,
      region: first.region,
      // Named by delivery, which comes after the window's last event.
      time: first.window + WINDOW_MS,
      unique: unique(this.#options.random),
    });
    const path = join(dir, ...key.split('/'));
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.partial`;
    try {
      // As one text after the other goes through the compressor, no file is ever in memory as a whole.
      const file = createWriteStream(temporary, { flags: 'wx', mode: 0o600 });
      await pipeline(Readable.from(pieces(batches)), createGzip(compression), file);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return path;
  }
}

/** The compact `{"Records":[…]}` of CloudTrail's files. */
function* pieces(batches: readonly LogBatch[]): Generator<Uint8Array> {
  let separator = '{"Records":[';
  for (const { bytes } of batches) {
    yield Buffer.from(separator);
    yield bytes;
    separator = ',';
  }
  yield Buffer.from(']}');
}

function groups(batches: readonly LogBatch[]): Map<string, LogBatch[]> {
  const found = new Map<string, LogBatch[]>();
  for (const batch of batches) {
    const key = `${batch.account}/${batch.region}/${batch.window}`;
    const group = found.get(key);
    if (group === undefined) found.set(key, [batch]);
    else group.push(batch);
  }
  return found;
}

/** As many of the newest batches as are kept. */
function newest(batches: readonly LogBatch[]): LogBatch[] {
  let bytes = 0;
  let from = batches.length;
  while (from > 0 && bytes <= MOST_KEPT) bytes += batches[--from]?.bytes.length ?? 0;
  return batches.slice(bytes > MOST_KEPT ? from + 1 : from);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The 16 characters that end a file's name. */
const unique = (random: Random): string =>
  Array.from(random.bytes(16), (byte) => alphabet[byte % alphabet.length]).join('');
