import { readFileSync } from 'node:fs';
import { type Access, type Account, loadAccess } from '../../access/index.ts';
import type { Connection } from '../../aws/index.ts';
import { Secret } from '../../base/index.ts';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../sandbox/index.ts';
import type { Connect } from '../types.ts';

/** A local AWS with the accounts of a definition, for tests. */
export interface World {
  readonly sandbox: RunningSandbox;
  readonly control: SandboxControl;
  readonly access: Access;
  /** Root of each account. */
  readonly connect: Connect;
  connection(accountId: string): Connection;
  /** Speaks as whoever holds a key. */
  as(key: { accessKeyId: string; secretAccessKey: string }): Connection;
  close(): Promise<void>;
}

export const exampleText = (): string =>
  readFileSync(new URL('../../../examples/two-accounts/access.yaml', import.meta.url), 'utf8');

export function accessFrom(text: string): Access {
  const result = loadAccess(text);
  if (!result.ok) throw new Error(result.diagnostics.map((d) => d.message).join('\n'));
  return result.value;
}

export async function startWorld(text = exampleText()): Promise<World> {
  const access = accessFrom(text);
  const sandbox = await startSandbox();
  const control = new SandboxControl(sandbox.url);
  const target = { region: access.region, endpoint: sandbox.url, clock: { now: () => Date.now() } };
  const roots = new Map<string, Connection>();
  const as: World['as'] = ({ accessKeyId, secretAccessKey }) => ({
    target,
    credentials: { accessKeyId, secretAccessKey: new Secret(secretAccessKey) },
  });
  for (const { id, name } of access.accounts) roots.set(id, as(await control.createAccount(id, name)));
  const connection = (id: string): Connection => {
    const found = roots.get(id);
    if (found === undefined) throw new Error(`no account ${id}`);
    return found;
  };
  return {
    sandbox,
    control,
    access,
    connect: async (account: Account) => connection(account.id),
    connection,
    as,
    close: () => sandbox.close(),
  };
}
