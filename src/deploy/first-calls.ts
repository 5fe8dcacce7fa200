import type { IAMClient } from '@aws-sdk/client-iam';
import type { Access } from '../access/index.ts';
import { compare } from './compare.ts';
import { desiredIn } from './desired.ts';
import { perform } from './step.ts';

/** One call to IAM, as data. */
export interface FirstCall {
  readonly accountId: string;
  /** `CreateRole` */
  readonly operation: string;
  /** As the SDK types it. */
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The calls that the first deployment of a definition makes in empty accounts, in an order that works. Whoever knows
 * that the accounts are empty (the sandbox's seed) needn't read them first.
 */
export async function firstCalls(access: Access): Promise<FirstCall[]> {
  const sdk = await import('@aws-sdk/client-iam');
  const changes = access.accounts
    .flatMap((account) => desiredIn(access, account))
    .map((desired) => compare(desired, undefined, { owner: access.name }))
    // Managed policies before the users that they are attached to, those before the roles that trust them.
    .sort((a, b) => a.phase - b.phase || Number(b.kind === 'policy') - Number(a.kind === 'policy'));
  const calls: FirstCall[] = [];
  for (const change of changes) {
    const collector = {
      send: async (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
        const operation = command.constructor.name.replace(/Command$/, '');
        calls.push({ accountId: change.account.id, operation, input: { ...command.input } });
        return {};
      },
    };
    for (const { step } of change.edits) {
      await perform(step, change, collector as unknown as IAMClient, sdk);
    }
  }
  return calls;
}
