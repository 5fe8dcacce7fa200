import { AwsError } from '../../types.ts';
import { marker, position } from '../page.ts';
import { invalid } from './errors.ts';

/** A page of a list, SNS style. Throws InvalidParameter for a token that isn't one. */
export function pageOf<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
): { items: readonly T[]; next?: string } {
  let start: number;
  try {
    start = position(token, all.length);
  } catch (error) {
    throw error instanceof AwsError ? invalid('NextToken') : error;
  }
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length && { next: marker(end) }) };
}
