import type { Json } from './types.ts';

/** Numbers of a pattern lie between these ("Numeric matching", EventBridge user guide). */
const LIMIT = 5_000_000_000;

/** "Numeric matching is limited to values between -5.0e9 and +5.0e9 inclusive": of an event too, so no milliseconds. */
export const isMatchable = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LIMIT;

const lower: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
const upper: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
};

/** `["=", 5]`, `[">", 0]` or `[">", 0, "<=", 5]`; a text tells what is wrong. */
export function numericTest(value: Json): ((value: number) => boolean) | string {
  if (!Array.isArray(value)) return 'Value of numeric must be an array.';
  const [operator, bound, second, limit, ...rest] = value as readonly Json[];
  if (operator === undefined) return 'Invalid member in numeric match: ]';
  if (typeof operator !== 'string') return `Invalid member in numeric match: ${String(operator)}`;
  if (!isNumber(bound)) return `Value of ${operator} must be numeric`;
  if (Math.abs(bound) > LIMIT) return 'Value must be between -5.0E9 and 5.0E9, inclusive';
  if (operator === '=')
    return second === undefined ? (number) => number === bound : 'Too many elements in numeric expression';
  const above = Object.hasOwn(lower, operator) ? lower[operator] : undefined;
  const below = Object.hasOwn(upper, operator) ? upper[operator] : undefined;
  if (below !== undefined) {
    return second === undefined
      ? (number) => below(number, bound)
      : 'Too many elements in numeric expression';
  }
  if (above === undefined) return `Unrecognized numeric range operator: ${operator}`;
  if (second === undefined) return (number) => above(number, bound);
  const under = typeof second === 'string' && Object.hasOwn(upper, second) ? upper[second] : undefined;
  if (under === undefined) return `Bad numeric range operator: ${String(second)}`;
  if (!isNumber(limit)) return `Value of ${String(second)} must be numeric`;
  if (Math.abs(limit) > LIMIT) return 'Value must be between -5.0E9 and 5.0E9, inclusive';
  if (rest.length > 0) return 'Too many terms in numeric range expression';
  if (!(bound < limit)) return 'Bottom must be less than top';
  return (number) => above(number, bound) && under(number, limit);
}

const isNumber = (value: Json | undefined): value is number => typeof value === 'number';
