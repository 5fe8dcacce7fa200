import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Random } from '../../base/index.ts';
import { type CloudTrailRecord, canonicalRecord, logFileKey } from '../../trail/index.ts';

export interface DeliveryOptions {
  /** Takes the records made since the last call. */
  readonly take: () => readonly CloudTrailRecord[];
  /** Below this, files go in S3's layout; none: records are taken and dropped (LookupEvents keeps its own). */
  readonly dir?: string;
  readonly random: Random;
}

const compress = promisify(gzip);
/** Records written as JSON before requests get their turn again: about a millisecond. */
const SLICE = 200;
/** Records that don't wait for the time of their delivery: what waits costs memory, 3 KB each. */
const MOST_WAITING = 4_000;

/** CloudTrail writes a file per account, region and about five minutes (AWS.md §4). */
const WINDOW_MS = 5 * 60_000;

/**
 * Delivery of CloudTrail records to files, as a trail delivers them to its bucket.
 * INVARIANT: a file appears whole or not at all, and records of a failed write are kept for the next flush.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  #pending: CloudTrailRecord[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Whether so many records wait that they should be delivered before their time. */
  overdue(): boolean {
    this.#take();
    return this.#pending.length >= MOST_WAITING;
  }

  /** Writes what is pending; paths of the new files, in order. Rejects when the disk refuses. One at a time. */
  flush(): Promise<string[]> {
    const next = this.#running.then(() => this.#deliver());
    this.#running = next.catch(() => undefined);
    return next;
  }

  #take(): void {
    const fresh = this.#options.take();
    // Not push(...fresh): a hundred thousand arguments overflow the stack.
    if (this.#options.dir !== undefined) this.#pending = this.#pending.concat(fresh);
  }

  async #deliver(): Promise<string[]> {
    const { dir } = this.#options;
    this.#take();
    if (dir === undefined) return [];
    const waiting = [...groups(this.#pending).values()];
    this.#pending = [];
    const files: string[] = [];
    while (waiting.length > 0) {
      try {
        files.push(await this.#write(dir, waiting[0] ?? []));
      } catch (error) {
        this.#pending = [...waiting.flat(), ...this.#pending];
        throw error;
      }
      waiting.shift();
    }
    return files;
  }

  async #write(dir: string, records: readonly CloudTrailRecord[]): Promise<string> {
    const [first] = records;
    if (first === undefined) throw new Error('a log file needs a record');
    const key = logFileKey({
      account: first.recipientAccountId,
      region: first.awsRegion,
      // Named by delivery, which comes after the window's last event.
      time: windowOf(first) + WINDOW_MS,
      unique: unique(this.#options.random),
    });
    const path = join(dir, ...key.split('/'));
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.partial`;
    try {
      await writeFile(temporary, await logFile(records), { flag: 'wx', mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return path;
  }
}

/**
 * The bytes of `writeLogFile`, made beside the requests instead of before them. The lowest level takes two thirds of
 * the default's time for files 3% larger: most of a record is tokens and ids, which no level compresses.
 */
async function logFile(records: readonly CloudTrailRecord[]): Promise<Buffer> {
  const texts: string[] = [];
  for (const record of records) {
    if (texts.length > 0 && texts.length % SLICE === 0) await breathe();
    texts.push(JSON.stringify(canonicalRecord(record)));
  }
  return compress(`{"Records":[${texts.join(',')}]}`, { level: 1 });
}

const windowOf = (record: CloudTrailRecord): number =>
  Math.floor(Date.parse(record.eventTime) / WINDOW_MS) * WINDOW_MS;

function groups(records: readonly CloudTrailRecord[]): Map<string, CloudTrailRecord[]> {
  const found = new Map<string, CloudTrailRecord[]>();
  for (const record of records) {
    const key = `${record.recipientAccountId}/${record.awsRegion}/${windowOf(record)}`;
    const group = found.get(key);
    if (group === undefined) found.set(key, [record]);
    else group.push(record);
  }
  return found;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The 16 characters that end a file's name. */
const unique = (random: Random): string =>
  Array.from(random.bytes(16), (byte) => alphabet[byte % alphabet.length]).join('');
