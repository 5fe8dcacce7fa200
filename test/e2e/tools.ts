import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** True when a program is on the PATH; says so on stderr when it isn't, since its tests can't run then. */
export function hasTool(name: string): boolean {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));
  if (!found) process.stderr.write(`not on this machine, so its tests are not run: ${name}\n`);
  return found;
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The command line as users start it: a process of its own. */
export function xa(
  args: readonly string[],
  options: { cwd: string; env?: Env; input?: string },
): Promise<Run> {
  return command(process.execPath, [cli, ...args], options);
}

/** What is shipped; test/build.ts made it before the tests. */
const cli = process.env['CROSSACCOUNT_TEST_CLI'] ?? join(root, 'dist', 'cli.js');

export function startXa(args: readonly string[], options: { cwd: string; env?: Env }): ChildProcess {
  return spawn(process.execPath, [cli, ...args], {
    cwd: options.cwd,
    env: cleanEnv(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** `sandbox start` as a process, and where it listens once it does. Whoever starts it ends it. */
export function startSandboxCommand(
  args: readonly string[],
  cwd: string,
): { readonly child: ChildProcess; readonly listens: Promise<string> } {
  const child = startXa(['sandbox', 'start', '--json', ...args], { cwd });
  let problems = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    problems += chunk.toString();
  });
  const listens = async (): Promise<string> => {
    let text = '';
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk);
      if (!text.trimEnd().endsWith('}')) continue;
      const { url } = JSON.parse(text) as { url?: string };
      if (url !== undefined) return url;
    }
    throw new Error(`the sandbox did not start: ${problems}${text}`);
  };
  return { child, listens: listens() };
}

export function command(
  file: string,
  args: readonly string[],
  options: { cwd: string; env?: Env; input?: string },
): Promise<Run> {
  return new Promise((resolve, reject) => {
    // A session of its own has no terminal: nothing can wait for somebody to type.
    const child = spawn(file, [...args], { cwd: options.cwd, env: cleanEnv(options.env), detached: true });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}

/** Nothing of the developer's AWS set-up may leak into a test. */
function cleanEnv(extra: Env = {}): NodeJS.ProcessEnv {
  const base = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|CROSSACCOUNT_|npm_|VITEST)/.test(name)),
  );
  return { ...base, NO_COLOR: '1', ...extra };
}
