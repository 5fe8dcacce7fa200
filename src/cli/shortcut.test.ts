import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Secret } from '../base/index.ts';
import { openSessionStore, type Session } from '../session/index.ts';
import { keepAnswer, keptAnswer, ticketName } from './shortcut.ts';

const HOUR = 3_600_000;
const argv = ['credentials', 'Audit', '--account', 'workload'];
let folder: string;
let env: Record<string, string>;
let definition: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shortcut-'));
  env = { CROSSACCOUNT_HOME: join(folder, 'home'), HOME: folder };
  definition = join(folder, 'access.yaml');
  writeFileSync(definition, 'version: 1\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const cache = () => join(folder, 'home', 'cache');
const store = () => openSessionStore({ directory: cache() });
const session = (more: Partial<Session> = {}): Session => ({
  key: 'a'.repeat(64),
  kind: 'role',
  sourceArn: 'arn:aws:iam::111122223333:user/alice',
  credentials: {
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: new Secret('s'),
    sessionToken: new Secret('t'),
  },
  issuedAt: Date.now() - 1_000,
  expiresAt: Date.now() + HOUR,
  fromCache: false,
  ...more,
});

/** As if the command had gone the whole way, with these words. */
async function answered(words: readonly string[] = argv, kept = session(), file?: string): Promise<void> {
  await (await store()).put(kept);
  const files = new Map([[file ?? 'access.yaml', readFileSync(definition, 'utf8')]]);
  await keepAnswer({ argv: words, env, cwd: folder, file }, kept, files);
}
const kept = (
  words: readonly string[] = argv,
  cwd = folder,
  more: Record<string, string> = {},
): Promise<string | undefined> => keptAnswer(words, { ...env, ...more }, cwd);

it('gives the cached session while nothing has changed', async () => {
  expect(await kept()).toBeUndefined();
  await answered();
  expect(JSON.parse((await kept()) ?? '')).toMatchObject({
    Version: 1,
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 's',
    SessionToken: 't',
  });
});

it('asks for nothing on a machine that has no session, and makes nothing there', async () => {
  await kept();
  expect(readdirSync(folder)).toEqual(['access.yaml']);
});

const changes: Readonly<Record<string, () => unknown>> = {
  'a letter of the definition has changed': () => writeFileSync(definition, 'version: 1 \n'),
  'the definition is gone': () => rmSync(definition),
  'the session was forgotten': async () => (await store()).delete('a'.repeat(64)),
  'the ticket was written by somebody else': () => {
    const [file = ''] = readdirSync(cache()).filter((name) => name.endsWith('.ticket'));
    writeFileSync(join(cache(), file), 'v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n');
  },
};
it.each(Object.keys(changes))('goes the whole way when %s', async (name) => {
  await answered();
  await changes[name]?.();
  expect(await kept()).toBeUndefined();
});

it.each([
  ['is about to end', { issuedAt: Date.now() - HOUR, expiresAt: Date.now() + HOUR / 5 }],
  ['comes from the future', { issuedAt: Date.now() + 60_000 }],
] as const)('goes the whole way when the session %s', async (_, more) => {
  await answered(argv, session(more));
  expect(await kept()).toBeUndefined();
});

it('knows other words, folders and places by themselves', async () => {
  await answered();
  expect(await kept([...argv, '--operator', 'bob'])).toBeUndefined();
  expect(await kept(argv, tmpdir())).toBeUndefined();
  expect(await kept(argv, folder, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBeUndefined();
  expect(await kept(argv, folder, { AWS_PROFILE: 'other' })).toBeDefined();
});

it('needs no folder when the definition is named by its absolute path', async () => {
  const words = [...argv, '--file', definition];
  await answered(words, session(), definition);
  expect(await kept(words, tmpdir())).toBeDefined();
});

it.each([
  ['the value of another option', ['--session-name', '--file', '/elsewhere/access.yaml']],
  ['no option at all', ['--', '--file', '/elsewhere/access.yaml']],
])('takes a path for that of the definition only when it was: %s', async (_, more) => {
  await answered([...argv, ...more]);
  expect(await kept([...argv, ...more])).toBeDefined();
  expect(await kept([...argv, ...more], tmpdir())).toBeUndefined();
});

it.each([
  [['exec', 'Audit']],
  [[...argv, '--sandbox']],
  [[...argv, '--sandbox=x']],
  [[...argv, '--fresh']],
  [[...argv, '--code', '123456']],
])('is not for %j', async (words) => {
  await answered(words);
  expect(readdirSync(cache()).filter((name) => name.endsWith('.ticket'))).toEqual([]);
  expect(await kept(words)).toBeUndefined();
});

it('is not for sandboxes, which have a clock of their own', async () => {
  expect(ticketName(argv, { ...env, CROSSACCOUNT_SANDBOX: 'x' }, folder)).toBeUndefined();
});

it('leaves no old tickets behind', async () => {
  await answered();
  const [first = ''] = readdirSync(cache()).filter((name) => name.endsWith('.ticket'));
  const old = (Date.now() - 13 * HOUR) / 1_000;
  utimesSync(join(cache(), first), old, old);
  await answered([...argv, '--operator', 'bob']);
  const tickets = readdirSync(cache()).filter((name) => name.endsWith('.ticket'));
  expect(tickets).toHaveLength(1);
  expect(tickets).not.toContain(first);
});
