import { compileGlob } from '../../base/index.ts';
import { matchCodes } from '../pattern.ts';
import { expandCodes, parseTemplate, type Template, variablesOf } from '../template.ts';
import type { CompiledValues, Family, Operator, ValueScope, ValueTest } from './family.ts';

/** Cuts at the first five colons; undefined when there are fewer. */
function sixParts(text: string): string[] | undefined {
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; i < 5; i++) {
    const colon = text.indexOf(':', at);
    if (colon === -1) return undefined;
    parts.push(text.slice(at, colon));
    at = colon + 1;
  }
  parts.push(text.slice(at));
  return parts;
}

const never: ValueTest = () => false;

function fixed(pattern: string): ValueTest {
  // unverified: a lone `*` is no ARN; we take it for "any value", as people who write it mean.
  if (pattern === '*') return () => true;
  const tests = sixParts(pattern)?.map((part) => compileGlob(part));
  if (tests === undefined) return never;
  return (value) => {
    const parts = sixParts(value);
    return parts?.every((part, i) => tests[i]?.(part)) ?? false;
  };
}

const COLON = 58;

/** Variables are filled in first, then the whole is cut at its colons. */
function dynamic(template: Template): ValueTest {
  return (value, slots) => {
    const codes = expandCodes(template, slots);
    const parts = sixParts(value);
    if (codes === undefined || parts === undefined) return false;
    let at = 0;
    for (let i = 0; i < 5; i++) {
      const colon = codes.indexOf(COLON, at);
      if (colon === -1 || !matchCodes(codes.slice(at, colon), parts[i] ?? '')) return false;
      at = colon + 1;
    }
    return matchCodes(codes.slice(at), parts[5] ?? '');
  };
}

function like(values: readonly string[], scope: ValueScope): CompiledValues {
  const templates: Template[] = [];
  const tests = values.map((value) => {
    const template = parseTemplate(value, scope.version, scope.keys);
    if (template.parts.every((part) => part.kind === 'text')) return fixed(value);
    if (template.dynamic) templates.push(template);
    return dynamic(template);
  });
  const test: ValueTest = (value, slots) => {
    for (const one of tests) if (one(value, slots)) return true;
    return false;
  };
  if (templates.length === 0) return { test };
  return { test, ...variablesOf(templates) };
}

const operator = (negated: boolean): Operator => ({ negated, compile: like });

/**
 * "ARN condition operators": case-sensitive, each of the six colon-delimited parts on its own, wildcards in all four
 * (ArnEquals and ArnLike behave identically).
 */
export const arnOperators: Family = {
  ArnEquals: operator(false),
  ArnLike: operator(false),
  ArnNotEquals: operator(true),
  ArnNotLike: operator(true),
};
