import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from './errors.ts';
import { JournalWriter, readJournal } from './journal.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

/** A journal longer than this, and than the snapshot, is folded into a new one. Bytes; so much is replayed in seconds. */
const JOURNAL_LIMIT = 16 * 1024 * 1024;

export interface Kept {
  /** undefined: the folder is new. */
  readonly state: object | undefined;
  /** What happened after it, in order. */
  readonly entries: readonly object[];
}

/**
 * A folder with a cloud's state: `N.snapshot` and `N.journal`, what happened since. The highest N counts.
 * INVARIANT: at every moment the highest snapshot is complete, and the journal of the same number, which is there, continues
 * it.
 */
export class Keeper {
  readonly #dir: string;
  #number = 0;
  #snapshotSize = 0;
  #journal: JournalWriter | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** Reads what the folder holds. Throws DataError when it is damaged. */
  load(): Kept {
    const names = readdirSync(this.#dir);
    const numbers = names.flatMap((name) => /^(\d{8,})\.snapshot$/.exec(name)?.[1] ?? []).map(Number);
    if (numbers.length === 0) return { state: undefined, entries: [] };
    this.#number = Math.max(...numbers);
    const snapshot = this.#path('snapshot');
    const state = readSnapshot(readFileSync(regular(snapshot), 'utf8'), snapshot);
    const journal = this.#path('journal');
    if (!existsSync(journal)) {
      throw new DataError(
        `${journal} is missing: what happened after the snapshot`,
        'restore the folder from a copy; or make an empty file of that name to go back to the snapshot',
      );
    }
    return { state, entries: readJournal(regular(journal)).entries };
  }

  /** Makes the present state the one to continue from. Throws node's error, and then the old one stays. */
  snapshot(state: object): void {
    const before = this.#number;
    this.#number++;
    let journal: JournalWriter | undefined;
    try {
      // Nothing may be there that would continue what isn't written yet.
      rmSync(this.#path('journal'), { force: true });
      // Before the snapshot, so that a journal that is missing later was taken away by somebody.
      journal = new JournalWriter(this.#path('journal'));
      writeSnapshot(this.#path('snapshot'), state);
    } catch (error) {
      journal?.close();
      if (journal !== undefined) rmSync(this.#path('journal'), { force: true });
      this.#number = before;
      throw error;
    }
    this.#snapshotSize = statSync(this.#path('snapshot')).size;
    this.#journal?.close();
    this.#journal = journal;
    for (const name of readdirSync(this.#dir)) {
      const number = /^(\d{8,})\.(snapshot|journal|snapshot\.partial)$/.exec(name)?.[1];
      if (number !== undefined && Number(number) < this.#number)
        rmSync(join(this.#dir, name), { force: true });
    }
  }

  /** Throws node's error when the entry can't be kept. */
  append(entry: object): void {
    if (this.#journal === undefined) throw new Error('no snapshot was made to continue from');
    this.#journal.append(entry);
  }

  /** Whether the journal has grown so long that a snapshot should follow. */
  get full(): boolean {
    return (this.#journal?.length ?? 0) > Math.max(JOURNAL_LIMIT, this.#snapshotSize);
  }

  close(): void {
    this.#journal?.close();
    this.#journal = undefined;
  }

  #path(kind: string): string {
    return join(this.#dir, `${String(this.#number).padStart(8, '0')}.${kind}`);
  }
}

/** The path. Throws DataError when something else than a file has it. */
function regular(path: string): string {
  if (statSync(path).isFile()) return path;
  throw new DataError(`${path} is no file`, 'restore the folder from a copy');
}
