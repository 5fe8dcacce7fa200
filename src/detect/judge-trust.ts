import type { PolicyDocument } from '../policy/index.ts';
import type { TrustChange } from './change.ts';
import type { Context } from './context.ts';
import {
  accountOfPrincipal,
  type Entrant,
  entrantsOf,
  everyWay,
  normalPrincipal,
  parseTrust,
} from './trust.ts';
import type { Guards } from './types.ts';
import { clean } from './words.ts';

export interface Verdict {
  /** Sentences; empty when the document is as defined. */
  readonly reasons: readonly string[];
  /** Lets in everybody, or an account that neither the definition knows nor owns the role. */
  readonly outsider: boolean;
}

/** What a written trust policy opens beyond the definition, or, where that is silent, beyond the document before. */
export function judgeTrust(
  change: TrustChange,
  before: PolicyDocument | undefined,
  context: Context,
): Verdict {
  const document = change.document === undefined ? undefined : parseTrust(change.document);
  if (document === undefined) {
    return { reasons: ['The document could not be read: look at it in the account.'], outsider: false };
  }
  const entrants = entrantsOf(document);
  const expected = expectation(change, context);
  const old = before && entrantsOf(before);
  const allowed = expected
    ? new Set(expected.keys())
    : old && new Set(old.map((entrant) => entrant.principal));
  const reasons = new Set<string>();
  let outsider = false;
  for (const entrant of entrants) {
    const { principal } = entrant;
    const foreign = isOutsider(principal, change, context);
    outsider ||= foreign && !expected?.has(principal);
    if (allowed ? !allowed.has(principal) : foreign)
      reasons.add(entersText(principal, expected !== undefined));
    const guards = expected ? expected.get(principal) : old && guardsBefore(old, principal);
    for (const lost of lostGuards(entrant, guards))
      reasons.add(`${clean(principal)} no longer needs ${lost}.`);
  }
  return { reasons: [...reasons], outsider };
}

/** Normal principal → what is demanded of it; undefined when the definition says nothing of the role. */
function expectation(change: TrustChange, context: Context): Map<string, Guards | undefined> | undefined {
  const role = context.watchedRole(change.role.account, change.role.name) ?? change.role.arn;
  const { trusted, guards } = context.config;
  if (role === undefined || !Object.hasOwn(trusted, role)) return undefined;
  const ofRole = guards && Object.hasOwn(guards, role) ? guards[role] : undefined;
  return new Map(
    (trusted[role] ?? []).map((principal) => [
      normalPrincipal(principal),
      ofRole && Object.hasOwn(ofRole, principal) ? ofRole[principal] : undefined,
    ]),
  );
}

/** What every way in demanded of it before. */
function guardsBefore(old: readonly Entrant[], principal: string): Guards | undefined {
  const ways = old.filter((entrant) => entrant.principal === principal);
  return ways.length === 0 ? undefined : everyWay(ways);
}

function lostGuards(entrant: Guards, demanded: Guards | undefined): string[] {
  return [
    ...(demanded?.externalId && !entrant.externalId ? ['an ExternalId'] : []),
    ...(demanded?.mfa && !entrant.mfa ? ['MFA'] : []),
    ...(demanded?.network && !entrant.network ? ['a known network'] : []),
    ...(demanded?.organization && !entrant.organization ? ['to be of the organization'] : []),
  ];
}

function isOutsider(principal: string, change: TrustChange, context: Context): boolean {
  if (principal === '*') return true;
  const account = accountOfPrincipal(principal);
  return account !== undefined && account !== change.role.account && !context.accounts.has(account);
}

function entersText(principal: string, defined: boolean): string {
  const who = principal === '*' ? 'Everybody in every AWS account' : clean(principal);
  return `${who} may enter now${defined ? ', which the definition does not allow' : ''}.`;
}
