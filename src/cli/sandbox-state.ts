import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError, exit } from './exit.ts';
import { writeAll } from './files.ts';

export const SANDBOX_DIR = '.crossaccount/sandbox';

/** What `sandbox start` leaves in its folder for the other commands. */
export interface SandboxState {
  readonly dir: string;
  readonly url: string;
  readonly pid: number;
  readonly region: string;
  /** ms that the sandbox's clock is ahead of ours. */
  readonly clockOffset: number;
}

export interface SandboxAccount {
  readonly profile: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const stateFile = (dir: string) => join(dir, 'sandbox.json');
const credentialsFile = (dir: string) => resolve(dir, 'aws-credentials');
const configFile = (dir: string) => resolve(dir, 'aws-config');

/** Root keys of the sandbox's accounts, as profiles: the administrator of each account, never of AWS. */
export function writeSandboxState(
  state: Omit<SandboxState, 'clockOffset'>,
  accounts: readonly SandboxAccount[],
): void {
  const credentials = accounts.map(
    (a) =>
      `[${a.profile}]\naws_access_key_id = ${a.accessKeyId}\naws_secret_access_key = ${a.secretAccessKey}\n`,
  );
  const config = accounts.map((a) => `[profile ${a.profile}]\nregion = ${state.region}\noutput = json\n`);
  const { url, pid, region } = state;
  // They speak of a process.
  const file = (path: string, content: string) => ({ path, content, mode: 0o600, passing: true });
  writeAll([
    file(credentialsFile(state.dir), credentials.join('\n')),
    file(configFile(state.dir), config.join('\n')),
    file(stateFile(state.dir), `${JSON.stringify({ url, pid, region }, null, 2)}\n`),
  ]);
}

/** Throws CliError (3) when no sandbox runs there. */
export async function readSandboxState(dir: string): Promise<SandboxState> {
  const notRunning = (why: string) =>
    new CliError(`no sandbox runs (${why})`, exit.outside, 'start one: `crossaccount sandbox start`');
  if (!existsSync(stateFile(dir))) throw notRunning(`${stateFile(dir)} is not there`);
  const state: unknown = JSON.parse(readFileSync(stateFile(dir), 'utf8'));
  if (typeof state !== 'object' || state === null || !('url' in state) || typeof state.url !== 'string') {
    throw notRunning(`${stateFile(dir)} is damaged`);
  }
  const now = await sandboxTime(state.url);
  if (now === undefined) throw notRunning(`nothing answers at ${state.url}`);
  return {
    dir,
    url: state.url,
    pid: 'pid' in state && typeof state.pid === 'number' ? state.pid : 0,
    region: 'region' in state && typeof state.region === 'string' ? state.region : 'us-east-1',
    clockOffset: now - Date.now(),
  };
}

/** ms; undefined when no sandbox answers. */
async function sandboxTime(url: string): Promise<number | undefined> {
  const { SandboxControl } = await import('../sandbox/index.ts');
  return new SandboxControl(url).health().then(
    ({ now }) => now.getTime(),
    () => undefined,
  );
}

/** What shells and tools need to talk to the sandbox instead of AWS. */
export function sandboxEnvironment(state: SandboxState): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: state.url,
    AWS_REGION: state.region,
    AWS_DEFAULT_REGION: state.region,
    AWS_CONFIG_FILE: configFile(state.dir),
    AWS_SHARED_CREDENTIALS_FILE: credentialsFile(state.dir),
    // Operators' keys and sessions of the sandbox never mix with those of AWS.
    CROSSACCOUNT_SANDBOX: resolve(state.dir),
    CROSSACCOUNT_HOME: resolve(state.dir, 'home'),
  };
}
