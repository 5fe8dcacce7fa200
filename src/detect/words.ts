import { accountOfArn, isRoleArn, nameOfRole } from '../trail/index.ts';
import type { Entry } from './entry.ts';

/**
 * Callers choose session names, host names and (in denials) role ARNs, and STS repeats them: what reaches a terminal
 * must not carry control characters, nor the marks that turn a line's direction around.
 */
export const clean = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD').slice(0, 600);

export const nameOf = (entry: Entry): string => clean(entry.caller.arn ?? entry.caller.id);

export const unique = (values: Iterable<string | undefined>): string[] => [
  ...new Set([...values].filter((value) => value !== undefined)),
];

/** `a, b and 3 more` */
export function listed(values: readonly string[], most = 4): string {
  if (values.length <= most) return values.map(clean).join(', ');
  return `${values.slice(0, most).map(clean).join(', ')} and ${values.length - most} more`;
}

/** The most frequent; of equals the first in the alphabet, so that it depends on no order. */
export function mostFrequent(values: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first?.[0] ?? '';
}

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** ms → `2026-11-23 03:15:00 UTC` */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

// Both go into commands that people paste into a shell: anything but the characters of IAM names stays out of them.
export const revokeRole = (role: string): string | undefined =>
  isRoleArn(role)
    ? `crossaccount respond revoke --role ${nameOfRole(role)} --account ${accountOfArn(role)}`
    : undefined;

export function respondToCaller(entry: Pick<Entry, 'caller'>): string[] {
  const { userName, arn } = entry.caller;
  const user = userName ?? /^arn:aws[a-z-]*:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn ?? '')?.[1];
  if (user !== undefined && /^[\w+=,.@-]{1,64}$/.test(user)) {
    return [
      `crossaccount respond rotate-key --operator ${user}`,
      `crossaccount respond revoke --operator ${user}`,
    ];
  }
  const role = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\//.exec(arn ?? '');
  return role ? [`crossaccount respond revoke --role ${role[2]} --account ${role[1]}`] : [];
}

export const steps = (...lines: readonly (string | readonly string[] | undefined)[]): string[] =>
  unique(lines.flat().filter((line) => line !== undefined));
