/** A JSON value with its place: half-open UTF-16 offsets into the text. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonScalar;

export interface JsonObject {
  readonly type: 'object';
  /** A list, not a record: duplicate keys and `__proto__` keep their places and can harm nothing. */
  readonly members: readonly JsonMember[];
  readonly start: number;
  readonly end: number;
}

export interface JsonMember {
  readonly key: JsonString;
  readonly value: JsonNode;
}

export interface JsonArray {
  readonly type: 'array';
  readonly items: readonly JsonNode[];
  readonly start: number;
  readonly end: number;
}

export interface JsonString {
  readonly type: 'string';
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Numbers and booleans keep what was written (`raw`), since AWS coerces them to that text. */
export interface JsonScalar {
  readonly type: 'number' | 'boolean' | 'null';
  readonly raw: string;
  readonly start: number;
  readonly end: number;
}

const names: Record<JsonNode['type'], string> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

/** `a list`: for messages. */
export const describeNode = (node: JsonNode): string => names[node.type];
