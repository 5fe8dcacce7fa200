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

/** Where the definition is looked for; absent: it was named by its absolute path, once. */
function folderOf(argv: readonly string[], cwd: string): string | undefined {
  const named = argv.flatMap((word, i) => (/^(-f|--file)/.test(word) ? [i] : []));
  const [at = -1] = named;
  const plain = argv[at] === '-f' || argv[at] === '--file';
  return named.length === 1 && plain && isAbsolute(argv[at + 1] ?? '') ? undefined : cwd;
}

/** The name of the ticket for a command; undefined: it gets none. */
export function ticketName(argv: readonly string[], env: Env, cwd: string): string | undefined {
  if (argv[0] !== 'credentials' || env['CROSSACCOUNT_SANDBOX'] || argv.some((word) => wholeWay.test(word)))
    return undefined;
  const facts = {
    version,
    argv,
    folder: folderOf(argv, cwd) ?? null,
    env: told.map((name) => env[name] ?? null),
  };
  return digest(JSON.stringify(facts));
}

const digest = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** What `credentials` prints when a ticket is there and good; undefined: go the whole way, which also tells what is wrong. */
export async function keptAnswer(
  argv: readonly string[],
  env: Env,
  cwd: string,
): Promise<string | undefined> {
  const name = ticketName(argv, env, cwd);
  if (name === undefined) return undefined;
  const directory = await cacheDirectory(env);
  if (!existsSync(join(directory, `${name}.ticket`))) return undefined;
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

/** Keeps what `credentials` answered; `files`: what the definition was read from, by path. */
export async function keepAnswer(
  { argv, env, cwd }: { readonly argv: readonly string[]; readonly env: Env; readonly cwd: string },
  session: Session,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const name = ticketName(argv, env, cwd);
  if (name === undefined) return;
  const { openSessionStore, ticketUntil } = await import('../session/index.ts');
  const store = await openSessionStore({ directory: await cacheDirectory(env) });
  await store.keepTicket(name, {
    key: session.key,
    until: ticketUntil(session),
    files: [...files].map(([path, text]) => ({ path: resolve(cwd, path), digest: digest(text) })),
  });
}
