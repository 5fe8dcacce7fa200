import type { PolicyVersion } from '../../policy/index.ts';
import type { KeyTable, Slots } from '../context.ts';

/** Does one request value match any of the clause's policy values? */
export type ValueTest = (value: string, slots: Slots) => boolean;

/** How the values of one clause are tested. */
export interface CompiledValues {
  readonly test: ValueTest;
  /** The first policy variable without a value, by its key: for explanations. */
  readonly unresolved?: (slots: Slots) => string | undefined;
}

export interface ValueScope {
  readonly version: PolicyVersion;
  readonly keys: KeyTable;
}

/** One condition operator under its canonical name. A family is a file of operators that compare alike. */
export interface Operator {
  /** `…Not…` operators: true when no value matches, and true when the key is absent. */
  readonly negated: boolean;
  /** undefined: a policy value is malformed (not a number, no date …). */
  compile(values: readonly string[], scope: ValueScope): CompiledValues | undefined;
}

export type Family = Readonly<Record<string, Operator>>;

/** For families without variables: parse every policy value once, refuse the clause when one is malformed. */
export function parsedValues<T>(
  values: readonly string[],
  parse: (text: string) => T | undefined,
  matches: (value: T, wanted: T) => boolean,
): CompiledValues | undefined {
  const wanted: T[] = [];
  for (const value of values) {
    const parsed = parse(value);
    if (parsed === undefined) return undefined;
    wanted.push(parsed);
  }
  return {
    test: (text) => {
      const value = parse(text);
      if (value === undefined) return false;
      for (const one of wanted) if (matches(value, one)) return true;
      return false;
    },
  };
}

/** The six comparisons that numbers and dates share. */
export function ordered<T>(
  prefix: string,
  parse: (text: string) => T | undefined,
  compare: (value: T, wanted: T) => number,
): Family {
  const operator = (negated: boolean, holds: (order: number) => boolean): Operator => ({
    negated,
    compile: (values) => parsedValues(values, parse, (value, wanted) => holds(compare(value, wanted))),
  });
  return {
    [`${prefix}Equals`]: operator(false, (o) => o === 0),
    [`${prefix}NotEquals`]: operator(true, (o) => o === 0),
    [`${prefix}LessThan`]: operator(false, (o) => o < 0),
    [`${prefix}LessThanEquals`]: operator(false, (o) => o <= 0),
    [`${prefix}GreaterThan`]: operator(false, (o) => o > 0),
    [`${prefix}GreaterThanEquals`]: operator(false, (o) => o >= 0),
  };
}
