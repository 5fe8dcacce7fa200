/** Anything with an event time, in ms. Lists of them are sorted by time. */
interface Timed {
  readonly time: number;
}

export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/**
 * The runs of one group in which some window of `window` ms (both ends included) holds at least `count` different
 * values of `distinctOf`. A run is everything that lies in such a window, joined while the gaps are no longer than one.
 *
 * INVARIANT: depends on the set of items alone, and an item is judged only by items within one window of it. That is
 * what lets the detector forget what is older than that.
 */
export function hotRuns<T extends Timed>(
  sorted: readonly T[],
  count: number,
  window: number,
  distinctOf: (item: T) => string,
): T[][] {
  const runs: T[][] = [];
  const inside = new Map<string, number>();
  let left = 0;
  let marked = 0;
  for (const [right, item] of sorted.entries()) {
    const value = distinctOf(item);
    inside.set(value, (inside.get(value) ?? 0) + 1);
    while (item.time - sorted[left]!.time > window) {
      const old = distinctOf(sorted[left++]!);
      const rest = (inside.get(old) ?? 1) - 1;
      if (rest === 0) inside.delete(old);
      else inside.set(old, rest);
    }
    if (inside.size < count) continue;
    for (let i = Math.max(left, marked); i <= right; i++) {
      const hot = sorted[i]!;
      const run = runs.at(-1);
      if (run !== undefined && hot.time - run.at(-1)!.time <= window) run.push(hot);
      else runs.push([hot]);
    }
    marked = right + 1;
  }
  return runs;
}

/** Joins runs that share an item; each result is sorted by `compare` and holds every item once. */
export function joinOverlapping<T>(runs: readonly (readonly T[])[], compare: (a: T, b: T) => number): T[][] {
  const parent = runs.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const owner = new Map<T, number>();
  for (const [i, run] of runs.entries()) {
    for (const item of run) {
      const other = owner.get(item);
      if (other === undefined) owner.set(item, i);
      else parent[root(i)] = root(other);
    }
  }
  const joined = new Map<number, T[]>();
  for (const [item, i] of owner) {
    const at = root(i);
    const list = joined.get(at);
    if (list) list.push(item);
    else joined.set(at, [item]);
  }
  return [...joined.values()].map((items) => items.sort(compare));
}
