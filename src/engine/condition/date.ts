import { parseIamDate } from '../../policy/index.ts';
import { ordered } from './family.ts';

/** "Date condition operators": ISO 8601 in W3C's forms, or epoch seconds; no wildcards, no variables. */
export const dateOperators = ordered('Date', parseIamDate, (a, b) => a - b);
