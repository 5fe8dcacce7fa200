import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { readGraph, writeGraph } from '../state/graph.ts';
import { DataError } from './errors.ts';

// A journal is a text file, one entry a line: the CRC-32 of the rest in eight hexadecimal digits, a blank, and the
// entry's graph, whose lines are joined by tabs (JSON has none).

const sum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

function line(entry: object): string {
  const text = [...writeGraph(entry)].join('\t');
  return `${sum(text)} ${text}\n`;
}

/** Appends entries. What `append` returned from survives the end of this process at any moment, however it ends. */
export class JournalWriter {
  readonly #file: string;
  #fd: number | undefined;
  #length = 0;

  /** Makes the file. Throws node's error when it can't, or when there is one already. */
  constructor(file: string) {
    this.#file = file;
    this.#fd = openSync(file, 'ax', 0o600);
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** Throws node's error (ENOSPC …), and then the file is as it was. */
  append(entry: object): void {
    const fd = this.#fd;
    if (fd === undefined) throw new Error(`${this.#file} is closed`);
    const bytes = Buffer.from(line(entry));
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written);
    } catch (error) {
      ftruncateSync(fd, this.#length);
      throw error;
    }
    this.#length += bytes.length;
  }

  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/**
 * The entries of a journal and how many bytes of it are good. A last line without an end is what a process that was
 * killed was writing: nobody was told of it, and it is left out. Throws DataError for damage anywhere else.
 */
export function readJournal(file: string): { readonly entries: readonly object[]; readonly length: number } {
  const bytes = readFileSync(file);
  const entries: object[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1) return { entries, length: at };
    const text = bytes.toString('utf8', at, end);
    const body = text.slice(9);
    if (text.slice(0, 9) !== `${sum(body)} `) {
      throw new DataError(
        `${file}: line ${entries.length + 1} (byte ${at}) is damaged`,
        `restore the folder from a copy; or cut the file there (truncate -s ${at}) to go back to the moment before`,
      );
    }
    entries.push(readGraph(body.split('\t')) as object);
    at = end + 1;
  }
}
