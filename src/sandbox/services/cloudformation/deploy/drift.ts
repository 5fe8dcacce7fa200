import type { Json, JsonObject, PropertyDifference, ResourceDrift, StackResource } from '../model.ts';
import { canonical, same } from '../resources/types.ts';
import { checkedValues } from '../resources/values.ts';
import { contextOf } from './context.ts';
import type { Run } from './run.ts';
import { typeOf } from './single.ts';

/**
 * Compares what a resource is with what its template says; properties that the template leaves out are not looked at.
 * undefined: the type doesn't support it. Throws AwsError when the resource can't be read.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export function driftOf(run: Run, resource: StackResource): ResourceDrift | undefined {
  const type = typeOf(resource.type);
  if (type.read === undefined || resource.physicalId === undefined) return undefined;
  const tags = run.stack.recipe?.tags ?? [];
  const context = contextOf(run, resource.logicalId, () => undefined, { now: tags, previous: tags });
  const values = checkedValues(type, resource.properties);
  const actual = type.read(resource.physicalId, values, context);
  const compared = Object.keys(values).filter((name) => type.properties[name]?.writeOnly !== true);
  const part = (of: JsonObject): JsonObject =>
    Object.fromEntries(
      compared.flatMap((name) => {
        const value = of[name];
        return value === undefined ? [] : [[name, name === 'Tags' ? own(value, tags) : parsed(value)]];
      }),
    );
  const expected = part(values);
  if (actual === undefined) {
    return { status: 'DELETED', differences: [], expected: canonical(run.shown(expected)), at: run.now };
  }
  const real = part(actual);
  const differences: PropertyDifference[] = [];
  compare(normal(expected, ''), normal(real, ''), '', differences);
  return {
    status: differences.length === 0 ? 'IN_SYNC' : 'MODIFIED',
    differences: differences.map((one) => ({
      ...one,
      ExpectedValue: run.shown(one.ExpectedValue),
      ActualValue: run.shown(one.ActualValue),
    })),
    expected: canonical(run.shown(expected)),
    actual: canonical(run.shown(real)),
    at: run.now,
  };
}

/** The resource's own tags: the stack's are on it too. */
function own(value: Json, stackTags: readonly { readonly Key: string }[]): Json {
  const tags = Array.isArray(value) ? (value as readonly JsonObject[]) : [];
  return tags.filter((tag) => !stackTags.some(({ Key }) => Key === tag.Key)) as Json;
}

/** Policy documents compare as JSON, whether they are written as text or not. */
function parsed(value: Json): Json {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

const setLike = new Set(['Action', 'NotAction', 'Resource', 'NotResource', 'AWS', 'Service', 'Federated']);

/** Policies in the form that IAM gives them: a list of one is that one, an account is its root ARN. */
function normal(value: Json, key: string): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => normal(item, key));
    const [only] = items;
    return only !== undefined && items.length === 1 && setLike.has(key) ? only : items;
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normal(member, name)]));
  }
  return key === 'AWS' && typeof value === 'string' && /^\d{12}$/.test(value)
    ? `arn:aws:iam::${value}:root`
    : value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compare(expected: Json, actual: Json | undefined, path: string, found: PropertyDifference[]): void {
  if (actual !== undefined && same(expected, actual)) return;
  if (isObject(expected) && isObject(actual)) {
    for (const [key, value] of Object.entries(expected)) {
      compare(value, Object.hasOwn(actual, key) ? actual[key] : undefined, `${path}/${key}`, found);
    }
    for (const [key, value] of Object.entries(actual)) {
      if (!Object.hasOwn(expected, key)) found.push(note(`${path}/${key}`, undefined, value));
    }
    return;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    compareLists(expected as readonly Json[], actual as readonly Json[], path, found);
    return;
  }
  // "3600" and 3600, a single action and a list of it are the same to the services.
  if (scalarText(expected) !== undefined && scalarText(expected) === scalarText(actual)) return;
  if (same([expected].flat() as Json, [actual ?? null].flat() as Json)) return;
  found.push(note(path, expected, actual));
}

/** Lists of services are sets: order doesn't matter. */
function compareLists(
  expected: readonly Json[],
  actual: readonly Json[],
  path: string,
  found: PropertyDifference[],
): void {
  const left = actual.map((value) => ({ value, taken: false }));
  const missing: [number, Json][] = [];
  for (const [i, value] of expected.entries()) {
    const twin = left.find((one) => !one.taken && same(one.value, value));
    if (twin === undefined) missing.push([i, value]);
    else twin.taken = true;
  }
  const extra = left.flatMap(({ value, taken }, i) => (taken ? [] : [[i, value] as const]));
  // What has the same name is the same thing changed.
  for (const [i, value] of missing) {
    const at = extra.findIndex(([, other]) => nameOf(other) !== undefined && nameOf(other) === nameOf(value));
    const [twin] = at < 0 ? [] : extra.splice(at, 1);
    if (twin === undefined) found.push(note(`${path}/${i}`, value, undefined));
    else compare(value, twin[1], `${path}/${i}`, found);
  }
  for (const [i, value] of extra) found.push(note(`${path}/${i}`, undefined, value));
}

function nameOf(value: Json): string | undefined {
  if (!isObject(value)) return undefined;
  const { PolicyName, Key, Id, Sid } = value;
  return scalarText(PolicyName ?? Key ?? Id ?? Sid);
}

const scalarText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

const shown = (value: Json | undefined): string =>
  value === undefined ? 'null' : (scalarText(value) ?? canonical(value));

const note = (
  PropertyPath: string,
  expected: Json | undefined,
  actual: Json | undefined,
): PropertyDifference => ({
  PropertyPath,
  ExpectedValue: shown(expected),
  ActualValue: shown(actual),
  DifferenceType: expected === undefined ? 'ADD' : actual === undefined ? 'REMOVE' : 'NOT_EQUAL',
});
