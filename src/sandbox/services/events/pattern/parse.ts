import { BadPattern, exactly, isObject, isOperator, operatorTest } from './operators.ts';
import type { Either, Field, Json, PatternNode, Test } from './types.ts';

export type Parsed =
  | { readonly ok: true; readonly pattern: PatternNode }
  /** In the words of Event Ruler, the library behind EventBridge. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads an event pattern strictly.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parsePattern(text: string): Parsed {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'no JSON' };
  }
  return readPattern(json);
}

export function readPattern(json: Json): Parsed {
  if (!isObject(json)) return { ok: false, reason: 'Filter is not an object' };
  try {
    return { ok: true, pattern: objectNode(json, []) };
  } catch (error) {
    if (error instanceof BadPattern) return { ok: false, reason: error.message };
    throw error;
  }
}

/** More levels than a rule's 4,096 characters hold; a subscription's filter policy may be larger. */
const DEEPEST = 1_000;

function objectNode(json: { readonly [name: string]: Json }, path: readonly string[]): PatternNode {
  if (path.length > DEEPEST) throw new BadPattern('Event pattern is nested too deeply');
  const entries = Object.entries(json);
  if (entries.length === 0) throw new BadPattern('Empty objects are not allowed');
  const fields: Field[] = [];
  const either: Either[] = [];
  for (const [name, value] of entries) {
    const alternatives = name === '$or' ? alternativesOf(value) : undefined;
    if (alternatives !== undefined) either.push(alternatives.map((each) => objectNode(each, path)));
    else fields.push({ name, node: fieldNode(name, value, [...path, name]) });
  }
  return { kind: 'object', fields, either };
}

/** `$or` is one only over two or more objects, none of them a match expression; else it is a field of that name. */
function alternativesOf(value: Json): { readonly [name: string]: Json }[] | undefined {
  if (!Array.isArray(value) || value.length < 2) return undefined;
  const objects = (value as readonly Json[]).filter(isObject);
  if (objects.length !== value.length) return undefined;
  return objects.some((each) => Object.keys(each).some(isOperator)) ? undefined : objects;
}

function fieldNode(name: string, value: Json, path: readonly string[]): PatternNode {
  if (isObject(value)) return objectNode(value, path);
  if (!Array.isArray(value)) throw new BadPattern(`"${name}" must be an object or an array`);
  const items = value as readonly Json[];
  if (items.length === 0) throw new BadPattern('Empty arrays are not allowed');
  const tests: Test[] = [];
  let absent = false;
  for (const item of items) {
    if (Array.isArray(item)) throw new BadPattern('Match value must be String, number, true, false, or null');
    if (!isObject(item)) {
      tests.push(exactly(item));
      continue;
    }
    const [operator = '', operand = null, ...more] = Object.entries(item).flat() as [string, Json, ...Json[]];
    if (operator === '') throw new BadPattern('Empty objects are not allowed');
    if (more.length > 0) throw new BadPattern('Only one key allowed in match expression');
    if (operator !== 'exists') tests.push(operatorTest(operator, operand));
    else if (typeof operand !== 'boolean')
      throw new BadPattern('exists match pattern must be either true or false.');
    else if (operand) tests.push(() => true);
    else absent = true;
  }
  return { kind: 'leaf', tests, absent, path };
}
