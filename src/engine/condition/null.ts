import { parseIamBoolean } from '../../policy/index.ts';
import { type Family, parsedValues } from './family.ts';

/**
 * "Condition operator to check existence of condition keys": `true` means that the key must be absent. The value
 * that is tested is the answer to "is it absent?", which the clause supplies.
 */
export const nullOperators: Family = {
  Null: {
    negated: false,
    compile: (values) => parsedValues(values, parseIamBoolean, (value, wanted) => value === wanted),
  },
};
