import { createHash } from 'node:crypto';
import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Env, exclusively, openSeal, systemClock, writeAtomically } from '../aws/index.ts';
import { type Clock, Secret } from '../base/index.ts';
import { readTicket, TICKET_LIFE } from './ticket.ts';
import type { Session, SessionStore, UsedCode } from './types.ts';

/** `$XDG_CACHE_HOME/crossaccount`, else `~/.crossaccount/cache`. */
export function defaultCacheDirectory(env: Env): string {
  const cache = env['XDG_CACHE_HOME'];
  if (cache?.startsWith('/')) return join(cache, 'crossaccount');
  return join(env['HOME'] || env['USERPROFILE'] || homedir(), '.crossaccount', 'cache');
}

export interface StoreOptions {
  /** Default: defaultCacheDirectory(env). */
  readonly directory?: string;
  readonly env?: Env;
  /** Decides what is expired. Default: the machine's. */
  readonly clock?: Clock;
  readonly notify?: (message: string) => void;
}

/** Opens the cache; creates it when missing. What the sealing protects is told in aws/files.ts. */
export async function openSessionStore(options: StoreOptions = {}): Promise<SessionStore> {
  const directory = options.directory ?? defaultCacheDirectory(options.env ?? process.env);
  const clock = options.clock ?? systemClock;
  const seal = await openSeal(directory);
  const path = (name: string) => join(directory, name);

  const readSealed = async (name: string): Promise<unknown> => {
    const sealed = await readFile(path(name), 'utf8').catch(() => undefined);
    if (sealed === undefined) return undefined;
    const text = seal.open(name, sealed);
    if (text !== undefined) {
      try {
        return JSON.parse(text);
      } catch {
        // Damaged like any other.
      }
    }
    options.notify?.(`the cache file ${path(name)} is damaged: it is left out and removed`);
    await unlink(path(name)).catch(() => undefined);
    return undefined;
  };

  const get = async (key: string): Promise<Session | undefined> => {
    const session = decode(await readSealed(`${key}.session`));
    if (session === undefined || session.key !== key) return undefined;
    if (session.expiresAt > clock.now()) return session;
    await unlink(path(`${key}.session`)).catch(() => undefined);
    return undefined;
  };

  const codeFile = (serial: string) => `${createHash('sha256').update(serial).digest('hex')}.code`;

  return {
    directory,
    get,
    async put(session) {
      const name = `${session.key}.session`;
      await writeAtomically(path(name), seal.seal(name, encode(session)));
    },
    async delete(key) {
      return unlink(path(`${key}.session`)).then(
        () => true,
        () => false,
      );
    },
    async list() {
      const names = await readdir(directory);
      const keys = names.flatMap((name) => /^([0-9a-f]{64})\.session$/.exec(name)?.[1] ?? []);
      const sessions = await Promise.all(keys.map(get));
      return sessions.filter((session) => session !== undefined);
    },
    exclusive: (name, work, onWait) =>
      exclusively(path(`${createHash('sha256').update(name).digest('hex').slice(0, 32)}.lock`), work, onWait),
    async usedCode(serial) {
      const value = await readSealed(codeFile(serial));
      const step = property(value, 'step');
      const digest = property(value, 'digest');
      return typeof step === 'number' && typeof digest === 'string' ? { step, digest } : undefined;
    },
    async markCode(serial, used: UsedCode) {
      const name = codeFile(serial);
      await writeAtomically(path(name), seal.seal(name, JSON.stringify(used)));
    },
    async ticket(name) {
      const ticket = readTicket(await readSealed(`${name}.ticket`));
      return ticket !== undefined && ticket.until > clock.now() ? ticket : undefined;
    },
    async keepTicket(name, ticket) {
      await writeAtomically(path(`${name}.ticket`), seal.seal(`${name}.ticket`, JSON.stringify(ticket)));
      const old = Date.now() - TICKET_LIFE;
      for (const file of await readdir(directory)) {
        if (!file.endsWith('.ticket')) continue;
        const facts = await stat(path(file)).catch(() => undefined);
        if (facts !== undefined && facts.mtimeMs < old) await unlink(path(file)).catch(() => undefined);
      }
    },
  };
}

function encode(session: Session): string {
  const { credentials, fromCache: _, ...rest } = session;
  return JSON.stringify({
    ...rest,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    sessionToken: credentials.sessionToken?.reveal(),
  });
}

function decode(value: unknown): Session | undefined {
  const text = (name: string): string | undefined => {
    const found = property(value, name);
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const number = (name: string): number | undefined => {
    const found = property(value, name);
    return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
  };
  const [key, kind, sourceArn] = [text('key'), text('kind'), text('sourceArn')];
  const [accessKeyId, secret, token] = [text('accessKeyId'), text('secretAccessKey'), text('sessionToken')];
  const [issuedAt, expiresAt, mfaAt] = [number('issuedAt'), number('expiresAt'), number('mfaAt')];
  const [roleArn, sessionName] = [text('roleArn'), text('sessionName')];
  if (key === undefined || sourceArn === undefined || (kind !== 'login' && kind !== 'role')) return undefined;
  if (accessKeyId === undefined || secret === undefined || token === undefined) return undefined;
  if (issuedAt === undefined || expiresAt === undefined) return undefined;
  return {
    key,
    kind,
    sourceArn,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(sessionName === undefined ? {} : { sessionName }),
    credentials: {
      accessKeyId,
      secretAccessKey: new Secret(secret),
      sessionToken: new Secret(token),
      expiration: expiresAt,
    },
    issuedAt,
    expiresAt,
    ...(mfaAt === undefined ? {} : { mfaAt }),
    fromCache: true,
  };
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
