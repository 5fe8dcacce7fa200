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

/**
 * A matcher for one pattern, specialised by its shape: exact, everything, pieces between stars, or general.
 *
 * INVARIANT: costs no more than one search of the text per piece, each from where the last one ended. With stars
 * only, the leftmost place of every piece is the best one, so nothing is ever taken back.
 */
export function compileGlob(pattern: string): Matcher {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  let shortest = 0;
  for (let i = 0; i < pattern.length; i++) if (pattern.charCodeAt(i) !== STAR) shortest++;
  if (shortest === 0) return () => true;
  if (pattern.includes('?')) return (text) => text.length >= shortest && globMatch(pattern, text);
  const pieces = pattern.split('*');
  const prefix = pieces[0] ?? '';
  const suffix = pieces.at(-1) ?? '';
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  if (middle.length === 0)
    return (text) => text.length >= shortest && text.startsWith(prefix) && text.endsWith(suffix);
  return (text) => {
    if (text.length < shortest || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    let at = prefix.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at <= text.length - suffix.length;
  };
}
