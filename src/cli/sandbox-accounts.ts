import { existsSync } from 'node:fs';
import { isAccountId } from '../base/index.ts';
import { DEFAULT_FILE, requireDefinition } from './definition.ts';
import { CliError, exit } from './exit.ts';

export interface WantedAccount {
  readonly id: string;
  readonly profile: string;
}

/**
 * The accounts of the definition (`lookHere`: also of the one in this folder) and of `--account ID[=PROFILE]`; the sandbox
 * itself knows no definition.
 */
export async function accountsFor(
  file: string | undefined,
  extra: readonly string[],
  lookHere = true,
): Promise<{ accounts: readonly WantedAccount[]; region: string }> {
  const wanted = new Map<string, WantedAccount>();
  let region = 'us-east-1';
  if (file !== undefined || (lookHere && existsSync(DEFAULT_FILE))) {
    const access = await requireDefinition(file);
    region = access.region;
    for (const { id, profile } of access.accounts) wanted.set(id, { id, profile });
  }
  for (const text of extra) {
    const [id = '', profile = id] = text.split('=');
    if (!isAccountId(id)) {
      throw new CliError(
        `--account ${text}: no account id`,
        exit.usage,
        'write 12 digits, and a profile name if you like: 111122223333=vendor',
      );
    }
    wanted.set(id, { id, profile });
  }
  return { accounts: [...wanted.values()], region };
}
