import { AwsError } from '../types.ts';

/** Members that every paginated IAM answer has. */
export interface Page {
  IsTruncated: boolean;
  Marker?: string;
}

const DEFAULT_SIZE = 100;

/**
 * One page of a list, AWS query style. The marker is the position in the list: opaque to clients, and a list that
 * changes between two pages may skip or repeat entries, as AWS's may.
 */
export function page<T>(
  all: readonly T[],
  { Marker, MaxItems }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { items: readonly T[]; rest: Page } {
  const start = position(Marker, all.length);
  const end = start + (MaxItems ?? DEFAULT_SIZE);
  const items = all.slice(start, end);
  return {
    items,
    rest: end < all.length ? { IsTruncated: true, Marker: marker(end) } : { IsTruncated: false },
  };
}

export const marker = (at: number): string => Buffer.from(`p:${at}`).toString('base64');

/** Throws ValidationError for anything that `marker` didn't make. */
export function position(text: string | undefined, length: number): number {
  if (text === undefined) return 0;
  const match = /^p:(\d{1,9})$/.exec(Buffer.from(text, 'base64').toString());
  const at = Number(match?.[1] ?? Number.NaN);
  if (!(at <= length)) throw new AwsError('ValidationError', `Invalid Marker: ${text.slice(0, 64)}`);
  return at;
}
