import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Access, Account } from '../access/index.ts';
import type { AwsTarget, Connection } from '../aws/index.ts';
import { readSandboxState, SANDBOX_DIR, sandboxEnvironment } from './sandbox-state.ts';

/** How commands reach AWS: options that every such command takes. */
export interface ReachOptions {
  /** True: the sandbox of ./.crossaccount/sandbox; a text: of that folder. */
  readonly sandbox?: boolean | string;
}

export const SANDBOX_OPTION = '--sandbox [dir]';
export const SANDBOX_OPTION_TEXT = `work against the running sandbox instead of AWS (its folder; default ${SANDBOX_DIR})`;

type Env = Readonly<Record<string, string | undefined>>;

/** The environment that AWS tools see: with --sandbox the sandbox's endpoint and credential files over our own. */
export async function reachEnvironment(options: ReachOptions): Promise<Env> {
  if (options.sandbox === undefined || options.sandbox === false) return process.env;
  const state = await readSandboxState(options.sandbox === true ? SANDBOX_DIR : options.sandbox);
  return { ...process.env, ...sandboxEnvironment(state) };
}

/** AWS, or any endpoint that AWS_ENDPOINT_URL names: nothing but the URL differs. */
export async function targetOf(access: Pick<Access, 'region'>, env: Env): Promise<AwsTarget> {
  const { systemClock } = await import('../aws/index.ts');
  const endpoint = env['AWS_ENDPOINT_URL'];
  return { region: access.region, clock: systemClock, ...(endpoint ? { endpoint } : {}) };
}

/** Reaches an account through the profile that the definition names for it. */
export function connector(target: AwsTarget, env: Env): (account: Account) => Promise<Connection> {
  return async (account) => {
    const { profileCredentials } = await import('../aws/index.ts');
    return { target, credentials: await profileCredentials(account.profile, env) };
  };
}

/** Where sessions and keys of this user live. */
export function homeDirectory(env: Env): string {
  const base = env['CROSSACCOUNT_HOME'];
  if (base) return base;
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'crossaccount');
}
