import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../src/cli/version.ts';

const root = join(import.meta.dirname, '..', '..');

const generated = new Set([
  'node_modules',
  'dist',
  'coverage',
  '.git',
  'html',
  '.crossaccount',
  'demo-out',
  'crossaccount-out',
]);

/** Every file that belongs to the project, with slashes; a downloaded archive has no git to ask. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

const files = filesBelow('');

const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the tree', () => {
  it('has one version', () => {
    expect(version).toBe(JSON.parse(read('package.json')).version);
  });

  it('records no download addresses', () => {
    const locks = files.filter((file) => file.endsWith('package-lock.json'));
    expect(locks.length).toBeGreaterThan(0);
    for (const lock of locks) expect(read(lock)).not.toContain('"resolved"');
  });

  it('names no registry and no path of a machine', () => {
    // Written in pieces, so that this file is no hit of its own.
    const forbidden = new RegExp(
      ['registry\\.npm', 'js|registry\\.yarn', 'pkg|"/(root|home)/\\w|/wo', 'rk/(main|shared)'].join(''),
    );
    expect(files.filter((file) => forbidden.test(read(file)))).toEqual([]);
  });

  it('holds no real-looking secrets', () => {
    // AWS secret access keys have 40 characters; documentation examples say EXAMPLE.
    const secret =
      /(aws_secret_access_key|SecretAccessKey|AWS_SECRET_ACCESS_KEY)["'\s:=]+["']?[A-Za-z0-9/+]{40}\b/;
    const hits = files.filter((file) =>
      read(file)
        .split('\n')
        .some((line) => secret.test(line) && !/EXAMPLE/.test(line)),
    );
    expect(hits).toEqual([]);
  });

  it('has no skipped, focused or empty tests', () => {
    const tests = files.filter((file) => file.endsWith('.test.ts'));
    const marks = new RegExp(`\\b(it|test|describe)\\.(${['on', 'ly|sk', 'ip|to', 'do'].join('')})\\b`);
    expect(tests.filter((file) => marks.test(read(file)))).toEqual([]);
  });
});
