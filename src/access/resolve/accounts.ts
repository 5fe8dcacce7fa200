import type { Definition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import { patterns } from '../limits.ts';
import type { Account } from '../types.ts';
import { type AccountRow, readAccountFiles } from './account-files.ts';
import { unknownName } from './references.ts';

export type ReadFile = (path: string) => string;

/** The accounts, by name in the order of the file, and by id. */
export interface Accounts {
  readonly byName: ReadonlyMap<string, Account>;
  readonly byId: ReadonlyMap<string, Account>;
  readonly security: Account | undefined;
}

/** Says what is wrong with one account; `report` knows where it stands. */
type Problem = (field: 'name' | 'id' | 'profile', code: string, message: string, help?: string) => void;

export function resolveAccounts(source: Source, definition: Definition, readFile?: ReadFile): Accounts {
  const byName = new Map<string, Account>();
  const byId = new Map<string, Account>();
  const add = (row: AccountRow, report: Problem) => {
    const { name, id } = row;
    if (!patterns.accountName.test(name)) {
      const help = 'At most 50 letters, digits, blanks, dots, dashes and underscores.';
      report('name', 'bad-account-name', `${JSON.stringify(name.slice(0, 80))} can't name an account`, help);
    } else if (name === 'all') {
      const message = 'no account can be called all: it stands for every account';
      report('name', 'bad-account-name', message, 'Give it another name.');
    }
    if (!patterns.accountId.test(id)) {
      const digits = id.replace(/[-\s]/g, '');
      const message = `${JSON.stringify(id.slice(0, 40))} is no account id: it takes 12 digits`;
      report('id', 'bad-account-id', message, idHelp(id, digits));
    }
    const profile = row.profile ?? name.replaceAll(' ', '-');
    if (!patterns.profile.test(profile)) {
      const message = `${JSON.stringify(profile.slice(0, 80))} can't name an AWS profile`;
      report('profile', 'bad-profile', message, 'At most 64 letters, digits and any of _.@+-');
    }
    const sameId = byId.get(id);
    if (sameId !== undefined) {
      report('id', 'duplicate-account-id', `${name} has the id ${id} of ${sameId.name}`);
      return;
    }
    if (byName.has(name)) {
      report('name', 'duplicate-account', `account ${name} is stated twice`);
      return;
    }
    const account: Account = {
      name,
      id,
      profile,
      ...(row.ou !== undefined && { ou: row.ou }),
      tags: row.tags,
    };
    byName.set(name, account);
    byId.set(id, account);
  };

  for (const [name, { tags = {}, ...rest }] of Object.entries(definition.accounts ?? {})) {
    const path: Path = ['accounts', name];
    add({ name, tags, ...rest }, (field, code, message, help) => {
      const place = field === 'name' || !(field in rest) ? { key: path } : [...path, field];
      source.error(code, place, message, help);
    });
  }
  readAccountFiles(source, definition.accountsFrom ?? [], readFile, add);

  if (byName.size === 0) {
    source.error(
      'no-accounts',
      [],
      'the definition names no accounts',
      'Add `accounts:` with a name and an id each, or `accountsFrom:` with a CSV file.',
    );
  }
  const security = byName.get(definition.security);
  if (security === undefined && byName.size > 0) {
    unknownName(source, 'account', byName.keys(), definition.security, ['security']);
  }
  return { byName, byId, security };
}

function idHelp(id: string, digits: string): string {
  if (patterns.accountId.test(digits)) return `Write "${digits}".`;
  if (/^\d{1,11}$/.test(id)) return `Was a leading zero lost? Then write "${id.padStart(12, '0')}".`;
  return 'The account’s own id: `aws sts get-caller-identity` shows it.';
}
