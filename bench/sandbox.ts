/**
 * The sandbox beside a bare node:http hello and moto, each in its own process, in one run. Headline figures are of
 * GetCallerIdentity and AssumeRole with MFA in turn; `operations` has each by itself.
 *
 *   tsx bench/sandbox.ts [--json]
 *   tsx bench/sandbox.ts --soak 1000000     AssumeRole calls, with memory over time
 *   tsx bench/sandbox.ts … --cpu-prof DIR   writes V8's CPU profiles of the sandbox there
 *
 * The sandbox is the built bundle, started as people start it (`sandbox start`), with CloudTrail delivery to files.
 * Requests are signed before the timed part: a request's bytes may be sent again within AWS's 15 minutes.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from '../scripts/build.mjs';
import {
  assumeRole,
  callerIdentity,
  createOperator,
  type Keys,
  operators,
  rootKeys,
  workload,
} from './sandbox-fixture.ts';
import { type Load, load } from './sandbox-load.ts';
import {
  cpuMicros,
  memory,
  startAndRead,
  startHello,
  startMoto,
  startSignedHello,
} from './sandbox-processes.ts';

const CONNECTIONS = 16;
const WARM_MS = 2_000;
/** Many and short: a slow minute of the machine meets few of them, and a round's servers alike. */
const ROUND_MS = 1_000;
const ROUNDS = 11;
const STARTS = 5;
/** Signed bytes are made anew well within the 15 minutes that they are good for: above 120 calls a second. */
const SOAK_STEP = 100_000;

// Inside node_modules, where the bundle finds the packages that it reads at run time.
const bundle = join(root, 'node_modules', '.cache', `bench-sandbox-${process.pid}`);
const scratch = mkdtempSync(join(tmpdir(), 'bench-sandbox-'));

/** The value after an option. */
function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}

const profileDir = option('--cpu-prof');
const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];

interface Sandbox {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly operatorRoot: Keys;
  readonly workloadRoot: Keys;
  readonly trail: string;
  /** ms from process start to the answer of the first signed call. */
  readonly startMs: number;
  stop(): Promise<void>;
}

let started = 0;

