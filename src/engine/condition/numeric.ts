import { parseIamNumber } from '../../policy/index.ts';
import { ordered } from './family.ts';

/** Most values are short runs of digits (an MFA age): those are read without a regular expression. */
function parseNumber(text: string): number | undefined {
  if (text.length === 0 || text.length > 15) return parseIamNumber(text);
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return parseIamNumber(text);
    value = value * 10 + digit;
  }
  return value;
}

/** "Numeric condition operators": integers and decimals; policy variables are not allowed. */
export const numericOperators = ordered('Numeric', parseNumber, (a, b) => a - b);
