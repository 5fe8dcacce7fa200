import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exit } from '../exit.ts';
import { fileReason, readText } from '../files.ts';

export interface Input {
  readonly file: string;
  readonly what: 'policy' | 'definition';
}

/** What the arguments name: files as they are, folders searched through for policies and definitions. */
export function inputsOf(paths: readonly string[]): Input[] {
  const found = paths.flatMap((path) =>
    isFolder(path) ? searched(path) : [{ file: path, what: whatIs(path) }],
  );
  const seen = new Set<string>();
  return found.filter(({ file }) => !seen.has(join(file)) && seen.add(join(file)));
}

function isFolder(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isDirectory();
  } catch {
    // What can't be read is told when it is read, with its reason.
    return false;
  }
}

/** A named file is what its name says, and else what it looks like. */
function whatIs(path: string): Input['what'] {
  if (path.endsWith('.json')) return 'policy';
  if (/\.ya?ml$/.test(path) || path === '-') return 'definition';
  return /^\s*\{/.test(readText(path)) ? 'policy' : 'definition';
}

function searched(folder: string): Input[] {
  const found: Input[] = [];
  const walk = (path: string): void => {
    for (const entry of entriesOf(path)) {
      const file = join(path, entry.name);
      // Folders that hold other people's files; links could lead in circles.
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) walk(file);
      const what = entry.isFile() ? looksLike(file) : undefined;
      if (what !== undefined) found.push({ file, what });
    }
  };
  walk(folder);
  if (found.length > 0) return found;
  const help = 'policies are *.json with a Statement, definitions *.yaml with accounts and roles';
  throw new CliError(`${folder} holds no policies and no definitions`, exit.usage, help);
}

function entriesOf(path: string) {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${fileReason(error)}`);
  }
}

function looksLike(file: string): Input['what'] | undefined {
  if (/\.ya?ml$/.test(file)) {
    const text = readText(file);
    const keys = ['version', 'accounts', 'roles'].every((key) => new RegExp(`^${key}:`, 'm').test(text));
    return keys && !text.includes('AWSTemplateFormatVersion') ? 'definition' : undefined;
  }
  return file.endsWith('.json') && isPolicy(readText(file)) ? 'policy' : undefined;
}

/** An object with Statement at its top; where JSON is broken, text that speaks of both Statement and Effect. */
function isPolicy(text: string): boolean {
  if (!text.includes('"Statement"')) return false;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && 'Statement' in json;
  } catch {
    return text.includes('"Effect"') && /^\s*\{/.test(text);
  }
}