async function startSandbox(): Promise<Sandbox> {
  const dir = join(scratch, String(started++));
  mkdirSync(dir);
  const args = ['sandbox', 'start', '--port', '0', '--dir', dir, '--json'];
  const accounts = ['--account', `${operators}=operators`, '--account', `${workload}=workload`];
  const began = performance.now();
  const { text, pid, stop } = await startAndRead(
    process.execPath,
    [...profiling, join(bundle, 'cli.js'), ...args, ...accounts],
    '}\n',
  );
  const { url } = JSON.parse(text) as { url: string };
  const port = Number(new URL(url).port);
  const operatorRoot = rootKeys(dir, 'operators');
  const request = await callerIdentity(port, operatorRoot);
  await load({ port, requests: [request], connections: 1, count: 1 });
  const startMs = performance.now() - began;
  return {
    pid,
    port,
    url,
    operatorRoot,
    workloadRoot: rootKeys(dir, 'workload'),
    trail: join(dir, 'cloudtrail'),
    startMs,
    stop,
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

interface Row {
  readonly rps: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** µs of the server's CPU. */
  readonly cpu_us: number;
}

async function measure(pid: number, port: number, requests: readonly Buffer[]): Promise<Row> {
  const before = cpuMicros(pid);
  const result: Load = await load({ port, requests, connections: CONNECTIONS, ms: ROUND_MS });
  const cpu = cpuMicros(pid) - before;
  return {
    rps: result.requests / result.seconds,
    p50_ms: result.p50,
    p99_ms: result.p99,
    cpu_us: cpu / result.requests,
  };
}

const middle = (rows: readonly Row[]): Row => ({
  rps: round(median(rows.map((r) => r.rps))),
  p50_ms: round(median(rows.map((r) => r.p50_ms)), 2),
  p99_ms: round(median(rows.map((r) => r.p99_ms)), 2),
  cpu_us: round(median(rows.map((r) => r.cpu_us)), 1),
});

function bytesBelow(dir: string): number {
  let bytes = 0;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

async function compare() {
  const starts: number[] = [];
  const idle: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const sandbox = await startSandbox();
    starts.push(sandbox.startMs);
    idle.push(memory(sandbox.pid).rss);
    await sandbox.stop();
  }
  const sandbox = await startSandbox();
  const hello = await startHello();
  const signedHello = await startSignedHello();
  const moto = await startMoto();
  const session = await createOperator(sandbox.url, sandbox.operatorRoot, sandbox.workloadRoot);
  const identity = await callerIdentity(sandbox.port, session);
  const assume = await assumeRole(sandbox.port, session);
  const get = Buffer.from(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${hello.port}\r\n\r\n`);
  const targets: Record<string, { pid: number; port: number; requests: Buffer[] }> = {
    hello: { ...hello, requests: [get] },
    // The same bytes as the sandbox gets: what node:http alone takes to read them.
    hello_same_bytes: { ...hello, requests: [assume] },
    hello_signed: { ...signedHello, requests: [assume] },
    get_caller_identity: { ...sandbox, requests: [identity] },
    assume_role: { ...sandbox, requests: [assume] },
    // One of each in turn: what the headline figures are of.
    mix: { ...sandbox, requests: [identity, assume] },
    ...(moto && {
      moto_mix: {
        ...moto,
        requests: [
          await callerIdentity(moto.port, sandbox.operatorRoot),
          await assumeRole(moto.port, sandbox.operatorRoot),
        ],
      },
    }),
  };
  const rows: Record<string, Row[]> = {};
  // In turn, so that a noisy minute meets all of them.
  for (let i = 0; i < ROUNDS; i++) {
    for (const [name, { pid, port, requests }] of Object.entries(targets)) {
      if (i === 0) await load({ port, requests, connections: CONNECTIONS, ms: WARM_MS });
      rows[name] = [...(rows[name] ?? []), await measure(pid, port, requests)];
    }
  }
  const loaded = memory(sandbox.pid);
  await sandbox.stop();
  await hello.stop();
  await signedHello.stop();
  await moto?.stop();
  const results = Object.fromEntries(Object.entries(rows).map(([name, r]) => [name, middle(r)]));
  const of = (name: string) => results[name] ?? { rps: 0, p50_ms: 0, p99_ms: 0, cpu_us: 0 };
  const ratio = (a: number, b: number) => (b === 0 ? null : round(a / b, 2));
  /** Of CPU, round by round: what they share then is the machine's speed. */
  const toHello = (name: string) =>
    round(median((rows[name] ?? []).map(({ cpu_us }, i) => cpu_us / (rows['hello']?.[i]?.cpu_us ?? 0))), 2);
  return {
    rps: of('mix').rps,
    p99_ms: of('mix').p99_ms,
    ratio_hello_cpu: toHello('mix'),
    ratio_hello_cpu_get_caller_identity: toHello('get_caller_identity'),
    ratio_hello_cpu_assume_role: toHello('assume_role'),
    // The part of the budget that is gone before anything is parsed, decided or recorded.
    ratio_hello_cpu_signed_hello: toHello('hello_signed'),
    ratio_moto: ratio(of('mix').rps, of('moto_mix').rps),
    start_ms: round(median(starts)),
    rss_mb: round(median(idle)),
    rss_loaded_mb: round(loaded.rss),
    rss_peak_mb: round(loaded.peak),
    moto_start_ms: moto ? round(moto.startMs) : null,
    trail_mb: round(bytesBelow(sandbox.trail) / 1e6, 1),
    operations: results,
    node: process.version,
  };
}

async function soak(calls: number): Promise<void> {
  const sandbox = await startSandbox();
  const session = await createOperator(sandbox.url, sandbox.operatorRoot, sandbox.workloadRoot);
  console.log('calls        rps   p99 ms   cpu µs   rss MB   peak MB   trail MB');
  for (let done = 0; done < calls; ) {
    const count = Math.min(SOAK_STEP, calls - done);
    const requests = [await assumeRole(sandbox.port, session)];
    const before = cpuMicros(sandbox.pid);
    const { seconds, p99 } = await load({ port: sandbox.port, requests, connections: CONNECTIONS, count });
    const cpu = (cpuMicros(sandbox.pid) - before) / count;
    done += count;
    const { rss, peak } = memory(sandbox.pid);
    const cells = [count / seconds, round(p99, 1), round(cpu), rss, peak, bytesBelow(sandbox.trail) / 1e6];
    console.log(
      [done, ...cells.map((c, i) => (i === 1 ? c : Math.round(c)))]
        .map((c) => String(c).padStart(8))
        .join(' '),
    );
  }
  await sandbox.stop();
}

try {
  await build(bundle);
  // As dist/ stands below the package's own: without it node looks for a module's kind in its text.
  writeFileSync(join(bundle, 'package.json'), '{"type":"module"}');
  const calls = option('--soak');
  if (calls !== undefined) await soak(Number(calls));
  else {
    const result = await compare();
    if (process.argv.includes('--json')) console.log(JSON.stringify(result));
    else {
      const { operations, ...rest } = result;
      console.table(operations);
      console.log(rest);
    }
  }
} finally {
  rmSync(bundle, { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
}
