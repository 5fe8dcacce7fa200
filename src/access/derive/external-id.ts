import type { Account, TrustEntry } from '../types.ts';

/** The ExternalId that a caller must send to enter the role of this account; undefined when none is demanded. */
export function externalIdFor(entry: TrustEntry, account: Account): string | undefined {
  const { externalId } = entry;
  if (externalId === undefined) return undefined;
  return externalId.kind === 'fixed' ? externalId.value : `${externalId.prefix}${account.id}`;
}
