import { type Partition, parseDuration, roleArn, type Span } from '../../base/index.ts';
import type { TrustDefinition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import { limits, patterns } from '../limits.ts';
import type { Account, ExternalId, Network, Operator, TrustEntry } from '../types.ts';
import type { Accounts } from './accounts.ts';
import { items, lookup, unknownName } from './references.ts';
import { selectAccounts } from './selectors.ts';

/** What trust entries refer to. */
export interface Known {
  readonly partition: Partition;
  readonly organizationId: string | undefined;
  readonly accounts: Accounts;
  readonly operators: ReadonlyMap<string, Operator>;
  readonly groups: ReadonlyMap<string, { readonly members: readonly string[] }>;
  readonly networks: ReadonlyMap<string, Network>;
  /** Where each role lives: known before any trust is read, for roles may name each other. */
  readonly roles: ReadonlyMap<string, { readonly path: string; readonly accounts: readonly Account[] }>;
}

export function resolveTrustEntry(
  source: Source,
  known: Known,
  written: TrustDefinition,
  path: Path,
): TrustEntry {
  const operators = new Set(
    lookup(source, 'operator', known.operators, written.operators, [...path, 'operators']),
  );
  for (const group of lookup(source, 'group', known.groups, written.groups, [...path, 'groups'])) {
    for (const member of group.members) {
      const operator = known.operators.get(member);
      if (operator !== undefined) operators.add(operator);
    }
  }
  const externalId = resolveExternalId(source, written.externalId, [...path, 'externalId']);
  const span: Span = source.span(path);
  return {
    operators: [...operators],
    roles: trustedRoles(source, known, written.roles, [...path, 'roles']),
    accounts: thirdParties(source, known, written.accounts, [...path, 'accounts']),
    services: services(source, written.services, [...path, 'services']),
    ...(externalId && { externalId }),
    mfa: resolveMfa(source, written, path),
    networks: lookup(source, 'network', known.networks, written.networks, [...path, 'networks']),
    organizationOnly: written.organizationOnly ?? false,
    sourceIdentity: written.sourceIdentity === 'required',
    sessionName: written.sessionName ?? 'any',
    span,
  };
}

function trustedRoles(
  source: Source,
  known: Known,
  written: TrustDefinition['roles'],
  path: Path,
): TrustEntry['roles'] {
  const found = new Map<string, TrustEntry['roles'][number]>();
  for (const { item, at } of items(written, path)) {
    const name = typeof item === 'string' ? item : item.role;
    const role = known.roles.get(name);
    if (role === undefined) {
      unknownName(source, 'role', known.roles.keys(), name, typeof item === 'string' ? at : [...at, 'role']);
      continue;
    }
    const chosen =
      typeof item === 'string'
        ? role.accounts
        : selectAccounts(source, known.accounts, item.accounts, [...at, 'accounts']);
    const homes = new Set(role.accounts);
    for (const account of chosen) {
      if (homes.has(account)) {
        const arn = roleArn(known.partition, account.id, name, role.path);
        found.set(arn, { role: name, account, arn });
      } else {
        const message = `role ${name} is not deployed in ${account.name}`;
        source.error(
          'role-not-there',
          at,
          message,
          `It lives in ${listed(role.accounts.map((a) => a.name))}.`,
        );
      }
    }
  }
  return [...found.values()];
}

const listed = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 6).join(', ')}, …` : names.join(', ');

function thirdParties(
  source: Source,
  known: Known,
  written: TrustDefinition['accounts'],
  path: Path,
): string[] {
  const found = new Set<string>();
  for (const { item, at } of items<string>(written, path)) {
    const own = known.accounts.byName.get(item) ?? known.accounts.byId.get(item);
    if (own !== undefined) {
      source.error(
        'own-account-as-third-party',
        at,
        `${own.name} (${own.id}) is an account of this definition; trusting all of it lets anyone there delegate the role`,
        'Name the operators or roles that may enter. `accounts` is for third parties.',
      );
    } else if (!patterns.accountId.test(item)) {
      const help = 'Third parties are named by their 12-digit account id, quoted.';
      source.error('bad-account-id', at, `${JSON.stringify(item.slice(0, 60))} is no account id`, help);
    } else found.add(item);
  }
  return [...found];
}

function services(source: Source, written: TrustDefinition['services'], path: Path): string[] {
  const found = new Set<string>();
  for (const { item, at } of items<string>(written, path)) {
    if (patterns.service.test(item)) found.add(item);
    else {
      const guess = `${item.toLowerCase()}.amazonaws.com`;
      const help = patterns.service.test(guess) ? `Did you mean ${guess}?` : 'Like ec2.amazonaws.com.';
      source.error('bad-service', at, `${JSON.stringify(item.slice(0, 80))} is no service principal`, help);
    }
  }
  return [...found];
}

function resolveExternalId(
  source: Source,
  written: TrustDefinition['externalId'],
  path: Path,
): ExternalId | undefined {
  if (written === undefined) return undefined;
  const derived = typeof written !== 'string';
  const value = derived ? written.prefix : written;
  const at = derived ? [...path, 'prefix'] : path;
  const [shortest, longest] = derived ? [1, 1212] : [2, 1224];
  if (value.length < shortest || value.length > longest) {
    const message = `an ExternalId takes ${shortest} to ${longest} characters${derived ? ' before the account id' : ''}, not ${value.length}`;
    source.error('external-id-length', at, message);
  } else if (!(derived ? patterns.externalIdPrefix : patterns.externalId).test(value)) {
    const bad = [...value].find((c) => !/[A-Za-z0-9_+=,.@:/-]/.test(c)) ?? '';
    const help = 'Letters, digits and any of _+=,.@:/-';
    source.error('external-id-characters', at, `an ExternalId can't hold ${JSON.stringify(bad)}`, help);
  }
  return derived ? { kind: 'derived', prefix: value } : { kind: 'fixed', value };
}

function resolveMfa(source: Source, written: TrustDefinition, path: Path): TrustEntry['mfa'] {
  const people = items(written.operators, path).length + items(written.groups, path).length > 0;
  const { mfa = people ? 'required' : 'none' } = written;
  if (typeof mfa === 'string') return { required: mfa === 'required' };
  const at = [...path, 'mfa', 'maxAge'];
  const maxAge = parseDuration(mfa.maxAge);
  if (maxAge === undefined) {
    source.error(
      'bad-duration',
      at,
      `${JSON.stringify(mfa.maxAge.slice(0, 40))} is no duration`,
      'Like 15m or 1h.',
    );
    return { required: true };
  }
  if (maxAge < 60 || maxAge > limits.mfaMaxAge) {
    const message = 'maxAge takes 1m to 36h: no session with an MFA proof lasts longer';
    source.error('duration-range', at, message);
  }
  return { required: true, maxAge };
}
