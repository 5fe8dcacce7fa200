import { suggest } from '../../base/index.ts';
import type { AccountsDefinition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import type { Account } from '../types.ts';
import type { Accounts } from './accounts.ts';
import { items, lookup, unknownName } from './references.ts';

type Selector = Exclude<AccountsDefinition, string | readonly unknown[]>;

/** The accounts that a list of names and selectors means, in the order of the file, each once. */
export function selectAccounts(
  source: Source,
  accounts: Accounts,
  written: AccountsDefinition,
  path: Path,
): Account[] {
  const chosen = new Set<Account>();
  for (const { item, at } of items<string | Selector>(written, path)) {
    if (typeof item !== 'string') {
      for (const account of select(source, accounts, item, at)) chosen.add(account);
    } else if (item === 'all') {
      for (const account of accounts.byName.values()) if (account !== accounts.security) chosen.add(account);
    } else {
      const account = accounts.byName.get(item);
      if (account === undefined) unknownName(source, 'account', accounts.byName.keys(), item, at);
      else if (chosen.has(account)) source.warn('repeated', at, `account ${item} is chosen twice`);
      else chosen.add(account);
    }
  }
  if (Array.isArray(written) && written.length === 0) {
    source.error('empty-selection', path, 'no account is chosen', 'Name accounts, or write `all`.');
  }
  return [...chosen];
}

function select(source: Source, accounts: Accounts, selector: Selector, at: Path): Account[] {
  const { tag, ou, except } = selector;
  const left = new Set(lookup(source, 'account', accounts.byName, except, [...at, 'except']));
  const wanted = Object.entries(tag ?? {});
  const found = [...accounts.byName.values()].filter(
    (account) =>
      !left.has(account) &&
      // Without a criterion of its own a selector means `all`, and that leaves the security account out.
      (tag !== undefined || ou !== undefined || account !== accounts.security) &&
      (ou === undefined || account.ou === ou || account.ou?.startsWith(`${ou}/`) === true) &&
      wanted.every(([key, value]) => Object.hasOwn(account.tags, key) && account.tags[key] === value),
  );
  if (found.length === 0) {
    source.error('empty-selection', at, 'no account fits this selector', hint(accounts, selector));
  }
  return found;
}

function hint(accounts: Accounts, { tag, ou }: Selector): string {
  const all = [...accounts.byName.values()];
  const ous = new Set(all.flatMap((a) => a.ou ?? []));
  const tags = new Set(all.flatMap((a) => Object.entries(a.tags).map(([k, v]) => `${k}: ${v}`)));
  const near =
    (ou !== undefined && suggest(ou, ous)) ||
    Object.entries(tag ?? {})
      .map(([k, v]) => suggest(`${k}: ${v}`, tags))
      .find((s) => s !== undefined);
  if (near) return `Did you mean ${near}?`;
  const known = ou === undefined ? tags : ous;
  return known.size === 0
    ? `No account states ${ou === undefined ? 'tags' : 'an ou'}.`
    : `Known are ${[...known].slice(0, 8).join(', ')}.`;
}
