import { invalid } from './state.ts';

/** One page of a list that is sorted by `key`; the token is the last key, so that a list may change between pages. */
export function page<T>(
  all: readonly T[],
  key: (item: T) => string,
  token: string | undefined,
  size: number,
): { items: readonly T[]; nextToken?: string } {
  const after = token === undefined ? undefined : readToken(token);
  const rest = after === undefined ? all : all.filter((item) => key(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return last === undefined || items.length === rest.length
    ? { items }
    : { items, nextToken: Buffer.from(`k:${key(last)}`).toString('base64') };
}

export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('k:')) throw invalid('The specified nextToken is invalid.');
  return text.slice(2);
}

export const byText =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
