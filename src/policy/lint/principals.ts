import { isAccountId, parseArn } from '../../base/index.ts';
import type { Located, PrincipalElement, Statement } from '../types.ts';

/** `"*"` or `{"AWS": "*"}`. */
export const isEveryone = (principal: PrincipalElement | undefined): boolean =>
  principal?.kind === 'star' ||
  (principal?.kind === 'map' && (principal.AWS ?? []).some((p) => p.value === '*'));

/** The AWS principals of a statement, `*` among them. */
export const awsPrincipals = (statement: Statement): readonly Located[] =>
  statement.principal?.kind === 'map' ? (statement.principal.AWS ?? []) : [];

/** The account of an AWS principal; undefined for `*` and for ids of deleted principals. */
export function accountOf(principal: string): string | undefined {
  if (isAccountId(principal)) return principal;
  const account = parseArn(principal)?.account;
  return account !== undefined && isAccountId(account) ? account : undefined;
}

/** A role or one of its sessions (`AROA…` is the id of a role). */
export const isRolePrincipal = (principal: string): boolean =>
  /^arn:[^:]+:(iam::\d{12}:role|sts::\d{12}:assumed-role)\//.test(principal) ||
  /^AROA[A-Z0-9]+/.test(principal);
