import type { Json } from '../model.ts';
import { formatError, templateError } from './fail.ts';
import { callOf, collect, noMentions } from './functions.ts';
import { isList, isObject } from './parse.ts';
import { textOf } from './resolve.ts';

/**
 * Evaluates a template's conditions, each when it is first asked for.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function evaluateConditions(
  conditions: ReadonlyMap<string, Json>,
  resolveValue: (value: Json) => Json | undefined,
): (name: string) => boolean {
  const known = new Map<string, boolean>();
  const named = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    // Those that it hangs on come first: a chain of thousands would end JavaScript's stack.
    for (const [one, value] of needed(conditions, name, known)) {
      known.set(one, evaluateCondition(value, named, resolveValue));
    }
    return known.get(name) === true;
  };
  return named;
}

/**
 * A condition and all that it hangs on and that isn't known yet, each after those that it mentions. Throws
 * ValidationError for a cycle.
 */
function needed(
  conditions: ReadonlyMap<string, Json>,
  name: string,
  known: ReadonlyMap<string, boolean>,
): readonly [string, Json][] {
  const order = new Map<string, Json>();
  const open = new Map<string, string[]>();
  const path: string[] = [];
  const enter = (one: string): void => {
    const value = conditions.get(one);
    if (value === undefined) throw formatError(`Unresolved condition dependency ${one}`);
    if (open.has(one)) throw formatError(`Found circular condition dependency with ${one}`);
    open.set(one, [...collect(value, noMentions(), undefined, true).conditions]);
    path.push(one);
  };
  enter(name);
  for (let one = path.at(-1); one !== undefined; one = path.at(-1)) {
    const next = open.get(one)?.pop();
    if (next === undefined) {
      path.pop();
      open.delete(one);
      order.set(one, conditions.get(one) ?? null);
    } else if (!order.has(next) && !known.has(next)) enter(next);
  }
  return [...order];
}

/** One condition expression. `functions` answers functions that only some sections have (Rules). */
export function evaluateCondition(
  value: Json,
  named: (name: string) => boolean,
  resolveValue: (value: Json) => Json | undefined,
  functions?: (name: string, argument: Json) => boolean | undefined,
): boolean {
  const test = (value: Json): boolean => {
    if (!isObject(value)) {
      const text = textOf(value)?.toLowerCase();
      if (text === 'true' || text === 'false') return text === 'true';
      throw formatError('Every Condition must be a condition function.');
    }
    if (typeof value.Condition === 'string' && Object.keys(value).length === 1) return named(value.Condition);
    const call = callOf(value);
    if (call === undefined) throw formatError('Every Condition must be a condition function.');
    const { name, argument } = call;
    const own = functions?.(name, argument);
    if (own !== undefined) return own;
    const list = isList(argument) ? argument : [];
    switch (name) {
      case 'Fn::Equals': {
        const [a, b] = list;
        if (a === undefined || b === undefined || list.length !== 2) {
          throw templateError('Fn::Equals requires a list argument with two elements');
        }
        return same(resolveValue(a), resolveValue(b));
      }
      case 'Fn::Not':
        if (list.length !== 1 || list[0] === undefined) {
          throw templateError('Fn::Not requires a list argument with one element');
        }
        return !test(list[0]);
      case 'Fn::And':
      case 'Fn::Or': {
        if (list.length < 2 || list.length > 10) {
          throw templateError(`${name} requires a list argument with 2 to 10 elements`);
        }
        const results = list.map(test);
        return name === 'Fn::And' ? results.every(Boolean) : results.some(Boolean);
      }
      default:
        throw templateError(`${name} is not a condition function`);
    }
  };
  return test(value);
}

/** Scalars compare as text: `true` equals `"true"`. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  const [left, right] = [textOf(a), textOf(b)];
  if (left !== undefined || right !== undefined) return left === right;
  return JSON.stringify(a) === JSON.stringify(b);
}
