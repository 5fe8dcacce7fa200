import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root, startSandboxCommand, xa } from './tools.ts';

const cwd = mkdtempSync(join(tmpdir(), 'xa-world-'));
let child: ChildProcess;

beforeAll(async () => {
  cpSync(join(root, 'examples', 'organization'), cwd, { recursive: true });
  const started = startSandboxCommand(['--port', '0'], cwd);
  child = started.child;
  await started.listens;
});
afterAll(async () => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  rmSync(cwd, { recursive: true, force: true });
});

const run = (...args: string[]) => xa(args, { cwd });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
/** One text a profile, in the order of their names. */
const credentials = (): string[] =>
  readFileSync(join(cwd, '.crossaccount', 'sandbox', 'aws-credentials'), 'utf8')
    .trim()
    .split('\n\n')
    .sort();

it('is seeded from a definition, once or twice, and then nothing is left to plan', async () => {
  const first = await json('sandbox', 'seed', '--management', '100000000001=payer');
  expect(first).toMatchObject({ ok: true });
  expect(first.accounts).toBeGreaterThan(2);
  expect(first.units).toBeGreaterThan(0);
  expect((await json('sandbox', 'seed', '--management', '100000000001=payer')).ok).toBe(true);
  const { plan } = await json('plan', '--sandbox');
  expect(plan.summary).toMatchObject({ create: 0, update: 0, delete: 0, conflict: 0 });
  expect(plan.summary.unchanged).toBeGreaterThan(0);
  expect(credentials().join('\n')).toContain('[payer]');
});

it.each([
  ['is no account', 'no-account', /no account id/],
  ['manages nothing while another does', '200000000002=other', /There is an organization o-.*--management/s],
  ['is a member', '111122223333=security', /111122223333 is a member of o-/],
])('refuses a management account that %s', async (_, account, why) => {
  const other = await run('sandbox', 'seed', '--management', account);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(why);
});

it('exports all state for its owner alone, empties itself, and takes the state back', async () => {
  const before = credentials();
  const exported = await json('sandbox', 'export', 'state.json');
  expect(exported.bytes).toBe(statSync(join(cwd, 'state.json')).size);
  expect(statSync(join(cwd, 'state.json')).mode & 0o777).toBe(0o600);

  expect((await json('sandbox', 'reset')).accounts).toBeGreaterThan(2);
  const emptied = credentials();
  const names = (profiles: string[]) => profiles.map((profile) => profile.split('\n')[0]);
  expect(names(emptied)).toEqual(names(before));
  expect(emptied).not.toEqual(before);
  expect((await json('plan', '--sandbox')).plan.summary.create).toBeGreaterThan(0);

  expect((await json('sandbox', 'import', 'state.json')).ok).toBe(true);
  expect(credentials()).toEqual(before);
  expect((await json('plan', '--sandbox')).plan.summary.create).toBe(0);
});

it.each([
  ['not JSON at all', 'hello'],
  ['an object of no meaning', '{"a":1}'],
  ['a state cut short', '{"format":"crossaccount-sandbox","version":1'],
])('refuses %s and keeps what it had', async (_, text) => {
  writeFileSync(join(cwd, 'bad.json'), text);
  const refused = await run('sandbox', 'import', 'bad.json');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/bad\.json: /);
  expect(refused.stderr).not.toMatch(/\n\s+at /);
  expect((await json('plan', '--sandbox')).plan.summary.create).toBe(0);
});

it('passes on what the control interface refuses', async () => {
  const refused = await run('sandbox', 'source-ip', 'garbage');
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^crossaccount: ip must be an IPv4/),
  });
});

it('lists what it serves, and says which services there are', async () => {
  const { operations } = await json('sandbox', 'operations', 'sts');
  expect(operations).toContainEqual({ service: 'sts', operation: 'AssumeRole', readOnly: true });
  const unknown = await run('sandbox', 'operations', 'dynamodb');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/there are .*iam/);
});

it('shows an empty inbox as such', async () => {
  expect(await json('sandbox', 'inbox', '--confirm')).toEqual({ ok: true, messages: [], confirmed: 0 });
});
