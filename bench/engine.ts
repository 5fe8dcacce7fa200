/**
 * Decisions per CPU-second, ours and the peers', in one process and one run.
 *
 *   tsx bench/engine.ts [--json]
 *
 * CPU time, not wall-clock time: a noisy machine changes it less, and helpers' threads count. Each figure is the
 * median of three rounds. Every engine's answers are compared with ours first: what doesn't decide alike isn't timed.
 */
import { compileGlob } from '../src/base/index.ts';
import { compile } from '../src/engine/index.ts';
import {
  assumeRole,
  type Fixture,
  hostilePatterns,
  hostileTrust,
  identity100,
  mildPattern,
  policySet,
} from './engine-fixtures.ts';
import { cedar, type Decide, iamSimulate } from './engine-peers.ts';

const ROUND_MICROS = 400_000;

/** Calls a CPU-second of a function that does `calls` calls: median of three rounds after one to warm up. */
async function rate(run: () => unknown, calls: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = process.cpuUsage();
    let done = 0;
    let spent = 0;
    do {
      const pending = run();
      if (pending instanceof Promise) await pending;
      done += calls;
      const { user, system } = process.cpuUsage(start);
      spent = user + system;
    } while (spent < ROUND_MICROS);
    if (round > 0) rounds.push((done / spent) * 1e6);
  }
  return rounds.sort((a, b) => a - b)[1] ?? 0;
}

interface Row {
  readonly ours: number;
  readonly iam_simulate?: number;
  readonly cedar?: number;
}

async function compare(id: string, fixture: Fixture): Promise<Row> {
  const authorizer = compile(policySet(fixture));
  const { requests } = fixture;
  const peer = async (name: string, decide: Decide | undefined): Promise<number | undefined> => {
    if (decide === undefined) return undefined;
    for (const request of requests)
      if ((await decide(request)) !== authorizer.authorize(request).allowed)
        throw new Error(`${name} decides ${id} otherwise: ${JSON.stringify(request)}`);
    return rate(async () => {
      for (const request of requests) {
        const answer = decide(request);
        if (answer instanceof Promise) await answer;
      }
    }, requests.length);
  };
  const ours = await rate(() => {
    for (let i = 0; i < 1000; i++) for (const request of requests) authorizer.authorize(request);
  }, 1000 * requests.length);
  const simulated = await peer('iam-simulate', iamSimulate(fixture));
  const decided = await peer('cedar', cedar(fixture, id));
  return {
    ours,
    ...(simulated !== undefined && { iam_simulate: simulated }),
    ...(decided !== undefined && { cedar: decided }),
  };
}

/** µs for one match of the slowest hostile pattern. */
async function worstPattern(): Promise<number> {
  let worst = 0;
  for (const { pattern, text } of hostilePatterns) {
    const matches = compileGlob(pattern);
    if (matches(text)) throw new Error(`${pattern} must not match`);
    const perSecond = await rate(() => {
      for (let i = 0; i < 1000; i++) matches(text);
    }, 1000);
    worst = Math.max(worst, 1e6 / perSecond);
  }
  return worst;
}

/** µs for one decision with a pattern of five stars in it; once only, since a backtracking engine takes a second. */
async function hostileOnce(engine: (fixture: Fixture) => Decide | undefined): Promise<number | undefined> {
  const fixture = hostileTrust(mildPattern.pattern, mildPattern.text);
  const decide = engine(fixture);
  const [request] = fixture.requests;
  if (decide === undefined || request === undefined) return undefined;
  const start = process.cpuUsage();
  await decide(request);
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

const round = (value: number | undefined, digits = 0): number | undefined =>
  value === undefined ? undefined : Number(value.toFixed(digits));
const ratio = (ours: number, theirs: number | undefined) =>
  theirs === undefined ? null : round(ours / theirs);

const assume = await compare('assume_role', assumeRole);
const identity = await compare('identity_100', identity100);
const result = {
  decisions_per_cpu_s: round(assume.ours),
  ratio_iam_simulate: ratio(assume.ours, assume.iam_simulate),
  ratio_cedar: ratio(assume.ours, assume.cedar),
  worst_pattern_us: round(await worstPattern(), 3),
  fixtures: {
    assume_role: Object.fromEntries(Object.entries(assume).map(([k, v]) => [k, round(v)])),
    identity_100: Object.fromEntries(Object.entries(identity).map(([k, v]) => [k, round(v)])),
  },
  five_stars_once_us: {
    ours: round(
      await hostileOnce((fixture) => {
        const authorizer = compile(policySet(fixture));
        return (request) => authorizer.authorize(request).allowed;
      }),
    ),
    iam_simulate: round(await hostileOnce(iamSimulate)) ?? null,
    cedar: round(await hostileOnce((fixture) => cedar(fixture, 'hostile'))) ?? null,
  },
  node: process.version,
};

if (assume.iam_simulate === undefined || assume.cedar === undefined)
  console.error('The peers are not installed: npm --prefix bench/peers ci');

if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else {
  const line = (name: string, row: Row) =>
    `${name.padEnd(34)} ${[row.ours, row.iam_simulate, row.cedar].map((v) => (v === undefined ? '-' : Math.round(v).toLocaleString('en')).padStart(14)).join('')}`;
  console.log(
    `${'decisions per CPU-second'.padEnd(34)} ${['crossaccount', 'iam-simulate', 'cedar-wasm'].map((n) => n.padStart(14)).join('')}`,
  );
  console.log(line('AssumeRole, two accounts', assume));
  console.log(line('100 identity statements', identity));
  console.log(`worst wildcard: ${result.worst_pattern_us} µs a match`);
}
