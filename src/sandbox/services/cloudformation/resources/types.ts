import { AwsError } from '../../../types.ts';
import type { Json, JsonObject } from '../model.ts';

/** What a property may hold. `json` takes anything (policy documents). */
export type Kind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'json'
  | 'strings'
  | 'tags'
  | 'object'
  | 'objects'
  | 'map';

export interface Property {
  readonly kind: Kind;
  readonly required?: true;
  /** What a change does; without it the resource is updated in place. */
  readonly update?: 'replace' | 'conditional';
  /** Members of an object or of a list's objects; without them any. */
  readonly of?: Readonly<Record<string, Property>>;
  /** Can't be read back, so that it takes no part in drift detection. */
  readonly writeOnly?: true;
}

export type Properties = Readonly<Record<string, Property>>;
/** Property values, checked and coerced to their kinds. */
export type Values = JsonObject;
export type Answer = Readonly<Record<string, unknown>>;

/** What a handler works with: one resource of one stack, and the credentials of the operation. */
export interface ResourceContext {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** Of the stack: they go to every resource that takes tags. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly previousTags: readonly { readonly Key: string; readonly Value: string }[];
  readonly now: number;
  /** Calls AWS with the operation's credentials. Throws AwsError. */
  api(service: string, operation: string, input: Readonly<Record<string, unknown>>): Answer;
  /** The same; undefined when the answer is one of the codes. */
  apiUnless(
    codes: readonly string[],
    service: string,
    operation: string,
    input: Readonly<Record<string, unknown>>,
  ): Answer | undefined;
  /** `stack-Logical-1A2B3C4D5E6F`, cut to a length. */
  generatedName(longest: number): string;
  /** Tells the physical id as soon as there is something to clean up, should a later call fail. */
  made(physicalId: string): void;
  /** What the caller has acknowledged: nested stacks are made with the same. */
  readonly capabilities: readonly string[];
  /** The deletion has been tried before, and was busy. */
  readonly again: boolean;
  /** Nested stacks: runs the pending operation to its end; status and reason. */
  finishStack(stackId: string): {
    readonly status: string;
    readonly reason?: string;
    readonly outputs: JsonObject;
  };
  /** Stack sets: runs the operation to its end; status and reason. */
  finishStackSet(
    stackSetId: string,
    operationId: string,
  ): { readonly status: string; readonly reason?: string } | undefined;
}

/** A deletion that something else has to end first: the handler is called again a little later. */
export class Busy extends AwsError {
  constructor(what: string) {
    super('OperationInProgressException', `${what} is in progress`, 409);
  }
}

export interface Made {
  readonly physicalId: string;
  /** For Fn::GetAtt. */
  readonly attributes?: JsonObject;
}

/** One resource type: its properties, and the API calls that make, change, remove and read it. */
export interface ResourceType {
  readonly type: string;
  readonly properties: Properties;
  readonly attributes?: readonly string[];
  /** The property with a custom name, which two resources can't have at a time. */
  readonly nameProperty?: string;
  create(values: Values, context: ResourceContext): Made;
  /** Answers the attributes after the change. Absent: every change replaces. */
  update?(
    physicalId: string,
    values: Values,
    before: Values,
    context: ResourceContext,
  ): JsonObject | undefined;
  remove(physicalId: string, values: Values, context: ResourceContext): void;
  /**
   * What the properties are now, of which drift detection compares those that the template sets; undefined: the
   * resource is gone. Absent: the type doesn't support drift detection.
   */
  read?(physicalId: string, values: Values, context: ResourceContext): JsonObject | undefined;
  /** Attributes of an imported resource. */
  attributesOf?(physicalId: string, values: Values, context: ResourceContext): JsonObject;
}

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const list = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : [];
export const objects = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : [];

/** A policy document as APIs take it: text. */
export const documentText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? {});

/** The named members that are there. */
export const pick = (values: Values, ...names: readonly string[]): Record<string, Json> =>
  Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));

export const same = (a: Json | undefined, b: Json | undefined): boolean => canonical(a) === canonical(b);

/** JSON text with sorted keys. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, v]) => `${JSON.stringify(key)}:${canonical(v)}`).join(',')}}`;
}
