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

/** Does the piece, whose `?` stand for any one character, stand at this place of the text? */
function standsAt(piece: string, text: string, at: number): boolean {
  for (let i = 0; i < piece.length; i++) {
    const c = piece.charCodeAt(i);
    if (c !== QUESTION && c !== text.charCodeAt(at + i)) return false;
  }
  return true;
}

/** The first place of the piece in the text, from `at` on and not beyond `last`; -1 when there is none. */
function find(piece: string, text: string, at: number, last: number): number {
  if (!piece.includes('?')) {
    const found = text.indexOf(piece, at);
    return found <= last ? found : -1;
  }
  for (let place = at; place <= last; place++) if (standsAt(piece, text, place)) return place;
  return -1;
}

/**
 * A matcher for one pattern, specialised by its shape: exact, everything, or pieces between stars.
 *
 * INVARIANT: costs no more than one search of the text per piece, each from where the last one ended. The leftmost
 * place of a piece is always the best one, so nothing is ever taken back.
 */
export function compileGlob(pattern: string): Matcher {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  const [prefix = '', ...rest] = pattern.split('*');
  const suffix = rest.pop();
  if (suffix === undefined) return (text) => text.length === prefix.length && standsAt(prefix, text, 0);
  const middle = rest.filter((piece) => piece !== '');
  const shortest = middle.reduce((sum, piece) => sum + piece.length, prefix.length + suffix.length);
  if (shortest === 0) return () => true;
  const plain = !prefix.includes('?') && !suffix.includes('?');
  // The commonest shapes read straight through: `s3:Get*`, `arn:aws:iam::*:role/Audit`.
  if (middle.length === 0 && plain && suffix === '') return (text) => text.startsWith(prefix);
  if (middle.length === 0 && plain)
    return (text) => text.length >= shortest && text.startsWith(prefix) && text.endsWith(suffix);
  return (text) => {
    if (text.length < shortest || !standsAt(prefix, text, 0)) return false;
    if (!standsAt(suffix, text, text.length - suffix.length)) return false;
    let at = prefix.length;
    for (const piece of middle) {
      const found = find(piece, text, at, text.length - suffix.length - piece.length);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return true;
  };
}
