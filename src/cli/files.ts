import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
export function readText(path: string): string {
  try {
    if (path !== '-') {
      const { size } = statSync(path);
      if (size > MAX_TEXT)
        throw new CliError(`${path}: too large (${Math.round(size / 1048576)} MiB; at most 64 MiB)`);
    }
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot read ${path}: ${fileReason(error)}`);
  }
}

/** Writes whole or not at all: a temporary file beside the target, then a rename. */
export function writeAtomic(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = join(dirname(path), `.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content, { mode, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new CliError(`cannot write ${path}: ${fileReason(error)}`, exit.outside);
  }
}
