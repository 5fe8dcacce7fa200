import { readdirSync, readFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '/work/main/scripts/build.mjs';
import { assumeRole, callerIdentity, createOperator, operators, rootKeys, workload } from '/work/main/bench/sandbox-fixture.ts';
import { load } from '/work/main/bench/sandbox-load.ts';
import { startAndRead, memory } from '/work/main/bench/sandbox-processes.ts';
const bundle = '/work/main/node_modules/.cache/perf-bundle';
if (process.env.BUILD !== '0') await build(bundle);
const dir = mkdtempSync('/tmp/perf/sb-');
const { text, pid, stop } = await startAndRead(process.execPath, [...(process.env.PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROF}`] : []), join(bundle, 'cli.js'), 'sandbox', 'start', '--port', '0', '--dir', dir, '--json', '--account', `${operators}=operators`, '--account', `${workload}=workload`], '}\n');
const url = JSON.parse(text).url; const port = Number(new URL(url).port);
const session = await createOperator(url, rootKeys(dir, 'operators'), rootKeys(dir, 'workload'));
const cpu = () => { const m: any = {}; for (const t of readdirSync(`/proc/${pid}/task`)) { const s = readFileSync(`/proc/${pid}/task/${t}/stat`, 'latin1'); const f = s.slice(s.lastIndexOf(')') + 2).split(' '); m[t] = (Number(f[11]) + Number(f[12])) * 10000; } return m; };
const bufs: any = { gci: [await callerIdentity(port, session)], assume: [await assumeRole(port, session)] };
for (const name of (process.env.ONLY ?? 'gci,assume').split(',')) { for (const ms of [2000, 6000]) {
  const a = cpu(); const r = await load({ port, requests: bufs[name], connections: 16, ms }); await new Promise((r) => setTimeout(r, 600)); const b = cpu();
  if (ms === 2000) continue;
  const main = (b[pid] - a[pid]) / r.requests; const all = Object.keys(b).reduce((x, t) => x + b[t] - (a[t] ?? 0), 0) / r.requests;
  console.log(name, 'main', main.toFixed(1), 'others', (all - main).toFixed(1), Object.keys(b).map((t) => ((b[t] - (a[t] ?? 0)) / r.requests).toFixed(1)).join(' '), 'rps', (r.requests / r.seconds).toFixed(0), 'rss', memory(pid).rss.toFixed(0));
} }
await stop();
