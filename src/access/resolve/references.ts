import { suggest } from '../../base/index.ts';
import type { Path, Source } from '../definition/source.ts';

/** `x` and `[x]` mean the same; each item with its place. */
export function items<T>(value: T | readonly T[] | undefined, path: Path): { item: T; at: Path }[] {
  if (value === undefined) return [];
  return Array.isArray(value)
    ? (value as readonly T[]).map((item, i) => ({ item, at: [...path, i] }))
    : [{ item: value as T, at: path }];
}

/** Looks up each written name; unknown ones and repetitions are reported. */
export function lookup<T>(
  source: Source,
  kind: string,
  known: ReadonlyMap<string, T>,
  value: string | readonly string[] | undefined,
  path: Path,
): T[] {
  const found = new Set<string>();
  for (const { item, at } of items(value, path)) {
    if (!known.has(item)) unknownName(source, kind, known.keys(), item, at);
    else if (found.has(item)) source.warn('repeated', at, `${kind} ${item} is named twice`);
    else found.add(item);
  }
  return [...found].flatMap((name) => known.get(name) ?? []);
}

export function unknownName(
  source: Source,
  kind: string,
  known: Iterable<string>,
  name: string,
  at: Path,
): void {
  const names = [...known];
  const near = suggest(name, names);
  const help =
    near !== undefined
      ? `Did you mean ${near}?`
      : names.length === 0
        ? `No ${kind} is defined.`
        : `Defined are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}.`;
  source.error(`unknown-${kind}`, at, `there is no ${kind} ${JSON.stringify(name)}`, help);
}

/** IAM names are unique without regard to case: `Audit` and `audit` can't both exist. */
export function checkCase(source: Source, kind: string, names: Iterable<string>, base: Path): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const first = seen.get(name.toLowerCase());
    if (first === undefined) seen.set(name.toLowerCase(), name);
    else {
      source.error(
        'names-differ-by-case',
        { key: [...base, name] },
        `${kind} ${name} differs from ${first} by case only; IAM takes them for the same`,
      );
    }
  }
}
