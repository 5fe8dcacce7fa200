import { operatorInfo } from '../grammar/operators.ts';
import { parseIamBoolean } from '../grammar/values.ts';
import type { ConditionClause, Statement } from '../types.ts';

const sameKey = (clause: ConditionClause, key: string): boolean =>
  clause.key.length === key.length && clause.key.toLowerCase() === key;

/** Clauses on a key; `key` in lower case. */
export const clausesOn = (statement: Statement, key: string): readonly ConditionClause[] =>
  statement.conditions.filter((clause) => sameKey(clause, key));

export const isNegated = (clause: ConditionClause): boolean =>
  operatorInfo(clause.operator)?.negated ?? false;

/**
 * The clause holds only when the key is present and equals or resembles one of its values: no negation, no IfExists,
 * no ForAllValues (true for an absent key), no Null, and no value that matches everything.
 */
export function pinsDown(clause: ConditionClause): boolean {
  if (isNegated(clause) || clause.ifExists || clause.qualifier === 'ForAllValues') return false;
  if (clause.operator === 'Null' || clause.values.length === 0) return false;
  return clause.values.every(({ value }) => !/^[*?]+$/.test(value));
}

/** Some clause on one of the keys (lower case; a trailing `/` stands for any tag) pins it down. */
export const pinned = (statement: Statement, keys: readonly string[]): boolean =>
  statement.conditions.some((clause) => {
    const key = clause.key.toLowerCase();
    return keys.some((k) => (k.endsWith('/') ? key.startsWith(k) : key === k)) && pinsDown(clause);
  });

/** The one boolean that a Bool or Null clause compares with; undefined when it lists both or none. */
export function booleanOf(clause: ConditionClause): boolean | undefined {
  const values = new Set(clause.values.map((v) => parseIamBoolean(v.value)));
  return values.size === 1 ? [...values][0] : undefined;
}

/** Keys that tie a caller to an organization. */
export const organizationKeys = ['aws:principalorgid', 'aws:principalorgpaths'] as const;

/** Who calls, or on whose behalf: keys that AWS sets and a caller cannot choose. */
export const callerKeys = [
  ...organizationKeys,
  'aws:principalarn',
  'aws:principalaccount',
  'aws:userid',
] as const;

/**
 * Some condition ties the statement to known callers. Values that leave the account open do not:
 * anyone can create `arn:aws:iam::*:role/SecurityAuditOperator` in an account of their own.
 */
export const tiesDown = (statement: Statement, keys: readonly string[]): boolean =>
  statement.conditions.some((clause) => {
    const key = clause.key.toLowerCase();
    if (!keys.includes(key) || !pinsDown(clause) || clause.values.some((v) => callerChooses(v.value)))
      return false;
    if (clause.operator === 'IpAddress') return clause.values.every(({ value }) => !isBroadNetwork(value));
    const wildcards = /Like$|^Arn/.test(clause.operator);
    return !wildcards || clause.values.every(({ value }) => !/[*?]/.test(owner(key, value)));
  });

/**
 * "IP ranges that are very broad (for example, more than /8 for IPv4 and more than /32 for IPv6)" leave a bucket public
 * (S3 User Guide, "The meaning of public"): two halves of the internet are the internet.
 */
function isBroadNetwork(value: string): boolean {
  const prefix = /\/(\d+)$/.exec(value)?.[1];
  return prefix !== undefined && Number(prefix) < (value.includes(':') ? 32 : 8);
}

/** The part of a value that says whose it is. A bucket's ARN names no account: there the name has to. */
function owner(key: string, value: string): string {
  if (value.startsWith('arn:')) return value.split(':', 5)[4] || value.split(':').slice(5).join(':') || '*';
  if (key.endsWith('orgpaths')) return value.split('/', 1)[0] ?? '*';
  return key === 'aws:userid' ? (value.split(':', 1)[0] ?? '*') : value;
}

/**
 * A variable takes its text from the request: `"aws:PrincipalArn": "${aws:PrincipalArn}"` is true for everyone. Only
 * those of the resource (`${aws:ResourceOrgID}`, as in data perimeters) are out of the caller's reach.
 */
export const callerChooses = (value: string): boolean =>
  value.replace(/\$\{aws:Resource(Account|OrgID|OrgPaths)\}/gi, '').includes('${');
