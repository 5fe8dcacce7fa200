import type { Json } from '../model.ts';
import { evaluateCondition } from './conditions.ts';
import { formatError, invalid } from './fail.ts';
import { callOf } from './functions.ts';
import type { Template } from './model.ts';
import { parameterValue } from './parameters.ts';
import { isList, isObject } from './parse.ts';
import { textOf } from './resolve.ts';

/**
 * Asserts the template's Rules against parameter values; throws ValidationError for the first that fails.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export function checkRules(template: Template, texts: Readonly<Record<string, string>>): void {
  const value = (name: string): Json => {
    const parameter = template.parameters.get(name);
    const text = texts[name];
    if (parameter === undefined || text === undefined) {
      throw formatError(`Rules may reference parameters only, not ${name}`);
    }
    return parameterValue(parameter, text);
  };
  const listOf = (json: Json): readonly Json[] => {
    const call = isObject(json) ? callOf(json) : undefined;
    if (call?.name === 'Ref' && typeof call.argument === 'string') {
      const found = value(call.argument);
      return isList(found) ? found : [found];
    }
    if (call?.name === 'Fn::RefAll' && typeof call.argument === 'string') {
      const type = call.argument;
      return [...template.parameters.values()].filter((p) => p.type === type).map((p) => value(p.name));
    }
    return isList(json) ? json.map(scalar) : [scalar(json)];
  };
  const scalar = (json: Json): Json => {
    const call = isObject(json) ? callOf(json) : undefined;
    if (call === undefined) return json;
    if (call.name === 'Ref' && typeof call.argument === 'string') return value(call.argument);
    throw formatError(`${call.name} is not supported in Rules`);
  };
  const texted = (json: Json) => listOf(json).map((item) => textOf(item) ?? '');
  const functions = (name: string, argument: Json): boolean | undefined => {
    if (!['Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn'].includes(name)) return undefined;
    const [a, b] = isList(argument) ? argument : [];
    if (a === undefined || b === undefined) throw formatError(`${name} requires two arguments`);
    const [left, right] = [texted(a), texted(b)];
    if (name === 'Fn::EachMemberEquals') return left.every((item) => item === right[0]);
    if (name === 'Fn::EachMemberIn') return left.every((item) => right.includes(item));
    return right.every((item) => left.includes(item));
  };
  const none = (name: string): boolean => {
    throw formatError(`Rules can't use the condition ${name}`);
  };
  const test = (json: Json) => evaluateCondition(json, none, scalar, functions);
  for (const [name, rule] of template.rules) {
    const { RuleCondition: when, Assertions: assertions } = rule;
    if (!isList(assertions)) throw formatError(`Rule ${name} must contain Assertions.`);
    if (when !== undefined && !test(when)) continue;
    for (const assertion of assertions) {
      if (!isObject(assertion) || assertion.Assert === undefined) {
        throw formatError(`Every assertion of rule ${name} must contain an Assert.`);
      }
      if (test(assertion.Assert)) continue;
      const description = textOf(assertion.AssertDescription);
      // unverified: the words around the description.
      throw invalid(
        `Template error: Rule '${name}' failed${description === undefined ? '' : `: ${description}`}`,
      );
    }
  }
}
