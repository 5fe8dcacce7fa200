import { AwsError } from '../types.ts';
import type { OperationShape, Shape, StructureShape } from './shape.ts';
import { emptyMap, isRecord, toBytes } from './values.ts';

const serialization = (message: string): AwsError => new AwsError('SerializationException', message, 400);

/** Decodes an awsJson body into an operation's input; unknown members are ignored, wrong types refused. */
export function readJson(operation: OperationShape, body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw serialization('The request body is not valid JSON.');
  }
  if (!isRecord(value)) throw serialization('Unexpected token: the body must be a JSON object.');
  return readStructure(operation.input, value);
}

/** Holds a value's members to the model. */
export const readStructure = (
  shape: StructureShape,
  value: Record<string, unknown>,
): Record<string, unknown> => structure(shape, value, '');

function structure(
  shape: StructureShape,
  value: Record<string, unknown>,
  path: string,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const v = Object.hasOwn(value, member.name) ? value[member.name] : undefined;
    if (v === undefined || v === null) continue;
    result[member.name] = decode(member.shape, v, path === '' ? member.name : `${path}.${member.name}`);
  }
  return result;
}

function decode(shape: Shape, value: unknown, path: string): unknown {
  switch (shape.kind) {
    case 'structure':
      if (!isRecord(value)) throw wrong(value, 'structure', path);
      return structure(shape, value, path);
    case 'list':
      if (!Array.isArray(value)) throw wrong(value, 'list', path);
      return value
        .filter((item) => item !== null)
        .map((item: unknown, i) => decode(shape.member.shape, item, `${path}.${i}`));
    case 'map': {
      if (!isRecord(value)) throw wrong(value, 'map', path);
      const result = emptyMap();
      for (const [key, item] of Object.entries(value)) {
        if (item !== null) result[key] = decode(shape.value.shape, item, `${path}.${key}`);
      }
      return result;
    }
    case 'number':
    case 'boolean':
    case 'string':
      if (typeof value !== shape.kind) throw wrong(value, shape.kind, path);
      return value;
    case 'timestamp':
      if (typeof value !== 'number' || !(Math.abs(value) <= 8.64e12)) throw wrong(value, 'timestamp', path);
      return new Date(value * 1000);
    case 'blob':
      if (typeof value !== 'string') throw wrong(value, 'blob', path);
      return Buffer.from(value, 'base64');
    default:
      return value;
  }
}

const kindOf = (value: unknown): string =>
  Array.isArray(value)
    ? 'LIST_VALUE'
    : isRecord(value)
      ? 'STRUCTURE_VALUE'
      : `${typeof value}_value`.toUpperCase();

const wrong = (value: unknown, type: string, path: string): AwsError =>
  serialization(`${kindOf(value)} can not be converted to a ${type} at '${path}'`);

/** Output as JSON: modelled members only, timestamps as epoch seconds, blobs as base64. */
export const writeJson = (shape: StructureShape | undefined, output: Record<string, unknown>): string =>
  shape === undefined ? '{}' : JSON.stringify(encodeStructure(shape, output));

function encodeStructure(shape: StructureShape, value: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const v = value[member.name];
    if (v !== undefined && v !== null) result[member.name] = encode(member.shape, v);
  }
  return result;
}

function encode(shape: Shape, value: unknown): unknown {
  if (shape.kind === 'structure') return isRecord(value) ? encodeStructure(shape, value) : {};
  if (shape.kind === 'list')
    return Array.isArray(value) ? value.map((v) => encode(shape.member.shape, v)) : [];
  if (shape.kind === 'map') {
    const entries = Object.entries(isRecord(value) ? value : {});
    return Object.fromEntries(entries.map(([key, v]) => [key, encode(shape.value.shape, v)]));
  }
  if (value instanceof Date) return value.getTime() / 1000;
  return shape.kind === 'blob' ? toBytes(value).toString('base64') : value;
}
