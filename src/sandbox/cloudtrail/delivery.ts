import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Random } from '../../base/index.ts';
import { type CloudTrailRecord, logFileKey, writeLogFile } from '../../trail/index.ts';

export interface DeliveryOptions {
  /** Takes the records made since the last call. */
  readonly take: () => readonly CloudTrailRecord[];
  /** Below this, files go in S3's layout; none: records are taken and dropped (LookupEvents keeps its own). */
  readonly dir?: string;
  readonly random: Random;
}

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

  /** Writes what is pending; paths of the new files, in order. Rejects when the disk refuses. One at a time. */
  flush(): Promise<string[]> {
    const next = this.#running.then(() => this.#deliver());
    this.#running = next.catch(() => undefined);
    return next;
  }

  async #deliver(): Promise<string[]> {
    const { take, dir } = this.#options;
    const fresh = take();
    if (dir === undefined) return [];
    this.#pending.push(...fresh);
    const files: string[] = [];
    for (const [, group] of groups(this.#pending)) {
      files.push(await this.#write(dir, group));
      const written = new Set(group);
      this.#pending = this.#pending.filter((r) => !written.has(r));
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
      await writeFile(temporary, writeLogFile(records), { flag: 'wx', mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return path;
  }
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
