import { AwsError } from '../../types.ts';
import { marker, position } from '../page.ts';
import { invalidInput } from './errors.ts';

/** The largest and the default page of every list. */
const PAGE = 20;

/** One page, with `NextToken` while there is more. */
export function page<T>(
  all: readonly T[],
  { NextToken, MaxResults }: { NextToken?: string | undefined; MaxResults?: number | undefined },
): { readonly items: T[]; readonly rest: { NextToken?: string } } {
  const start = startOf(NextToken, all.length);
  const end = start + (MaxResults ?? PAGE);
  return { items: all.slice(start, end), rest: end < all.length ? { NextToken: marker(end) } : {} };
}

function startOf(token: string | undefined, length: number): number {
  try {
    return position(token, length);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidInput('INVALID_NEXT_TOKEN', 'You specified an invalid pagination token.');
  }
}
