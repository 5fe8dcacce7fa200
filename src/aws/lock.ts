import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { realSleep } from './clock.ts';

// A lock among processes is a file that link() creates whole or not at all. A holder that died is found by its process
// id and start time (ids are reused); on another host, by the file's age.

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process, where the system tells. */
  readonly started?: string;
  /** Unique to one locking. */
  readonly token: string;
}

const POLL_MS = 60;
/** A lock from another host cannot be asked for its process. Longer than anybody looks for their phone. */
const FOREIGN_MS = 10 * 60_000;
/** How long the same unreadable file is looked at before it counts as nobody's. */
const DAMAGED_MS = 500;

export async function exclusively<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: (holderPid: number) => void,
): Promise<T> {
  const started = startOf(process.pid);
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    token: randomBytes(12).toString('hex'),
    ...(started === undefined ? {} : { started }),
  };
  const own = `${file}.${me.token}`;
  try {
    await writeFile(own, JSON.stringify(me), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await unlink(own).catch(() => undefined);
    throw error;
  }
  let told = false;
  let damaged: { readonly token: string; readonly since: number } | undefined;
  try {
    while (!(await linked(own, file))) {
      const holder = await read(file);
      if (holder === 'damaged') {
        const token = await damageOf(file);
        if (token !== damaged?.token)
          damaged = token === undefined ? undefined : { token, since: Date.now() };
        else if (damaged !== undefined && Date.now() - damaged.since > DAMAGED_MS)
          await breakLock(file, damaged.token, async () => (await damageOf(file)) === token);
      } else if (holder === 'absent') {
        // Released between the two calls.
        continue;
      } else if (await isDead(holder, file)) {
        const { token } = holder;
        await breakLock(file, token, async () => tokenOf(await read(file)) === token);
        continue;
      } else if (!told && onWait !== undefined) {
        told = true;
        onWait(holder.pid);
      }
      await realSleep(POLL_MS);
    }
  } finally {
    await unlink(own).catch(() => undefined);
  }
  releaseAtExit();
  held.set(me.token, file);
  try {
    return await work();
  } finally {
    held.delete(me.token);
    removeIfMine(file, me.token);
  }
}

/** Locks of this process, file by token. One listener for all: node warns about the eleventh. */
const held = new Map<string, string>();
let listening = false;

function releaseAtExit(): void {
  if (listening) return;
  listening = true;
  process.on('exit', () => {
    for (const [token, file] of held) removeIfMine(file, token);
  });
}

async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** `damaged`: no lock of ours. link() never makes half a one, but a power cut may leave a file without its content. */
async function read(file: string): Promise<Holder | 'absent' | 'damaged'> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'absent' : 'damaged';
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return 'damaged';
    const [pid, host, token, started] = ['pid', 'host', 'token', 'started'].map((k): unknown =>
      Reflect.get(value, k),
    );
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return 'damaged';
    return { pid, host, token, ...(typeof started === 'string' ? { started } : {}) };
  } catch {
    return 'damaged';
  }
}

const tokenOf = (holder: Holder | 'absent' | 'damaged'): string | undefined =>
  typeof holder === 'string' ? undefined : holder.token;

/** Tells one damaged file from the next; undefined when it is damaged no more. */
async function damageOf(file: string): Promise<string | undefined> {
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined || (await read(file)) !== 'damaged') return undefined;
  return `${facts.ino}-${Math.trunc(facts.mtimeMs)}`;
}

async function isDead(holder: Holder, file: string): Promise<boolean> {
  if (holder.host !== hostname()) {
    const age = await stat(file)
      .then((facts) => Date.now() - facts.mtimeMs)
      .catch(() => 0);
    return age > FOREIGN_MS;
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  const started = startOf(holder.pid);
  // Killed, but its parent hasn't looked yet: nothing of it runs any more.
  if (statOf(holder.pid)?.[0] === 'Z') return true;
  return started !== undefined && holder.started !== undefined && started !== holder.started;
}

/**
 * INVARIANT: only the process that created `FILE.TOKEN.break` removes the lock with that token, and a dead holder
 * removes nothing; so between reading the token and unlinking, the lock cannot have become another's.
 */
async function breakLock(file: string, token: string, still: () => Promise<boolean>): Promise<void> {
  const breaker = `${file}.${token}.break`;
  try {
    await writeFile(breaker, '', { flag: 'wx', mode: 0o600 });
  } catch {
    // Somebody else is at it; unless they died at it.
    const age = await stat(breaker)
      .then((facts) => Date.now() - facts.mtimeMs)
      .catch(() => 0);
    if (age > 10_000) await unlink(breaker).catch(() => undefined);
    await realSleep(POLL_MS);
    return;
  }
  if (await still()) await unlink(file).catch(() => undefined);
  await unlink(breaker).catch(() => undefined);
}

/** Synchronous: also runs while the process exits. */
function removeIfMine(file: string, token: string): void {
  try {
    if (readFileSync(file, 'utf8').includes(token)) unlinkSync(file);
  } catch {
    // Gone already.
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); the command in field 2 may contain anything, so count from its last paren. */
const startOf = (pid: number): string | undefined => statOf(pid)?.[19];

/** Fields of /proc/PID/stat from the process's state on; undefined where there is none. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
