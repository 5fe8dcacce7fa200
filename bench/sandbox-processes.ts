import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A server in its own process, so that its CPU is its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await ended(child);
}

/** Servers still running, ended with us whatever happens. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function keep(child: ChildProcess): ChildProcess {
  children.add(child);
  return child.once('exit', () => children.delete(child));
}

/** What node does at every start for its user (reading certificates: 45 ms) is neither our cost nor hello's. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...env } = process.env;
  return env;
}

/** Starts a command and hands over its output once that ends with `end`. Rejects when it ends before. */
export async function startAndRead(
  command: string,
  args: readonly string[],
  end: string,
): Promise<{ text: string; pid: number; stop(): Promise<void> }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: plainEnvironment() });
  keep(child);
  const text = await new Promise<string>((resolve, reject) => {
    let read = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      read += chunk;
      if (read.endsWith(end)) resolve(read);
    });
  });
  return { text, pid: child.pid ?? 0, stop: () => stop(child) };
}

const hello =
  "const s=require('node:http').createServer((q,r)=>r.end('hello')).listen(0,'127.0.0.1',()=>console.log(s.address().port))";

/** The least that node:http can do. */
export async function startHello(): Promise<ServerProcess> {
  const { text, pid, stop } = await startAndRead(process.execPath, ['-e', hello], '\n');
  return { pid, port: Number(text), stop };
}

/** The least for a signed request: what is inside says more. */
export async function startSignedHello(): Promise<ServerProcess> {
  const { text, pid, stop } = await startAndRead(
    process.execPath,
    [join(import.meta.dirname, 'hello-signed.mjs')],
    '\n',
  );
  return { pid, port: Number(text), stop };
}

/** moto, where it is installed; undefined elsewhere. `startMs`: from process start to its first answer. */
export async function startMoto(): Promise<(ServerProcess & { startMs: number }) | undefined> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  keep(child);
  const failed = new Promise<'failed'>((resolve) => {
    child.once('error', () => resolve('failed'));
    child.once('exit', () => resolve('failed'));
  });
  for (;;) {
    const answered = fetch(`http://127.0.0.1:${port}/moto-api/`).then(
      () => 'up' as const,
      () => new Promise<'down'>((resolve) => setTimeout(() => resolve('down'), 20)),
    );
    const state = await Promise.race([answered, failed]);
    if (state === 'failed') return undefined;
    if (state === 'up')
      return { pid: child.pid ?? 0, port, startMs: performance.now() - began, stop: () => stop(child) };
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** µs of CPU that a process has used, its children apart. Linux: 10 ms ticks; elsewhere whole seconds of `ps`. */
export function cpuMicros(pid: number): number {
  if (existsSync(`/proc/${pid}/stat`)) {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }
  const parts = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(':');
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0) * 1e6;
}

/** Resident memory in MB; `peak` where the system tells it. */
export function memory(pid: number): { rss: number; peak: number } {
  if (existsSync(`/proc/${pid}/status`)) {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;
    return { rss: read('VmRSS'), peak: read('VmHWM') };
  }
  const rss = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
  return { rss, peak: rss };
}
