import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { readGraph, writeGraph } from '../state/graph.ts';
import { DataError } from './errors.ts';

// A snapshot is a text file: a header line, the lines of the state's graph, and a last line that tells how many there
// were, by which a file that was cut off is known.

const HEADER = { format: 'crossaccount-sandbox', version: 1 };

/** Lines with their ends. */
export function* snapshotLines(state: object): Generator<string> {
  yield `${JSON.stringify(HEADER)}\n`;
  let count = 0;
  for (const line of writeGraph(state)) {
    count++;
    yield `${line}\n`;
  }
  yield `${JSON.stringify({ lines: count })}\n`;
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
  const end = parse(lines.at(-2)) as { lines?: unknown } | undefined;
  if (lines.at(-1) !== '' || end?.lines !== lines.length - 3) {
    throw new DataError(`${name} is incomplete`, 'restore it from a copy');
  }
  try {
    return readGraph(lines.slice(1, -2)) as object;
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
  const fd = openSync(temporary, 'w', 0o600);
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
