/**
 * Globs in which some `*` and `?` are ordinary characters: those written `${*}` and `${?}`, and those that came
 * out of a policy variable (a tag value `*` must not become a wildcard).
 */
export type Codes = number[];

const ANY_RUN = -1;
const ANY_ONE = -2;

/** Appends policy text, whose `*` and `?` are wildcards. */
export function pushPattern(codes: Codes, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    codes.push(c === 42 ? ANY_RUN : c === 63 ? ANY_ONE : c);
  }
}

/** Appends text in which nothing is a wildcard. */
export function pushLiteral(codes: Codes, text: string): void {
  for (let i = 0; i < text.length; i++) codes.push(text.charCodeAt(i));
}

/** The algorithm of base's globMatch, on codes: one resume point, never more than text × pattern steps. */
export function matchCodes(codes: Codes, text: string): boolean {
  let t = 0;
  let p = 0;
  let starAt = -1;
  let resume = 0;
  while (t < text.length) {
    const c = p < codes.length ? codes[p] : undefined;
    if (c === ANY_RUN) {
      starAt = p++;
      resume = t;
    } else if (c === ANY_ONE || c === text.charCodeAt(t)) {
      p++;
      t++;
    } else if (starAt !== -1) {
      p = starAt + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < codes.length && codes[p] === ANY_RUN) p++;
  return p === codes.length;
}
