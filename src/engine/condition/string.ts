import { compileGlob } from '../../base/index.ts';
import { matchCodes } from '../pattern.ts';
import { expandCodes, expandText, parseTemplate, type Template, variablesOf } from '../template.ts';
import type { CompiledValues, Family, Operator, ValueScope, ValueTest } from './family.ts';

/** Exact text; `fold` takes away what the comparison ignores. */
function equals(
  values: readonly string[],
  scope: ValueScope,
  fold: (text: string) => string,
): CompiledValues {
  const fixed = new Set<string>();
  const dynamic: Template[] = [];
  for (const value of values) {
    const template = parseTemplate(value, scope.version, scope.keys);
    if (template.dynamic) dynamic.push(template);
    else fixed.add(fold(expandText(template, []) ?? value));
  }
  const only = fixed.size === 1 ? [...fixed][0] : undefined;
  const inFixed: ValueTest =
    only !== undefined ? (value) => fold(value) === only : (value) => fixed.has(fold(value));
  if (dynamic.length === 0) return { test: inFixed };
  return {
    test: (value, slots) => {
      if (inFixed(value, slots)) return true;
      for (const template of dynamic) {
        const text = expandText(template, slots);
        if (text !== undefined && fold(text) === fold(value)) return true;
      }
      return false;
    },
    ...variablesOf(dynamic),
  };
}

function like(values: readonly string[], scope: ValueScope): CompiledValues {
  const dynamic: Template[] = [];
  const tests = values.map((value): ValueTest => {
    const template = parseTemplate(value, scope.version, scope.keys);
    if (template.parts.every((part) => part.kind === 'text')) return compileGlob(value);
    if (!template.dynamic) {
      const codes = expandCodes(template, []) ?? [];
      return (text) => matchCodes(codes, text);
    }
    dynamic.push(template);
    return (text, slots) => {
      const codes = expandCodes(template, slots);
      return codes !== undefined && matchCodes(codes, text);
    };
  });
  const test: ValueTest = (value, slots) => {
    for (const one of tests) if (one(value, slots)) return true;
    return false;
  };
  if (dynamic.length === 0) return { test };
  return { test, ...variablesOf(dynamic) };
}

const asIs = (text: string): string => text;
const lower = (text: string): string => text.toLowerCase();

const exact = (negated: boolean, fold: (text: string) => string): Operator => ({
  negated,
  compile: (values, scope) => equals(values, scope, fold),
});
const glob = (negated: boolean): Operator => ({ negated, compile: like });

/** "String condition operators": wildcards only in the Like pair, case only ignored where the name says so. */
export const stringOperators: Family = {
  StringEquals: exact(false, asIs),
  StringNotEquals: exact(true, asIs),
  StringEqualsIgnoreCase: exact(false, lower),
  StringNotEqualsIgnoreCase: exact(true, lower),
  StringLike: glob(false),
  StringNotLike: glob(true),
};
