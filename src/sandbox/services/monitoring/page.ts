import { AwsError } from '../../types.ts';

/** One page of a list, in order of its keys; the token is the last key. */
export function page<T>(
  all: readonly T[],
  key: (item: T) => string,
  token: string | undefined,
  size: number,
): { items: readonly T[]; next?: string } {
  const keyed = all
    .map((item) => ({ item, at: key(item) }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const after = token === undefined ? undefined : readToken(token);
  const rest = after === undefined ? keyed : keyed.filter(({ at }) => at > after);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const items = shown.map(({ item }) => item);
  return last === undefined || shown.length === rest.length
    ? { items }
    : { items, next: Buffer.from(`k:${last.at}`).toString('base64') };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('k:')) throw new AwsError('InvalidNextToken', 'The token is not valid.');
  return text.slice(2);
}
