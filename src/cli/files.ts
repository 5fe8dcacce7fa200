import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError, exit } from './exit.ts';

const MAX_TEXT = 64 * 1024 * 1024;

const reasons: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is no directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
};

export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Why a file operation failed, in words. */
export const fileReason = (error: unknown): string => {
  const code = errnoOf(error);
  return (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
};

/** Reads a text file, or standard input for `-`. Throws CliError (2) with the reason in words. */
export function readText(path: string, limit = MAX_TEXT): string {
  try {
    if (path !== '-') {
      const { size } = statSync(path);
      if (size > limit)
        throw new CliError(
          `${path}: too large (${Math.round(size / 1048576)} MiB; at most ${limit / 1048576} MiB)`,
        );
    }
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot read ${path}: ${fileReason(error)}`);
  }
}

/** Like `mkdir -p`. Node's own recursive form never returns where nothing can be made, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

export interface FileToWrite {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default 0644. */
  readonly mode?: number;
  /** Of no use after the machine has stopped: isn't waited for until it is on the disk. */
  readonly passing?: boolean;
}

/** Writes whole or not at all: a temporary file beside the target, then a rename. */
export const writeAtomic = (path: string, content: string | Uint8Array, mode?: number): void =>
  writeAll([mode === undefined ? { path, content } : { path, content, mode }]);

/**
 * Writes all files or none: everything that can fail (space, permissions) happens to temporary files beside the
 * targets, and only then are they renamed. Throws CliError (3) with the reason in words.
 */
export function writeAll(files: readonly FileToWrite[]): void {
  const staged: { readonly temporary: string; readonly path: string }[] = [];
  let current = '';
  try {
    for (const { path, content, mode, passing = false } of files) {
      current = path;
      makeFolder(dirname(path));
      const temporary = join(dirname(path), `.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
      staged.push({ temporary, path });
      writeFileSync(temporary, content, { mode: mode ?? 0o644, flush: !passing });
    }
    for (const { temporary, path } of staged) {
      current = path;
      renameSync(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of staged) discard(temporary);
    throw new CliError(`cannot write ${current}: ${fileReason(error)}`, exit.outside);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Its folder may be what failed.
  }
}
