import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxControl } from '../../src/sandbox/index.ts';
import { startSandboxCommand } from './tools.ts';

const ROUNDS = 100;
const CLIENTS = 4;
/** Calls of a client in a round: an account has 5,000 users at most. */
const MOST = 10;
const account = '489157521585';

let dir: string;
let child: ChildProcess | undefined;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Starts the sandbox as users do; its address. */
function start(): Promise<string> {
  const started = startSandboxCommand(
    ['--data', 'data', '--port', '0', '--account', account, '--trail', 'trail'],
    dir,
  );
  child = started.child;
  return started.listens;
}

async function killNow(): Promise<void> {
  const dying = child;
  if (dying === undefined || dying.exitCode !== null) throw new Error('the sandbox ended by itself');
  const gone = new Promise((resolve) => dying.once('close', resolve));
  dying.kill('SIGKILL');
  await gone;
}

async function clientOf(url: string): Promise<IAMClient> {
  const credentials = await new SandboxControl(url).ensureAccount(account);
  return new IAMClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });
}

async function users(iam: IAMClient): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListUsersCommand({ MaxItems: 1000, ...(Marker && { Marker }) }));
    for (const { UserName = '', UserId = '' } of page.Users ?? []) found.set(UserName, UserId);
    Marker = page.Marker;
  } while (Marker !== undefined);
  return found;
}

it(`loses nothing that it had answered, killed ${ROUNDS} times at any moment`, {
  timeout: 240_000,
}, async () => {
  /** Name → id, as the sandbox answered. */
  const answered = new Map<string, string>();
  let url = await start();
  for (let round = 0; round < ROUNDS; round++) {
    const iam = await clientOf(url);
    let dead = false;
    const work = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = 0; !dead && n < MOST; n++) {
        const UserName = `u-${round}-${client}-${n}`;
        try {
          const { User } = await iam.send(new CreateUserCommand({ UserName }));
          answered.set(UserName, User?.UserId ?? '');
        } catch {
          // It was killed before it answered.
          return;
        }
      }
    });
    await new Promise((resolve) => setTimeout(resolve, (round * 37) % 60));
    await killNow();
    dead = true;
    await Promise.all(work);
    iam.destroy();
    if (round % 5 === 4) {
      // Also while it reads the folder and writes it anew.
      start().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 150 + ((round * 13) % 150)));
      await killNow();
    }
    url = await start();
    if (round % 10 !== 9) continue;
    const there = await users(await clientOf(url));
    const lost = [...answered].filter(([name, id]) => there.get(name) !== id);
    expect(lost).toEqual([]);
  }
  expect(answered.size).toBeGreaterThan(ROUNDS);
});
