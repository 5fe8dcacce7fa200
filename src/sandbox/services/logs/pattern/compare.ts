import { regexFinds } from './regex.ts';
import { numberOf } from './scan.ts';
import type { Operand, Operator } from './types.ts';

/** Whether a text or number satisfies a comparison. Texts are compared exactly, numbers as numbers. */
export function compare(value: string | number, op: Operator, operand: Operand): boolean {
  if (op === '=') return equals(value, operand);
  if (op === '!=') return !equals(value, operand);
  const left = typeof value === 'number' ? value : numberOf(value);
  const right = operand.kind === 'text' ? operand.number : undefined;
  if (left === undefined || right === undefined) return false;
  switch (op) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    default:
      return left >= right;
  }
}

function equals(value: string | number, operand: Operand): boolean {
  const text = String(value);
  if (operand.kind === 'regex') return regexFinds(operand.regex, text);
  if (operand.number !== undefined) {
    const number = typeof value === 'number' ? value : numberOf(value);
    if (number !== undefined) return number === operand.number;
  }
  const { startOpen, endOpen } = operand;
  if (startOpen && endOpen) return text.includes(operand.text);
  if (startOpen) return text.endsWith(operand.text);
  return endOpen ? text.startsWith(operand.text) : text === operand.text;
}
