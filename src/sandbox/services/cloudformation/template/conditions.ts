import type { Json } from '../model.ts';
import { formatError, templateError } from './fail.ts';
import { callOf } from './functions.ts';
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
  const known = new Map<string, boolean | 'evaluating'>();
  const named = (name: string): boolean => {
    const before = known.get(name);
    if (before === 'evaluating') throw formatError(`Found circular condition dependency with ${name}`);
    if (before !== undefined) return before;
    const value = conditions.get(name);
    if (value === undefined) throw formatError(`Unresolved condition dependency ${name}`);
    known.set(name, 'evaluating');
    const result = test(value);
    known.set(name, result);
    return result;
  };
  const test = (value: Json): boolean => evaluateCondition(value, named, resolveValue);
  return named;
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
