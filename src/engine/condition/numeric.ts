import { ordered } from './family.ts';

const NUMBER = /^[+-]?\d{1,300}(\.\d{1,300})?$/;

/** An integer or a decimal, nothing else: `120abc`, `1e3`, ` 5` and '' are no numbers. */
export function parseNumber(text: string): number | undefined {
  // Most values are short runs of digits (an MFA age): read them without a regular expression.
  if (text.length > 0 && text.length < 16) {
    let value = 0;
    let i = 0;
    for (; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === text.length) return value;
  }
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** "Numeric condition operators": integers and decimals; policy variables are not allowed. */
export const numericOperators = ordered('Numeric', parseNumber, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
