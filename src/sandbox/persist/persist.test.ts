import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../index.ts';
import { readJournal } from './journal.ts';

const account = '489157521585';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
});

let dir: string;
const running: RunningSandbox[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'persist-'));
});
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
  rmSync(dir, { recursive: true });
});

async function start(data = join(dir, 'data')) {
  const sandbox = await startSandbox({ data });
  running.push(sandbox);
  const control = new SandboxControl(sandbox.url);
  const { accessKeyId, secretAccessKey } = await control.ensureAccount(account);
  const iam = new IAMClient({
    region: 'us-east-1',
    endpoint: sandbox.url,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
  const createRole = (RoleName: string) => {
    return iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  };
  return { sandbox, control, iam, createRole, data };
}

/** What a killed process leaves: the folder as it is now, without the lock. */
function asKilled(data: string): string {
  const copy = join(dir, `copy-${readdirSync(dir).length}`);
  cpSync(data, copy, { recursive: true });
  rmSync(join(copy, 'lock'), { force: true });
  return copy;
}

const latest = (data: string, kind: string): string => {
  const name = readdirSync(data)
    .filter((n) => n.endsWith(`.${kind}`))
    .sort()
    .at(-1);
  return join(data, name ?? `no ${kind}`);
};

describe('a data folder', () => {
  it('brings back after kill -9 what was answered: roles with their ids, keys, clock, source addresses', async () => {
    const first = await start();
    const { Role: role } = await first.createRole('auditor');
    // Less than the skew that signatures may have.
    await first.control.advance(600);
    await first.control.setSourceIp('203.0.113.7');
    const second = await start(asKilled(first.data));
    const { Role: again } = await second.iam.send(new GetRoleCommand({ RoleName: 'auditor' }));
    expect(again).toEqual({ ...role, RoleLastUsed: again?.RoleLastUsed });
    expect((await second.control.now()).getTime() - Date.now()).toBeGreaterThan(590_000);
    await expect(second.createRole('auditor')).rejects.toThrow('already exists');
  });

  it('says after replay exactly what it would have said without: the states are the same, byte by byte', async () => {
    const first = await start();
    for (const name of ['a', 'b', 'c']) await first.createRole(name);
    await first.createRole('b').catch(() => undefined);
    const second = await start(asKilled(first.data));
    const [one, two] = await Promise.all([first.control.exportState(), second.control.exportState()]);
    expect(two).toBe(one);
  });

  it('is for one process at a time', async () => {
    const { data } = await start();
    await expect(startSandbox({ data })).rejects.toThrow(/in use by process \d+/);
  });

  it('drops a last line that was cut off: nobody had been told of it', async () => {
    const first = await start();
    await first.createRole('kept');
    const copy = asKilled(first.data);
    appendFileSync(latest(copy, 'journal'), '0123abcd [["o",{"act":"ca');
    const second = await start(copy);
    await second.iam.send(new GetRoleCommand({ RoleName: 'kept' }));
    expect(readJournal(latest(copy, 'journal')).length).toBe(statSync(latest(copy, 'journal')).size);
  });

  it('refuses a damaged journal, with the line and what to do', async () => {
    const first = await start();
    await first.createRole('one');
    await first.createRole('two');
    const copy = asKilled(first.data);
    const file = latest(copy, 'journal');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"one"', '"0ne"'));
    await expect(startSandbox({ data: copy })).rejects.toThrow(/line 2 \(byte \d+\) is damaged/);
  });

  it('refuses a snapshot whose journal is gone, which no kill leaves, and says how to go back to it', async () => {
    const first = await start();
    await first.createRole('lost');
    const copy = asKilled(first.data);
    const file = latest(copy, 'journal');
    rmSync(file);
    const refused = await startSandbox({ data: copy }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ message: `${file} is missing: what happened after the snapshot` });
    writeFileSync(file, '');
    const second = await start(copy);
    await second.createRole('lost');
  });

  it.each(['snapshot', 'journal'])('names a %s that is a folder', async (kind) => {
    const first = await start();
    const copy = asKilled(first.data);
    const file = latest(copy, kind);
    rmSync(file);
    mkdirSync(file);
    await expect(startSandbox({ data: copy })).rejects.toThrow(`${file} is no file`);
  });

  it('refuses a snapshot that was cut off or is of another version', async () => {
    const first = await start();
    const copy = asKilled(first.data);
    const file = latest(copy, 'snapshot');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -5));
    await expect(startSandbox({ data: copy })).rejects.toThrow('is incomplete');
    writeFileSync(file, text.replace('"version":1', '"version":2'));
    await expect(startSandbox({ data: copy })).rejects.toThrow('another version');
  });

  it('refuses a snapshot in which a byte has changed, and says where', async () => {
    const first = await start();
    await first.control.importState(await first.control.exportState());
    const copy = asKilled(first.data);
    const file = latest(copy, 'snapshot');
    const text = readFileSync(file, 'utf8');
    const changed = text.replace(account, '489157521584');
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    await expect(startSandbox({ data: copy })).rejects.toThrow(/00000002\.snapshot is damaged in line 2$/);
    writeFileSync(file, text.replace(/"sums":"./, '"sums":"x'));
    await expect(startSandbox({ data: copy })).rejects.toThrow('is damaged in line 2');
    writeFileSync(file, text.replace('"sums"', '"sumz"'));
    await expect(startSandbox({ data: copy })).rejects.toThrow('is damaged');
    // As it was written before there were sums.
    writeFileSync(file, text.replace(/,"sums":"[0-9a-f]*"/, ''));
    await start(copy);
  });

  it('writes through no link that lies where its files will be', async () => {
    const { data } = await start();
    const copy = asKilled(data);
    const precious = join(dir, 'precious');
    writeFileSync(precious, 'precious');
    for (const name of ['00000002.journal', '00000002.snapshot.partial'])
      symlinkSync(precious, join(copy, name));
    const { createRole } = await start(copy);
    await createRole('a');
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  it('goes on after its hundred millionth snapshot', async () => {
    const first = await start();
    await first.createRole('kept');
    const copy = asKilled(first.data);
    for (const kind of ['snapshot', 'journal'])
      renameSync(latest(copy, kind), join(copy, `99999999.${kind}`));
    const second = await start(copy);
    await second.createRole('more');
    const third = await start(asKilled(copy));
    await third.iam.send(new GetRoleCommand({ RoleName: 'more' }));
  });

  it('is readable by its owner only', async () => {
    const { data } = await start();
    for (const name of readdirSync(data)) expect(statSync(join(data, name)).mode & 0o077).toBe(0);
  });
});

describe('export and import', () => {
  it('carries everything to another sandbox: the same keys work there', async () => {
    const first = await start();
    await first.createRole('carried');
    const second = await start(join(dir, 'other'));
    await second.control.importState(await first.control.exportState());
    const iam = new IAMClient({
      region: 'us-east-1',
      endpoint: second.sandbox.url,
      credentials: await first.control.ensureAccount(account),
    });
    await iam.send(new GetRoleCommand({ RoleName: 'carried' }));
    // And it is kept: a kill now loses nothing of it.
    const third = await start(asKilled(second.data));
    await third.iam.send(new GetRoleCommand({ RoleName: 'carried' }));
  });

  it('refuses what is no state and changes nothing', async () => {
    const first = await start();
    await first.createRole('stays');
    await expect(first.control.importState('{"a":1}\n')).rejects.toThrow('is no state of a sandbox');
    const text = await first.control.exportState();
    await expect(first.control.importState(text.slice(0, text.length / 2))).rejects.toThrow('is incomplete');
    await first.iam.send(new GetRoleCommand({ RoleName: 'stays' }));
  });
});
