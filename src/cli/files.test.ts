import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CliError } from './exit.ts';
import { readText, writeAll, writeAtomic } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'xa-files-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

describe('writeAll', () => {
  it('writes every file with its mode and leaves nothing else', () => {
    writeAll([
      { path: join(folder, 'a', 'b', 'one.txt'), content: 'one' },
      { path: join(folder, 'run.sh'), content: 'two', mode: 0o755 },
    ]);
    expect(readFileSync(join(folder, 'a', 'b', 'one.txt'), 'utf8')).toBe('one');
    expect(statSync(join(folder, 'run.sh')).mode & 0o111).not.toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['a', 'run.sh']);
  });

  it('changes nothing when one of the files cannot be written', () => {
    writeFileSync(join(folder, 'kept.txt'), 'before');
    const files = [
      { path: join(folder, 'kept.txt'), content: 'after' },
      { path: join(folder, 'kept.txt', 'below-a-file.txt'), content: 'x' },
    ];
    expect(() => writeAll(files)).toThrow(CliError);
    expect(readFileSync(join(folder, 'kept.txt'), 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['kept.txt']);
  });

  it('ends where no folder can be made', () => {
    expect(() => writeAtomic('/proc/nowhere/file', 'x')).toThrow(/cannot write \/proc\/nowhere\/file/);
  });
});

describe('readText', () => {
  it('says what is wrong with a path', () => {
    expect(() => readText(join(folder, 'none'))).toThrow(/no such file/);
    expect(() => readText(folder)).toThrow(/is a directory/);
  });
});
