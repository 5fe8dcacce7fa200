/** Levenshtein distance, cut off at `limit` (returns limit + 1 beyond it). */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const value = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      row.push(value);
      if (value < best) best = value;
    }
    if (best > limit) return limit + 1;
    previous = row;
  }
  return previous[b.length]!;
}

/** The candidate nearest to what was written, when one is near enough to be meant; case does not count. */
export function suggest(written: string, candidates: Iterable<string>): string | undefined {
  const word = written.slice(0, 128).toLowerCase();
  let limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    const d = distance(word, candidate.toLowerCase(), limit);
    if (d <= limit) {
      best = candidate;
      limit = d - 1;
      if (limit < 0) break;
    }
  }
  return best;
}
