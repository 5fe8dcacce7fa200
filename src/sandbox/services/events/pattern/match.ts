import type { Json, PatternNode } from './types.ts';

/**
 * Does the event match? Fields that the pattern doesn't mention are ignored. Of an array any element may match, but
 * fields inside of one element must match together ("Arrays in Amazon EventBridge event patterns"; Event Ruler calls
 * it array consistency).
 */
export const matches = (pattern: PatternNode, event: Json): boolean => fits(pattern, event, event);

function fits(node: PatternNode, value: Json | undefined, event: Json): boolean {
  if (node.kind === 'leaf') {
    if (node.absent && !hasLeaf(event, node.path)) return true;
    return value !== undefined && someScalar(value, (scalar) => node.tests.some((test) => test(scalar)));
  }
  const whole = (object: Json | undefined): boolean =>
    node.fields.every(({ name, node: inner }) => fits(inner, member(object, name), event)) &&
    node.either.every((alternatives) => alternatives.some((each) => fits(each, object, event)));
  if (!Array.isArray(value)) return whole(value);
  const objects = elements(value);
  return objects.length === 0 ? whole(undefined) : objects.some(whole);
}

const member = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, Json>>)[name]
    : undefined;

/** What an array holds, arrays in it opened too. Without recursion: an event may nest as deep as it is long. */
function elements(array: readonly Json[]): Json[] {
  const found: Json[] = [];
  const left: Json[] = [array];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) left.push(value[i] as Json);
    else found.push(value);
  }
  return found;
}

function someScalar(value: Json, test: (scalar: null | boolean | number | string) => boolean): boolean {
  const all = Array.isArray(value) ? elements(value) : [value];
  return all.some((each) => (typeof each !== 'object' || each === null) && test(each));
}

/** `exists` looks at leaves only: "Exists matching only works on leaf nodes". */
function hasLeaf(event: Json, path: readonly string[]): boolean {
  let level: Json[] = [event];
  for (const name of path) {
    level = level.flatMap((value) => {
      const found = member(value, name);
      return found === undefined ? [] : Array.isArray(found) ? elements(found) : [found];
    });
  }
  return level.some((value) => typeof value !== 'object' || value === null);
}
