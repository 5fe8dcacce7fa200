import { marker, position } from '../../page.ts';
import { invalid } from './errors.ts';

const DEFAULT_SIZE = 100;

/** One page of a list. Tokens are positions: opaque to clients. */
export function listing<T>(
  all: readonly T[],
  { NextToken, MaxResults }: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
): { readonly items: readonly T[]; readonly rest: { NextToken?: string } } {
  const begin = start(NextToken, all.length);
  const end = begin + (MaxResults ?? DEFAULT_SIZE);
  return { items: all.slice(begin, end), rest: end < all.length ? { NextToken: marker(end) } : {} };
}

function start(token: string | undefined, length: number): number {
  try {
    return position(token, length);
  } catch {
    throw invalid('Invalid NextToken');
  }
}
