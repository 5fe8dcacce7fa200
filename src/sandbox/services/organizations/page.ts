import { invalidInput } from './errors.ts';

/** The largest and the default page of every list. */
const PAGE = 20;

/**
 * One page, with `NextToken` while there is more. The token holds the place and the id of what comes next: a script
 * that deletes what each page shows it still gets to see all the rest.
 */
export function page<T>(
  all: readonly T[],
  { NextToken, MaxResults }: { NextToken?: string | undefined; MaxResults?: number | undefined },
): { readonly items: T[]; readonly rest: { NextToken?: string } } {
  const start = startOf(NextToken, all);
  const end = start + (MaxResults ?? PAGE);
  const next = all[end];
  return {
    items: all.slice(start, end),
    rest: next === undefined ? {} : { NextToken: tokenOf(end, idOf(next)) },
  };
}

const tokenOf = (at: number, id: string): string => Buffer.from(`p:${at}:${id}`).toString('base64');

function startOf(token: string | undefined, all: readonly unknown[]): number {
  if (token === undefined) return 0;
  const match = /^p:(\d{1,9}):([\w-]*)$/.exec(Buffer.from(token, 'base64').toString());
  if (match === null) {
    throw invalidInput('INVALID_NEXT_TOKEN', 'You specified an invalid pagination token.');
  }
  const at = Math.min(Number(match[1]), all.length);
  const id = match[2] ?? '';
  if (id === '' || (at < all.length && idOf(all[at]) === id)) return at;
  const found = all.findIndex((item) => idOf(item) === id);
  return found === -1 ? at : found;
}

/** '' for what has none: tags, names of services. */
const idOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string' ? item.id : '';
