import type { Access, Operator, Path } from '../access/index.ts';
import { suggest } from '../base/index.ts';
import { CliError, exit } from './exit.ts';

/** The operator named, or the only one. */
export function operatorOf(access: Access, name: string | undefined): Operator {
  const names = access.operators.map((o) => o.name);
  if (name === undefined) {
    const [only, ...more] = access.operators;
    if (only !== undefined && more.length === 0) return only;
    throw new CliError(
      'which operator? name one with --operator',
      exit.usage,
      `operators: ${names.join(', ') || 'none are defined'}`,
    );
  }
  const found = access.operators.find((o) => o.name === name);
  if (found !== undefined) return found;
  const near = suggest(name, names);
  throw new CliError(
    `no operator ${name}`,
    exit.usage,
    near ? `did you mean ${near}?` : `operators: ${names.join(', ')}`,
  );
}

/** The way of one operator into one role; hops through other roles are followed by the session room. */
export function pathOf(access: Access, role: string, account: string | undefined): Path {
  const named = access.paths.filter((p) => p.role === role);
  if (named.length === 0) {
    const roles = [...new Set(access.paths.map((p) => p.role))];
    const near = suggest(role, roles);
    throw new CliError(
      `no role ${role}`,
      exit.usage,
      near ? `did you mean ${near}?` : `roles: ${roles.join(', ')}`,
    );
  }
  const found =
    account === undefined
      ? named
      : named.filter((p) => p.account.name === account || p.account.id === account);
  if (found.length === 0) {
    throw new CliError(`${role} is not in account ${account}`, exit.usage, `it is in ${listAccounts(named)}`);
  }
  const accounts = new Set(found.map((p) => p.account.id));
  if (accounts.size > 1) {
    throw new CliError(
      `${role} is in ${accounts.size} accounts`,
      exit.usage,
      `add --account, one of ${listAccounts(found)}`,
    );
  }
  return found.find((p) => p.from.kind === 'operator') ?? found[0]!;
}

const listAccounts = (paths: readonly Path[]): string => {
  const names = [...new Set(paths.map((p) => p.account.name))];
  return names.length > 10 ? `${names.slice(0, 10).join(', ')}, … (${names.length})` : names.join(', ');
};
