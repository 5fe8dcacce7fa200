/**
 * IAM globs: `*` any run of characters (none too), `?` exactly one. Nothing else is special.
 *
 * INVARIANT: matching costs O(text × pattern) at worst and O(text) in practice; it never backtracks into
 * more than the last star. A regex built from a user's wildcards would take seconds on hostile input.
 */
export type Matcher = (text: string) => boolean;

export const hasWildcard = (pattern: string): boolean => pattern.includes('*') || pattern.includes('?');

/** Greedy matching with one resume point: after a star only the latest star ever needs to grow. */
export function globMatch(pattern: string, text: string): boolean {
  const textLength = text.length;
  const patternLength = pattern.length;
  let t = 0;
  let p = 0;
  let starAt = -1;
  let resume = 0;
  while (t < textLength) {
    const c = p < patternLength ? pattern.charCodeAt(p) : -1;
    if (c === STAR) {
      starAt = p++;
      resume = t;
    } else if (c === QUESTION || (c !== -1 && c === text.charCodeAt(t))) {
      p++;
      t++;
    } else if (starAt !== -1) {
      p = starAt + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < patternLength && pattern.charCodeAt(p) === STAR) p++;
  return p === patternLength;
}

const STAR = 42;
const QUESTION = 63;

/** A matcher for one pattern, specialised by its shape: exact, prefix, everything, or general. */
export function compileGlob(pattern: string): Matcher {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  const first = pattern.indexOf('*');
  if (!pattern.includes('?') && first === pattern.length - 1) {
    if (first === 0) return () => true;
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  return (text) => globMatch(pattern, text);
}
