import { parseCidr } from '../../../../base/index.ts';
import { isMatchable, numericTest } from './numeric.ts';
import type { Json, Test } from './types.ts';
import { compileWildcard } from './wildcard.ts';

/** A pattern is refused with this reason; caught by `parsePattern`, never beyond it. */
export class BadPattern extends Error {}

const ofText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const fold = (text: string): string => text.toLowerCase();

function text(value: Json | undefined, operator: string): string {
  if (typeof value === 'string') return value;
  throw new BadPattern(`${operator} match pattern must be a string`);
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`; suffix alike. */
function affix(value: Json, operator: 'prefix' | 'suffix'): Test {
  const at = (whole: string, part: string) =>
    operator === 'prefix' ? whole.startsWith(part) : whole.endsWith(part);
  if (isObject(value)) {
    const entries = Object.entries(value);
    const [name, inner] = entries[0] ?? [];
    if (entries.length !== 1 || name !== 'equals-ignore-case') {
      throw new BadPattern(`Unsupported ${operator} pattern: ${name ?? 'empty object'}`);
    }
    const part = fold(text(inner, 'equals-ignore-case'));
    return ofText((whole) => at(fold(whole), part));
  }
  const part = text(value, operator);
  return ofText((whole) => at(whole, part));
}

function wildcard(value: Json): Test {
  const compiled = compileWildcard(text(value, 'wildcard'));
  if (!compiled.ok) throw new BadPattern(compiled.reason);
  return ofText(compiled.test);
}

function ignoreCase(value: Json): Test {
  const wanted = fold(text(value, 'equals-ignore-case'));
  return ofText((whole) => fold(whole) === wanted);
}

function cidr(value: Json): Test {
  const given = text(value, 'CIDR');
  const network = given.includes('/') ? parseCidr(given) : undefined;
  if (network === undefined) throw new BadPattern(`Malformed CIDR, one '/' required`);
  return ofText((address) => network.contains(address));
}

/** One of these values; numbers by their value, so that 300, 300.0 and 3.0e2 are equal. */
export const exactly =
  (wanted: Json): Test =>
  (value) =>
    value === wanted;

/** Operators inside of anything-but; each takes one value or a list of them. */
const inverted: Readonly<Record<string, (value: Json) => Test>> = {
  prefix: (value) => affix(someText(value, 'prefix'), 'prefix'),
  suffix: (value) => affix(someText(value, 'suffix'), 'suffix'),
  'equals-ignore-case': ignoreCase,
  wildcard,
};

/** Everything begins with nothing: what excludes that could never match. Event Ruler's words. */
function someText(value: Json, operator: string): string {
  const given = text(value, operator);
  if (given === '') throw new BadPattern('Null prefix/suffix not allowed');
  return given;
}

function anythingBut(value: Json): Test {
  const unwanted = unwantedTests(value);
  return (scalar) => !unwanted.some((test) => test(scalar));
}

function unwantedTests(value: Json): readonly Test[] {
  if (isObject(value)) {
    const entries = Object.entries(value);
    const [name = '', inner] = entries[0] ?? [];
    const operator = Object.hasOwn(inverted, name) ? inverted[name] : undefined;
    if (entries.length !== 1 || operator === undefined || inner === undefined) {
      throw new BadPattern(`Unsupported anything-but pattern: ${name}`);
    }
    const values = Array.isArray(inner) ? (inner as readonly Json[]) : [inner];
    if (values.length === 0) throw new BadPattern('Empty arrays are not allowed');
    return values.map((each) => operator(each));
  }
  const values = Array.isArray(value) ? (value as readonly Json[]) : [value as Json];
  if (values.length === 0) throw new BadPattern('Empty arrays are not allowed');
  const types = new Set(values.map((each) => typeof each));
  if (![...types].every((type) => type === 'string' || type === 'number')) {
    throw new BadPattern('Inside anything but list, start|null|boolean is not supported.');
  }
  if (types.size > 1) {
    throw new BadPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return values.map(exactly);
}

const operators: Readonly<Record<string, (value: Json) => Test>> = {
  prefix: (value) => affix(value, 'prefix'),
  suffix: (value) => affix(value, 'suffix'),
  'equals-ignore-case': ignoreCase,
  wildcard,
  cidr,
  numeric: (value) => {
    const test = numericTest(value);
    if (typeof test === 'string') throw new BadPattern(test);
    return (scalar) => isMatchable(scalar) && test(scalar);
  },
  'anything-but': anythingBut,
};

export const isOperator = (name: string): boolean => name === 'exists' || Object.hasOwn(operators, name);

/** One match expression, like `{"prefix": "a"}`, without `exists`. */
export function operatorTest(name: string, value: Json): Test {
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) throw new BadPattern(`Unrecognized match type ${name}`);
  return operator(value);
}

export const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
