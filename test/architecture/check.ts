import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { allowed, ioModules, type Room, rooms } from './rooms.ts';

export interface Violation {
  readonly file: string;
  readonly imports: string;
  readonly rule: 'unknown-room' | 'upward' | 'side-door' | 'io' | 'test-import';
}

const importPattern =
  /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(source: string): string[] {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(importPattern)].map((m) => (m[1] ?? m[2] ?? m[3])!);
}

const isTest = (file: string) => /\.(test|bench)\.ts$/.test(file) || /(^|\/)testing(\/|\.ts$)/.test(file);

/** Checks every TypeScript file below `src` of `root` against the table. */
export function checkArchitecture(root: string): Violation[] {
  const src = join(root, 'src');
  const violations: Violation[] = [];
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(root, path).split(sep).join('/');
    const room = roomOf(file);
    if (room === undefined) {
      violations.push({ file, imports: '', rule: 'unknown-room' });
      continue;
    }
    for (const specifier of importsOf(readFileSync(path, 'utf8'))) {
      const rule = judge(file, room, specifier);
      if (rule !== undefined) violations.push({ file, imports: specifier, rule });
    }
  }
  return violations;
}

const roomOf = (file: string): Room | undefined => rooms.find((r) => r.name === file.split('/')[1]);

function judge(file: string, room: Room, specifier: string): Violation['rule'] | undefined {
  if (allowed.some((a) => a.file === file && a.imports === specifier)) return undefined;
  // Tests may open files and servers and look anywhere below; production code may not look at tests.
  if (isTest(file)) return undefined;
  if (!specifier.startsWith('.')) {
    const module = specifier.replace(/^node:/, '');
    return !room.io && ioModules.includes(module) ? 'io' : undefined;
  }
  const target = posix.normalize(posix.join(dirname(file), specifier));
  if (isTest(target)) return 'test-import';
  const other = roomOf(target);
  if (other === undefined) return 'unknown-room';
  if (other.name === room.name) return undefined;
  if (other.layer >= room.layer) return 'upward';
  return target === `src/${other.name}/index.ts` ? undefined : 'side-door';
}
