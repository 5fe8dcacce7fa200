import { parseArn, suggest } from '../../base/index.ts';

/** A few of many. */
export const listed = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** The ARN that was meant: of a name like the one written, best in the same account. ARNs as a whole are all alike. */
export function nearArn(written: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const name = suggest(nameOf(written), new Set(all.map(nameOf)));
  if (name === undefined) return undefined;
  const account = parseArn(written)?.account;
  const same = all.filter((arn) => nameOf(arn) === name);
  return same.find((arn) => parseArn(arn)?.account === account) ?? same[0];
}

/** Text of others on a terminal: control characters could move the cursor or hide lines. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD');
