import type { Scanner } from './scan.ts';
import type { Condition, Expression } from './types.ts';

/** `() > && > ||` over conditions of one kind. */
export function readExpression<S>(scanner: Scanner, condition: () => Condition<S>): Expression<S> {
  const either = (): Expression<S> => {
    const parts = [both()];
    while (next('||')) parts.push(both());
    return parts.length === 1 ? (parts[0] as Expression<S>) : { any: parts };
  };
  const both = (): Expression<S> => {
    const parts = [unit()];
    while (next('&&')) parts.push(unit());
    return parts.length === 1 ? (parts[0] as Expression<S>) : { all: parts };
  };
  const unit = (): Expression<S> => {
    if (!next('(')) return condition();
    const inner = either();
    if (!next(')')) throw scanner.bad("')' is missing");
    return inner;
  };
  const next = (text: string): boolean => {
    scanner.skipSpace();
    return scanner.take(text);
  };
  return either();
}

/** Whether an expression holds, given how one condition is tested. */
export function holds<S>(expression: Expression<S>, test: (condition: Condition<S>) => boolean): boolean {
  if ('all' in expression) return expression.all.every((part) => holds(part, test));
  if ('any' in expression) return expression.any.some((part) => holds(part, test));
  return test(expression);
}

/** The conditions of an expression, from left to right. */
export function conditions<S>(expression: Expression<S>): readonly Condition<S>[] {
  if ('all' in expression) return expression.all.flatMap(conditions);
  if ('any' in expression) return expression.any.flatMap(conditions);
  return [expression];
}
