import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { readGraph, writeGraph } from '../state/graph.ts';
import { DataError } from './errors.ts';

// A snapshot is a text file: a header line, the lines of the state's graph, and a last line that tells how many there
// were, by which a file that was cut off is known, and the CRC-32 of each in eight hexadecimal digits.

const HEADER = { format: 'crossaccount-sandbox', version: 1 };

/** Lines with their ends. */
export function* snapshotLines(state: object): Generator<string> {
  yield `${JSON.stringify(HEADER)}\n`;
  let sums = '';
  for (const line of writeGraph(state)) {
    sums += sum(line);
    yield `${line}\n`;
  }
  yield `${JSON.stringify({ lines: sums.length / SUM_LENGTH, sums })}\n`;
}

const SUM_LENGTH = 8;
const sum = (text: string): string => crc32(text).toString(16).padStart(SUM_LENGTH, '0');

interface End {
  readonly lines?: unknown;
  readonly sums?: unknown;
}

/** The first line of the graph that isn't as it was written, counted from 0; -1: none. */
function damagedLine(lines: readonly string[], end: End): number {
  const { sums } = end;
  // Files of before there were sums end in the number alone.
  if (sums === undefined && Object.keys(end).length === 1) return -1;
  if (typeof sums !== 'string' || sums.length !== lines.length * SUM_LENGTH) return 0;
  return lines.findIndex((line, i) => sum(line) !== sums.slice(i * SUM_LENGTH, (i + 1) * SUM_LENGTH));
}

/** Throws DataError when the text is no snapshot, an incomplete one, or one of a version that we don't read. */
export function readSnapshot(text: string, name: string): object {
  const lines = text.split('\n');
  const header = parse(lines[0]) as Partial<typeof HEADER> | undefined;
  if (header?.format !== HEADER.format) {
    throw new DataError(
      `${name} is no state of a sandbox`,
      'give a file that `crossaccount sandbox export` wrote',
    );
  }
  if (header.version !== HEADER.version) {
    throw new DataError(
      `${name} was written by another version (format ${header.version}, this one reads ${HEADER.version})`,
      'use the version of crossaccount that wrote it',
    );
  }
  const end = parse(lines.at(-2)) as End | undefined;
  if (lines.at(-1) !== '' || end?.lines !== lines.length - 3) {
    throw new DataError(`${name} is incomplete`, 'restore it from a copy');
  }
  const graph = lines.slice(1, -2);
  const damaged = damagedLine(graph, end);
  if (damaged !== -1) {
    throw new DataError(`${name} is damaged in line ${damaged + 2}`, 'restore it from a copy');
  }
  try {
    return readGraph(graph) as object;
  } catch (error) {
    throw new DataError(
      `${name} is damaged: ${error instanceof Error ? error.message : String(error)}`,
      'restore it from a copy',
    );
  }
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and on the disk when it returns. Throws node's error. */
export function writeSnapshot(file: string, state: object): void {
  const temporary = `${file}.partial`;
  // What a process that was killed left there, or a link that somebody put there: nothing is written through it.
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    for (const line of snapshotLines(state)) {
      const bytes = Buffer.from(line);
      let written = 0;
      while (written < bytes.length) written += writeSync(fd, bytes, written);
    }
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, file);
  } catch (error) {
    try {
      closeSync(fd);
    } catch {
      // It was closed already.
    }
    rmSync(temporary, { force: true });
    throw error;
  }
}
