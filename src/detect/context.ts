import { type Cidr, parseCidr } from '../base/index.ts';
import { accountOfArn, nameOfRole } from '../trail/index.ts';
import type { TrustChange } from './change.ts';
import { accountOfRole, type Entry } from './entry.ts';
import { businessHours, type Hours } from './hours.ts';
import { accountOfPrincipal, normalPrincipal } from './trust.ts';
import type { DetectConfig, Finding } from './types.ts';

/** What rules make: a finding and the events that it was made of. */
export interface Episode<T> {
  readonly members: readonly T[];
  readonly finding: Finding;
}

/** The configuration, compiled once. */
export interface Context {
  readonly config: DetectConfig;
  readonly hours: Hours;
  /** Without known networks nobody can be told to come from an unknown one. */
  isUnknown(entry: Pick<Entry, 'ip' | 'foreignEndpoint'>): boolean;
  /** Every role is, when none is named. */
  isWatchedRole(role: string): boolean;
  /** Concerns a watched role, its accounts, or somebody who may enter one. */
  concerns(entry: Entry): boolean;
  /** A caller whom the definition names, by ARN. */
  isTrustedCaller(arn: string | undefined): boolean;
  /** The ARN of the watched role of that name in that account, IAM names being unique without case. */
  watchedRole(account: string, name: string): string | undefined;
  /** Its trust policy is under watch. */
  isWatched(change: TrustChange): boolean;
  /** Accounts that the definition knows. */
  readonly accounts: ReadonlySet<string>;
}

const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']
  .map(parseCidr)
  .filter((cidr): cidr is Cidr => cidr !== undefined);

/**
 * A VPC may have any addresses, our office's too: whoever calls STS through an endpoint of his own VPC chooses what
 * sourceIPAddress says. Private addresses are let pass: companies do share endpoints from a network account.
 */
const isMadeUp = (ip: string, owner: string | undefined, accounts: ReadonlySet<string>): boolean =>
  owner !== undefined && !accounts.has(owner) && !privateNetworks.some((cidr) => cidr.contains(ip));

export function createContext(config: DetectConfig): Context {
  const networks = config.knownNetworks.map(parseCidr).filter((cidr): cidr is Cidr => cidr !== undefined);
  const watched = new Set(config.roles.map((role) => role.toLowerCase()));
  const byName = new Map(
    config.roles.map((role) => [`${accountOfArn(role)}/${nameOfRole(role).toLowerCase()}`, role]),
  );
  const roleAccounts = new Set(config.roles.map(accountOfArn));
  const trusted = new Set(Object.values(config.trusted).flat().map(normalPrincipal));
  const accounts = new Set(roleAccounts);
  for (const principal of trusted) {
    const account = accountOfPrincipal(principal);
    if (account !== undefined) accounts.add(account);
  }
  const everything = watched.size === 0;
  const isWatchedRole = (role: string) => everything || watched.has(role.toLowerCase());
  const isTrustedCaller = (arn: string | undefined) => arn !== undefined && trusted.has(normalPrincipal(arn));
  return {
    config,
    hours: businessHours(config.businessHours),
    isUnknown: ({ ip, foreignEndpoint }) =>
      ip !== undefined &&
      networks.length > 0 &&
      (!networks.some((cidr) => cidr.contains(ip)) || isMadeUp(ip, foreignEndpoint, accounts)),
    isWatchedRole,
    concerns: (entry) =>
      everything ||
      (entry.role !== undefined && isWatchedRole(entry.role)) ||
      roleAccounts.has(accountOfRole(entry) ?? '') ||
      isTrustedCaller(entry.caller.arn),
    isTrustedCaller,
    watchedRole: (account, name) => byName.get(`${account}/${name.toLowerCase()}`),
    isWatched: ({ role }) => everything || byName.has(`${role.account}/${role.name.toLowerCase()}`),
    accounts,
  };
}
