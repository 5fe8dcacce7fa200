import { parseIamBoolean } from '../../policy/index.ts';
import { type Family, parsedValues } from './family.ts';

/** "Boolean condition operators". */
export const boolOperators: Family = {
  Bool: {
    negated: false,
    compile: (values) => parsedValues(values, parseIamBoolean, (value, wanted) => value === wanted),
  },
};
