export type Wildcard =
  | { readonly ok: true; readonly test: (text: string) => boolean }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a `wildcard` value: `*` is any run of characters, `\*` and `\\` are the characters themselves.
 *
 * INVARIANT: matching searches the text once per piece between stars, each from where the last one ended; the leftmost
 * place of a piece is always the best one, so nothing is ever taken back.
 */
export function compileWildcard(pattern: string): Wildcard {
  const pieces: string[] = [''];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '\\') {
      const next = pattern[i + 1];
      if (next !== '*' && next !== '\\') return { ok: false, reason: `Invalid escape character at pos ${i}` };
      pieces[pieces.length - 1] += next;
      i++;
    } else if (c === '*') {
      if (pattern[i + 1] === '*') return { ok: false, reason: `Consecutive wildcard characters at pos ${i}` };
      pieces.push('');
    } else {
      pieces[pieces.length - 1] += c;
    }
  }
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return { ok: true, test: (text) => text === first };
  const shortest = first.length + last.length;
  const test = (text: string): boolean => {
    if (text.length < shortest || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
  return { ok: true, test };
}
