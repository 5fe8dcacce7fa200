import { AwsError } from '../../../types.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Properties, Property, ResourceType, Values } from './types.ts';

/** A property that the resource doesn't have, or of the wrong shape. */
export class BadProperties extends AwsError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const tag: Properties = {
  Key: { kind: 'string', required: true },
  Value: { kind: 'string', required: true },
};

/**
 * Checks property values against the type and coerces scalars as CloudFormation does ("3600" is a number where one is
 * wanted). Throws in the words of the resource providers' schema check.
 */
export function checkedValues({ properties }: ResourceType, given: JsonObject): Values {
  const problems: string[] = [];
  const values = members(properties, given, '#', problems);
  const unsupported = Object.keys(given).filter((name) => !Object.hasOwn(properties, name));
  if (unsupported.length > 0) {
    throw new BadProperties(`Encountered unsupported property ${unsupported[0]}`);
  }
  const [first] = problems;
  if (first === undefined) return values;
  throw new BadProperties(`Model validation failed (${problems.slice(0, 10).join('\n')})`);
}

function members(properties: Properties, given: JsonObject, path: string, problems: string[]): Values {
  for (const [name, { required }] of Object.entries(properties)) {
    if (required && !Object.hasOwn(given, name)) problems.push(`${path}: required key [${name}] not found`);
  }
  const values: [string, Json][] = [];
  for (const [name, value] of Object.entries(given)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) {
      // The caller tells of unknown properties of the resource itself in other words.
      if (path !== '#') problems.push(`${path}: extraneous key [${name}] is not permitted`);
      continue;
    }
    values.push([name, coerce(property, value, `${path}/${name}`, problems)]);
  }
  return Object.fromEntries(values);
}

function coerce(property: Property, value: Json, path: string, problems: string[]): Json {
  const wrong = (expected: string): Json => {
    problems.push(`${path}: expected type: ${expected}, found: ${shown(value)}`);
    return value;
  };
  switch (property.kind) {
    case 'string':
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      return typeof value === 'string' ? value : wrong('String');
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : wrong('Number');
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' || value === 'false' ? value === 'true' : wrong('Boolean');
    case 'strings':
      if (!Array.isArray(value)) return wrong('JSONArray');
      return (value as readonly Json[]).map((item, i) =>
        coerce({ kind: 'string' }, item, `${path}/${i}`, problems),
      );
    case 'map':
      return isObject(value) ? value : wrong('JSONObject');
    case 'object':
      if (!isObject(value)) return wrong('JSONObject');
      return property.of === undefined ? value : members(property.of, value, path, problems);
    case 'tags':
    case 'objects': {
      if (!Array.isArray(value)) return wrong('JSONArray');
      const of = property.kind === 'tags' ? tag : property.of;
      return (value as readonly Json[]).map((item, i) => {
        if (isObject(item)) return of === undefined ? item : members(of, item, `${path}/${i}`, problems);
        problems.push(`${path}/${i}: expected type: JSONObject, found: ${shown(item)}`);
        return item;
      });
    }
    default:
      return value;
  }
}

function shown(value: Json): string {
  if (Array.isArray(value)) return 'JSONArray';
  if (value === null) return 'Null';
  return { string: 'String', number: 'Integer', boolean: 'Boolean' }[typeof value as string] ?? 'JSONObject';
}
