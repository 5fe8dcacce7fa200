import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Access, Account, Operator } from '../access/index.ts';
import type { AwsTarget, Connection } from '../aws/index.ts';
import type { SessionContext, Source } from '../session/index.ts';
import { cacheDirectory } from './cache.ts';
import { CliError, exit } from './exit.ts';
import { asCredentials, KeyStore } from './keystore.ts';
import { say } from './output.ts';
import { readSandboxState, SANDBOX_DIR, sandboxEnvironment } from './sandbox-state.ts';

/** How commands reach AWS: options that every such command takes. */
export interface ReachOptions {
  /** True: the sandbox of ./.crossaccount/sandbox; a text: of that folder. */
  readonly sandbox?: boolean | string;
}

export const SANDBOX_OPTION = '--sandbox [dir]';
export const SANDBOX_OPTION_TEXT = `work against the running sandbox instead of AWS (its folder; default ${SANDBOX_DIR})`;

type Env = Readonly<Record<string, string | undefined>>;

/** AWS or an endpoint, and the environment that goes with it. Nothing but URL, files and clock ever differs. */
export interface Reach {
  readonly env: Env;
  readonly target: AwsTarget;
}

/** `--sandbox`, or the shell's `eval "$(crossaccount sandbox env)"`, or AWS. */
export async function reach(access: Pick<Access, 'region'>, options: ReachOptions): Promise<Reach> {
  const { systemClock } = await import('../aws/index.ts');
  const dir = options.sandbox === true ? SANDBOX_DIR : options.sandbox || process.env['CROSSACCOUNT_SANDBOX'];
  if (!dir) {
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    return {
      env: process.env,
      target: { region: access.region, clock: systemClock, ...(endpoint ? { endpoint } : {}) },
    };
  }
  const state = await readSandboxState(dir);
  const clock = { now: () => Date.now() + state.clockOffset };
  return {
    env: { ...process.env, ...sandboxEnvironment(state) },
    target: { region: access.region, clock, endpoint: state.url },
  };
}

/** Reaches an account through the profile that the definition names for it. */
export function connector({ env, target }: Reach): (account: Account) => Promise<Connection> {
  return async (account) => {
    const { profileCredentials } = await import('../aws/index.ts');
    return { target, credentials: await profileCredentials(account.profile, env) };
  };
}

/** Where this user's sealed keys live. */
export const homeDirectory = (env: Env): string =>
  env['CROSSACCOUNT_HOME'] || join(env['HOME'] || homedir(), '.crossaccount');

export async function sessionContext({ env, target }: Reach): Promise<SessionContext> {
  const { openSessionStore } = await import('../session/index.ts');
  const store = await openSessionStore({
    directory: await cacheDirectory(env),
    clock: target.clock,
    notify: say,
  });
  return { target, store, notify: say };
}

/**
 * The operator's long-term key: of `--profile` when named, else the one that `enroll` keeps, else the environment's.
 * Read only when no cached session serves.
 */
export function sourceOf(access: Access, operator: Operator, env: Env, profile: string | undefined): Source {
  return {
    arn: operator.arn,
    partition: access.partition,
    ...(operator.mfa === undefined ? {} : { mfaSerial: operator.mfa.serialNumber }),
    async credentials() {
      const { environmentCredentials, profileCredentials } = await import('../aws/index.ts');
      if (profile !== undefined) return profileCredentials(profile, env);
      const kept = await new KeyStore(homeDirectory(env)).get(operator.arn);
      const found = kept === undefined ? environmentCredentials(env) : asCredentials(kept);
      if (found !== undefined) return found;
      throw new CliError(
        `no access key of ${operator.name} on this machine`,
        exit.usage,
        'make one with `crossaccount enroll`, or name the profile that holds it: --profile',
      );
    },
  };
}
