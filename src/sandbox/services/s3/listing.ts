import type { Bucket } from './state.ts';

const surrogate = /[\ud800-\udfff]/;

/** UTF-8 binary order, which is that of JavaScript's `<` except beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

const sorted = new WeakMap<Bucket, { readonly changes: number; readonly keys: readonly string[] }>();

/** All keys in order, those with nothing but delete markers too. */
export function sortedKeys(bucket: Bucket): readonly string[] {
  const known = sorted.get(bucket);
  if (known?.changes === bucket.changes) return known.keys;
  const keys = [...bucket.objects.keys()].sort(compareKeys);
  sorted.set(bucket, { changes: bucket.changes, keys });
  return keys;
}

/** The position of the first key that is not before `from`. */
function seek(keys: readonly string[], from: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] as string, from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Only what comes after this key (or common prefix). */
  readonly after: string;
  readonly most: number;
}

export interface Listing {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix given. */
  readonly last: string | undefined;
}

/** One page of keys, with those that share what stands before the delimiter rolled up into one prefix. */
export function list(all: readonly string[], { prefix, delimiter, after, most }: ListingRequest): Listing {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let truncated = false;
  for (let at = seek(all, compareKeys(after, prefix) > 0 ? after : prefix); at < all.length; at++) {
    const key = all[at] as string;
    if (!key.startsWith(prefix)) break;
    if (key === after) continue;
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const rolled = cut === -1 ? undefined : key.slice(0, cut + (delimiter?.length ?? 0));
    // A page that ended with a common prefix is continued behind all of its keys.
    if (rolled !== undefined && (rolled === prefixes.at(-1) || rolled === after)) continue;
    if (keys.length + prefixes.length >= most) {
      truncated = most > 0;
      break;
    }
    last = rolled ?? key;
    (rolled === undefined ? keys : prefixes).push(last);
  }
  return { keys, prefixes, truncated, last };
}

/** encoding-type=url */
export const encoder = (type: string | undefined): ((text: string) => string) =>
  type === 'url'
    ? (text) =>
        encodeURIComponent(text)
          .replace(/%2F/g, '/')
          .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    : (text) => text;
