import type { Command } from 'commander';
import type { RunningSandbox, SandboxControl } from '../sandbox/index.ts';
import type { WantedAccount } from './sandbox-accounts.ts';
import { readSandboxState, SANDBOX_DIR, type SandboxAccount } from './sandbox-state.ts';

export interface UseOptions {
  dir: string;
  json?: boolean;
  set?: string;
  advance?: string;
  key?: string;
}

/** A command to a sandbox that runs. */
export const use = (sandbox: Command, name: string, description: string): Command =>
  sandbox
    .command(name)
    .description(description)
    .option('--dir <dir>', "the sandbox's folder", SANDBOX_DIR)
    .option('--json', 'print as JSON');

export async function controlOf(options: UseOptions) {
  const { SandboxControl } = await import('../sandbox/index.ts');
  return new SandboxControl((await readSandboxState(options.dir)).url);
}

/** A profile for every account there is: those wanted under their names, others under their own name or id. */
export async function profilesOf(
  control: Pick<SandboxControl | RunningSandbox, 'accounts' | 'ensureAccounts'>,
  wanted: readonly WantedAccount[],
): Promise<SandboxAccount[]> {
  const names = new Map(wanted.map(({ id, profile }) => [id, profile]));
  const taken = new Set(names.values());
  for (const { accountId, name = accountId } of await control.accounts()) {
    if (names.has(accountId)) continue;
    const profile = /^[\w.@-]{1,64}$/.test(name) && !taken.has(name) ? name : accountId;
    taken.add(profile);
    names.set(accountId, profile);
  }
  const keys = await control.ensureAccounts([...names.keys()].map((accountId) => ({ accountId })));
  return keys.map((key) => ({ profile: names.get(key.accountId) ?? key.accountId, ...key }));
}
