import { globMatch, hasWildcard, parseArn } from '../../base/index.ts';
import type { Located, Statement } from '../types.ts';
import { collapseStars } from './pattern.ts';

/** Some pattern of the list matches the action; case does not count. */
export const matchesAction = (patterns: readonly Located[], action: string): boolean => {
  const wanted = action.toLowerCase();
  return patterns.some(({ value }) => {
    const pattern = value.toLowerCase();
    return pattern === '*' || pattern === wanted || globMatch(collapseStars(pattern), wanted);
  });
};

/** The statement speaks of the action, by Action or by leaving it out of NotAction. */
export const coversAction = (statement: Statement, action: string): boolean =>
  statement.action !== undefined
    ? matchesAction(statement.action, action)
    : statement.notAction !== undefined && !matchesAction(statement.notAction, action);

/**
 * The pattern reaches every user, role, group or policy of an account (`*`, `arn:aws:iam::*:role/*`): it matches a name
 * that nobody gave.
 */
export function isWide(resource: string): boolean {
  if (resource === '*') return true;
  const pattern = collapseStars(resource);
  const arn = parseArn(pattern);
  const plain = (part: string | undefined, otherwise: string): string =>
    part === undefined || hasWildcard(part) ? otherwise : part;
  const home = `arn:${plain(arn?.partition, 'aws')}:iam::${plain(arn?.account, '000000000000')}`;
  return ['role', 'user', 'group', 'policy'].some((type) => globMatch(pattern, `${home}:${type}/\u0000`));
}

export const hasWideResource = (statement: Statement): boolean =>
  statement.notResource !== undefined || (statement.resource ?? []).some((r) => isWide(r.value));
