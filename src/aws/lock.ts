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
  await writeFile(own, JSON.stringify(me), { mode: 0o600, flag: 'wx' });
  let told = false;
  const waitingSince = Date.now();
  try {
    while (!(await linked(own, file))) {
      const holder = await read(file);
      if (holder === undefined) {
        // Released between the two calls, or no lock of ours at all: then it never becomes readable.
        if (Date.now() - waitingSince > FOREIGN_MS) await unlink(file).catch(() => undefined);
      } else if (await isDead(holder, file)) {
        await breakLock(file, holder);
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
  const onExit = () => removeIfMine(file, me.token);
  process.once('exit', onExit);
  try {
    return await work();
  } finally {
    process.off('exit', onExit);
    removeIfMine(file, me.token);
  }
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

async function read(file: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const [pid, host, token, started] = ['pid', 'host', 'token', 'started'].map((k): unknown =>
      Reflect.get(value, k),
    );
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return { pid, host, token, ...(typeof started === 'string' ? { started } : {}) };
  } catch {
    return undefined;
  }
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
  return started !== undefined && holder.started !== undefined && started !== holder.started;
}

/**
 * INVARIANT: only the process that created `FILE.TOKEN.break` removes the lock with that token, and a dead holder
 * removes nothing; so between reading the token and unlinking, the lock cannot have become another's.
 */
async function breakLock(file: string, holder: Holder): Promise<void> {
  const breaker = `${file}.${holder.token}.break`;
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
  if ((await read(file))?.token === holder.token) await unlink(file).catch(() => undefined);
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
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
