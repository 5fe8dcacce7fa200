import type { ConditionClause } from '../../policy/index.ts';
import type { Slots } from '../context.ts';
import type { ContextValue } from '../types.ts';
import { arnOperators } from './arn.ts';
import { binaryOperators } from './binary.ts';
import { boolOperators } from './bool.ts';
import { dateOperators } from './date.ts';
import type { CompiledValues, Family, ValueScope } from './family.ts';
import { ipOperators } from './ip.ts';
import { nullOperators } from './null.ts';
import { numericOperators } from './numeric.ts';
import { stringOperators } from './string.ts';

/** Every condition operator by its canonical name. */
export const operators: Family = Object.assign(
  Object.create(null),
  stringOperators,
  numericOperators,
  dateOperators,
  boolOperators,
  binaryOperators,
  ipOperators,
  arnOperators,
  nullOperators,
);

type ClauseTest = (slots: Slots) => boolean;

export interface CompiledClause {
  readonly clause: ConditionClause;
  readonly slot: number;
  readonly test: ClauseTest;
  /** The operator is unknown or a policy value is malformed: such a clause fails closed. */
  readonly broken: boolean;
  /** For explanations: ` (aws:username has no value here)` when a policy variable has none, else ''. */
  readonly missing: (slots: Slots) => string;
}

/**
 * Compiles one operator-key-values triple.
 *
 * INVARIANT: fails closed. AWS refuses a document with an unknown operator or a malformed value when it is saved;
 * should one get here, an Allow never applies and a Deny always does.
 */
export function compileClause(
  clause: ConditionClause,
  effect: 'Allow' | 'Deny',
  scope: ValueScope,
): CompiledClause {
  const slot = scope.keys.slot(clause.key);
  const operator = operators[clause.operator];
  const values = operator?.compile(
    clause.values.map((v) => v.value),
    scope,
  );
  if (operator === undefined || values === undefined)
    return { clause, slot, test: effect === 'Deny' ? always : never, broken: true, missing: () => '' };
  const test =
    clause.operator === 'Null' ? nullTest(slot, values) : keyTest(slot, clause, operator.negated, values);
  const missing = (slots: Slots): string => {
    const key = values.unresolved?.(slots);
    return key === undefined ? '' : ` (variable ${key} has no value)`;
  };
  return { clause, slot, test, broken: false, missing };
}

const always: ClauseTest = () => true;
const never: ClauseTest = () => false;

/**
 * A multivalued key of nothing but empty values is null: Null with `false` is there to keep ForAllValues from being true
 * of "missing context keys or context keys with empty values" ("Multivalued context key examples").
 */
export const isNull = (value: ContextValue | undefined): boolean =>
  value === undefined || (typeof value !== 'string' && isNullSet(value));

const nullTest =
  (slot: number, values: CompiledValues): ClauseTest =>
  (slots) =>
    values.test(isNull(slots[slot]) ? 'true' : 'false', slots);

function keyTest(
  slot: number,
  clause: ConditionClause,
  negated: boolean,
  values: CompiledValues,
): ClauseTest {
  const { test } = values;
  const { qualifier } = clause;
  // Absent keys: "…IfExists" is true, ForAllValues true, ForAnyValue false, negated operators true, others false.
  const whenAbsent = clause.ifExists || (qualifier === undefined ? negated : qualifier === 'ForAllValues');
  return (slots) => {
    const value = slots[slot];
    if (value === undefined) return whenAbsent;
    if (qualifier === undefined) {
      // unverified: a malformed value (`abc` for a number) matches nothing, so a negated operator is true of it.
      if (typeof value === 'string') return test(value, slots) !== negated;
      // unverified: a multivalued key without a set qualifier. AWS only says that it needs one; we take "any value".
      return value.some((one) => test(one, slots)) !== negated;
    }
    if (isNullSet(value)) return qualifier === 'ForAllValues';
    if (typeof value === 'string') return test(value, slots) !== negated;
    return qualifier === 'ForAllValues'
      ? value.every((one) => test(one, slots) !== negated)
      : value.some((one) => test(one, slots) !== negated);
  };
}

/** "A null data set, such as an empty string": ForAllValues is true of it, ForAnyValue false. */
const isNullSet = (value: ContextValue): boolean =>
  typeof value === 'string' ? value === '' : value.every((one) => one === '');
