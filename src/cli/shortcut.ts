import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Session } from '../session/index.ts';
import { cacheDirectory } from './cache.ts';
import { version } from './version.ts';

// AWS tools call `credentials` for every process that they are, and wait for it. The answer is a cached session, and which
// one that is depends on the words of the command, on what `told` names, and on the texts of the definition. A
// ticket remembers it, so that the definition needn't be understood again (200 ms) as long as no letter of it changes.

type Env = Readonly<Record<string, string | undefined>>;

/** INVARIANT: all of the environment that decides which session `credentials` takes from the cache. */
const told = ['AWS_ENDPOINT_URL', 'CROSSACCOUNT_HOME', 'HOME', 'USERPROFILE', 'XDG_CACHE_HOME'] as const;

/** A sandbox has a clock of its own, and these want the whole way. */
const wholeWay = /^--(sandbox|fresh|code)(=|$)/;

/**
 * The name of the ticket for a command; undefined: it gets none. `folder`: where it was given; undefined when the command
 * named its definition by an absolute path, and means the same everywhere. Only who has parsed the words knows that, so
 * whoever looks for a ticket tries both.
 */
export function ticketName(
  argv: readonly string[],
  env: Env,
  folder: string | undefined,
): string | undefined {
  if (argv[0] !== 'credentials' || env['CROSSACCOUNT_SANDBOX'] || argv.some((word) => wholeWay.test(word)))
    return undefined;
  const facts = { version, argv, folder: folder ?? null, env: told.map((name) => env[name] ?? null) };
  return digest(JSON.stringify(facts));
}

const digest = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** What `credentials` prints when a ticket is there and good; undefined: go the whole way, which also tells what is wrong. */
export async function keptAnswer(
  argv: readonly string[],
  env: Env,
  cwd: string,
): Promise<string | undefined> {
  const names = [ticketName(argv, env, undefined), ticketName(argv, env, cwd)];
  const directory = await cacheDirectory(env);
  const name = names.find((each) => each !== undefined && existsSync(join(directory, `${each}.ticket`)));
  if (name === undefined) return undefined;
  try {
    const { credentialProcessOutput, openSessionStore } = await import('../session/index.ts');
    const store = await openSessionStore({ directory });
    const ticket = await store.ticket(name);
    if (ticket?.files.every(({ path, digest: was }) => digest(readFileSync(path)) === was) !== true)
      return undefined;
    const session = await store.get(ticket.key);
    // The machine's clock may have been set back: when, is for the whole way to judge.
    if (session === undefined || session.issuedAt > Date.now()) return undefined;
    return credentialProcessOutput(session.credentials);
  } catch {
    return undefined;
  }
}

/**
 * Keeps what `credentials` answered; `file`: the definition, as the command named it; `files`: what it was read from, by
 * path.
 */
export async function keepAnswer(
  asked: {
    readonly argv: readonly string[];
    readonly env: Env;
    readonly cwd: string;
    readonly file: string | undefined;
  },
  session: Session,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const { argv, env, cwd, file } = asked;
  const name = ticketName(argv, env, file !== undefined && isAbsolute(file) ? undefined : cwd);
  if (name === undefined) return;
  const { openSessionStore, ticketUntil } = await import('../session/index.ts');
  const store = await openSessionStore({ directory: await cacheDirectory(env) });
  await store.keepTicket(name, {
    key: session.key,
    until: ticketUntil(session),
    files: [...files].map(([path, text]) => ({ path: resolve(cwd, path), digest: digest(text) })),
  });
}
