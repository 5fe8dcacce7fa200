import { globMatch } from '../../base/index.ts';

/** `a***b` matches what `a*b` matches; hostile runs of stars shrink to one. */
export const collapseStars = (pattern: string): string => pattern.replace(/\*{2,}/g, '*');

/** Characters × characters: two ARNs of the greatest length that IAM knows, squared. */
const MOST_WORK = 4_000_000;

/**
 * True when every text that `narrow` matches is matched by `wide` too. Sound, not complete: false may also mean
 * "not seen" (`?` in `wide` against `*` in `narrow`, stars that only together cover).
 */
export function patternCovers(wide: string, narrow: string): boolean {
  if (wide.length * narrow.length > MOST_WORK) return wide === narrow || wide === '*';
  const outer = collapseStars(wide);
  const inner = collapseStars(narrow);
  if (outer === '*' || outer === inner) return true;
  // `narrow` taken literally: its `*` may then only meet a `*` of `wide`, never a `?`.
  if (outer.includes('?') && inner.includes('*')) return false;
  return globMatch(outer, inner);
}
