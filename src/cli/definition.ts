import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Access } from '../access/index.ts';
import type { Diagnostic } from '../base/index.ts';
import { CliError, exit } from './exit.ts';
import { readText } from './files.ts';
import { countDiagnostics, renderDiagnostics, say } from './output.ts';

export const DEFAULT_FILE = 'access.yaml';

export interface Loaded {
  readonly access: Access | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by the names that diagnostics have for their files. */
  readonly sources: ReadonlyMap<string, string>;
  /** The same by where they were read. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads a definition with everything it names; diagnostics are returned, not printed. */
export async function loadFile(file: string): Promise<Loaded> {
  const { loadAccess } = await import('../access/index.ts');
  const text = readText(file);
  const sources = new Map([[file, text]]);
  const files = new Map([[file, text]]);
  const result = loadAccess(text, {
    file,
    readFile: (path) => {
      const place = isAbsolute(path) ? path : join(dirname(file), path);
      const content = readText(place);
      sources.set(path, content);
      files.set(place, content);
      return content;
    },
  });
  return { access: result.ok ? result.value : undefined, diagnostics: result.diagnostics, sources, files };
}

/** The definition that a command works on; problems are printed and end the command with exit code 2. */
export const requireDefinition = async (file: string | undefined): Promise<Access> =>
  (await requireFiles(file)).access;

/** The same, and the texts that it was read from, by path. */
export async function requireFiles(
  file: string | undefined,
): Promise<{ readonly access: Access; readonly files: Loaded['files'] }> {
  const path = file ?? DEFAULT_FILE;
  if (file === undefined && !existsSync(path)) {
    throw new CliError(
      `no ${DEFAULT_FILE} here`,
      exit.usage,
      'name the definition: `--file path/to/access.yaml`, or start from examples/two-accounts/access.yaml',
    );
  }
  const { access, diagnostics, sources, files } = await loadFile(path);
  if (access !== undefined) return { access, files };
  say(renderDiagnostics(diagnostics, sources));
  throw new CliError(`${path}: ${countDiagnostics(diagnostics)}`, exit.usage);
}
