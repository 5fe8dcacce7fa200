import { globMatch } from '../../base/index.ts';
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

/** `*`, or an ARN that leaves the name open: `arn:aws:iam::*:role/*`. */
export const isWide = (resource: string): boolean =>
  /^\*+$/.test(resource) || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z-]+\/)?\*+$/.test(resource);

export const hasWideResource = (statement: Statement): boolean =>
  statement.notResource !== undefined || (statement.resource ?? []).some((r) => isWide(r.value));
