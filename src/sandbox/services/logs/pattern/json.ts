import { compare } from './compare.ts';
import { holds, readExpression } from './expression.ts';
import type { Scanner } from './scan.ts';
import { readSelector, select } from './selector.ts';
import type { Condition, JsonPattern, Selector } from './types.ts';

const VALUE_END = /[\s()&|{}"]/;

/** `{ ($.a = "x*") && ($.b NOT EXISTS) }` */
export function readJsonPattern(scanner: Scanner): JsonPattern {
  if (!scanner.take('{')) throw scanner.bad("'{' is missing");
  const expression = readExpression(scanner, () => readCondition(scanner));
  scanner.skipSpace();
  if (!scanner.take('}')) throw scanner.bad("'}' is missing");
  scanner.skipSpace();
  if (!scanner.end) throw scanner.bad("unexpected text behind '}'");
  return { kind: 'json', expression };
}

function readCondition(scanner: Scanner): Condition<Selector> {
  const subject = readSelector(scanner);
  const op = scanner.operator();
  if (op !== undefined) return { subject, test: { op, value: scanner.operand(VALUE_END) } };
  if (scanner.word('NOT')) {
    if (!scanner.word('EXISTS')) throw scanner.bad("'EXISTS' is missing");
    return { subject, test: { op: 'not-exists' } };
  }
  if (!scanner.word('IS')) throw scanner.bad('an operator is missing');
  for (const what of ['TRUE', 'FALSE', 'NULL'] as const) {
    if (scanner.word(what)) return { subject, test: { op: 'is', what } };
  }
  throw scanner.bad("'TRUE', 'FALSE' or 'NULL' is missing");
}

/** A message that is no JSON object matches no JSON pattern, whatever the pattern says. */
export const matchesJson = ({ expression }: JsonPattern, root: unknown): boolean =>
  typeof root === 'object' &&
  root !== null &&
  holds(expression, ({ subject, test }) => satisfies(test, select(root, subject)));

const named = { TRUE: true, FALSE: false, NULL: null } as const;

/**
 * "The SELECTOR must point to a value node (string or number) in the JSON. If it points to an array or object, the
 * filter will not be applied": then `!=` is as false as `=`.
 * unverified: the same for a property that doesn't exist, and that with `*` one value is enough; that a boolean is
 * compared as the text `true` or `false`.
 */
function satisfies(test: Condition<Selector>['test'], found: readonly unknown[]): boolean {
  if (test.op === 'not-exists') return found.length === 0;
  if (test.op === 'is') return found.some((value) => value === named[test.what]);
  return found.some((value) => {
    const plain = typeof value === 'boolean' ? String(value) : value;
    return (typeof plain === 'string' || typeof plain === 'number') && compare(plain, test.op, test.value);
  });
}
