import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { AwsError } from '../../types.ts';
import type { Json } from '../events/pattern/index.ts';

/** A message attribute as endpoints see it. */
export interface SentAttribute {
  readonly Type: string;
  readonly Value: string;
}

const invalidValue = (text: string): AwsError => new AwsError('ParameterValueInvalid', text);

/** Checks and converts; throws ParameterValueInvalid ("Amazon SNS message attributes"). */
export function readAttributes(
  given: Readonly<Record<string, MessageAttributeValue>> = {},
): Record<string, SentAttribute> {
  const read: Record<string, SentAttribute> = {};
  for (const [name, { DataType: type, StringValue: text, BinaryValue: bytes }] of Object.entries(given)) {
    if (
      !/^(?!AWS\.|Amazon\.|\.)[A-Za-z0-9_.-]{1,256}$/i.test(name) ||
      name.endsWith('.') ||
      name.includes('..')
    ) {
      throw invalidValue(`The message attribute name '${name}' is invalid.`);
    }
    const [kind] = (type ?? '').split('.');
    if (
      type === undefined ||
      (type !== 'String.Array' && !['String', 'Number', 'Binary'].includes(kind ?? ''))
    ) {
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const value = kind === 'Binary' ? bytes && Buffer.from(bytes).toString('base64') : text;
    if (value === undefined || value === '') {
      throw invalidValue(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    }
    if (kind === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) {
      throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
    }
    read[name] = { Type: type, Value: value };
  }
  return read;
}

/** Attributes as an event that a filter policy is held against. Binary ones can't be filtered by. */
export function filterable(attributes: Readonly<Record<string, SentAttribute>>): Json {
  const event: Record<string, Json> = {};
  for (const [name, { Type, Value }] of Object.entries(attributes)) {
    if (Type.startsWith('Number')) event[name] = Number(Value);
    else if (Type === 'String.Array') event[name] = array(Value);
    else if (Type.startsWith('String')) event[name] = Value;
  }
  return event;
}

function array(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}
