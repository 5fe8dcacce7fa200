import type { SetQualifier } from '../types.ts';

/** What an operator compares. */
export type OperatorFamily = 'string' | 'numeric' | 'date' | 'boolean' | 'binary' | 'ip' | 'arn' | 'null';

/** One condition operator of AWS. */
export interface OperatorInfo {
  /** Canonical base name, without qualifier and IfExists: `StringEquals`. */
  readonly name: string;
  readonly family: OperatorFamily;
  /** Negated operators are true when no value matches, and true for an absent key. */
  readonly negated: boolean;
}

const family = (name: OperatorFamily, ...operators: string[]): OperatorInfo[] =>
  operators.map((operator) => ({ name: operator, family: name, negated: operator.includes('Not') }));

/**
 * Every condition operator there is, without qualifiers and IfExists.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const conditionOperators: readonly OperatorInfo[] = [
  ...family(
    'string',
    'StringEquals',
    'StringNotEquals',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
  ),
  ...family('string', 'StringLike', 'StringNotLike'),
  ...family('numeric', 'NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'),
  ...family('numeric', 'NumericGreaterThan', 'NumericGreaterThanEquals'),
  ...family('date', 'DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals'),
  ...family('date', 'DateGreaterThan', 'DateGreaterThanEquals'),
  ...family('boolean', 'Bool'),
  ...family('binary', 'BinaryEquals'),
  ...family('ip', 'IpAddress', 'NotIpAddress'),
  ...family('arn', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'),
  ...family('null', 'Null'),
];

const byLowerName = new Map(conditionOperators.map((o) => [o.name.toLowerCase(), o]));

/** The operator with this base name (case does not count); undefined when AWS has none. */
export const operatorInfo = (name: string): OperatorInfo | undefined => byLowerName.get(name.toLowerCase());

/** An operator as a policy writes it, in its parts. */
export interface ParsedOperator {
  readonly qualifier?: SetQualifier;
  readonly info: OperatorInfo;
  readonly ifExists: boolean;
  /** The canonical spelling: `ForAllValues:StringEqualsIfExists`. */
  readonly canonical: string;
}

const qualifiers: readonly SetQualifier[] = ['ForAllValues', 'ForAnyValue'];

/** `ForAnyValue:StringLikeIfExists` in its parts; undefined when it is no operator of AWS (NullIfExists is none). */
export function parseOperator(text: string): ParsedOperator | undefined {
  const colon = text.indexOf(':');
  const prefix = colon === -1 ? undefined : text.slice(0, colon).toLowerCase();
  const qualifier = qualifiers.find((q) => q.toLowerCase() === prefix);
  if (prefix !== undefined && qualifier === undefined) return undefined;
  const rest = text.slice(colon + 1);
  const ifExists = /IfExists$/i.test(rest);
  const info = operatorInfo(ifExists ? rest.slice(0, -8) : rest);
  if (info === undefined || (ifExists && info.family === 'null')) return undefined;
  return {
    ...(qualifier === undefined ? {} : { qualifier }),
    info,
    ifExists,
    canonical: operatorText({ qualifier, operator: info.name, ifExists }),
  };
}

/** The operator as it is written in a policy: `ForAnyValue:StringLikeIfExists`. The inverse of `parseOperator`. */
export const operatorText = (clause: {
  readonly qualifier?: SetQualifier | undefined;
  readonly operator: string;
  readonly ifExists: boolean;
}): string =>
  `${clause.qualifier === undefined ? '' : `${clause.qualifier}:`}${clause.operator}${clause.ifExists ? 'IfExists' : ''}`;
