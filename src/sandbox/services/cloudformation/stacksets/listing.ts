import { paged } from '../operations/input.ts';

const DEFAULT_SIZE = 100;

/** One page of a list, and the members of the answer that lead to the next. */
export function listing<T>(
  all: readonly T[],
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
): { readonly items: readonly T[]; readonly rest: { NextToken?: string } } {
  const { items, NextToken } = paged(all, input.NextToken, input.MaxResults ?? DEFAULT_SIZE);
  return { items, rest: NextToken === undefined ? {} : { NextToken } };
}
