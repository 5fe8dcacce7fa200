import { AwsError } from '../../types.ts';
import { marker, position } from '../page.ts';
import { invalid } from './errors.ts';

/** A page of a list; throws ValidationException for a token that isn't one. */
export function page<T>(
  all: readonly T[],
  size = 100,
  token?: string,
): { items: readonly T[]; next?: string } {
  let start: number;
  try {
    start = position(token, all.length);
  } catch (error) {
    throw error instanceof AwsError ? invalid('Provided NextToken is not valid.') : error;
  }
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length && { next: marker(end) }) };
}
