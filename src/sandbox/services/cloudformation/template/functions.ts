import type { Json, JsonObject } from '../model.ts';
import { formatError, templateError } from './fail.ts';
import { isObject } from './parse.ts';
import { subParts } from './sub.ts';

/** Functions of properties and outputs. */
export const valueFunctions = new Set([
  'Ref',
  'Fn::Base64',
  'Fn::Cidr',
  'Fn::FindInMap',
  'Fn::GetAtt',
  'Fn::GetAZs',
  'Fn::If',
  'Fn::ImportValue',
  'Fn::Join',
  'Fn::Select',
  'Fn::Split',
  'Fn::Sub',
]);
export const conditionFunctions = new Set(['Fn::And', 'Fn::Equals', 'Fn::Not', 'Fn::Or', 'Condition']);
const languageExtensions = new Set(['Fn::Length', 'Fn::ToJsonString', 'Fn::ForEach']);

/** `{ name, argument }` of a function call; undefined for any other value. Throws for functions that don't exist. */
export function callOf(value: JsonObject): { readonly name: string; readonly argument: Json } | undefined {
  const keys = Object.keys(value);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined) return undefined;
  const [extension] = name.split('::').slice(0, 2).join('::') === 'Fn::ForEach' ? ['Fn::ForEach'] : [name];
  if (languageExtensions.has(extension ?? name)) {
    throw templateError(
      `${extension} needs the transform AWS::LanguageExtensions, which this sandbox does not run`,
    );
  }
  if (name === 'Fn::Transform') {
    throw formatError('Fn::Transform calls a macro, and this sandbox runs none');
  }
  if (keys.length > 1) {
    // A property that happens to be called Ref.
    if (name === 'Ref') return undefined;
    throw templateError(`every ${name} object must have exactly one member, found [${keys.join(', ')}]`);
  }
  return { name, argument: value[name] ?? null };
}

/** What a value mentions, in all branches. */
export interface Mentions {
  readonly refs: Set<string>;
  /** An attribute that a parameter names is ''. */
  readonly attributes: { readonly logicalId: string; readonly attribute: string; readonly by: string }[];
  readonly conditions: Set<string>;
  readonly maps: Set<string>;
  readonly functions: Set<string>;
}

export const noMentions = (): Mentions => ({
  refs: new Set(),
  attributes: [],
  conditions: new Set(),
  maps: new Set(),
  functions: new Set(),
});

/** `branch` picks the argument of Fn::If to follow; without it both are. */
export function collect(
  value: Json,
  into: Mentions,
  branch?: (condition: string) => boolean,
  inCondition = false,
): Mentions {
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) collect(item, into, branch, inCondition);
    return into;
  }
  if (!isObject(value)) return into;
  if (inCondition && typeof value.Condition === 'string' && Object.keys(value).length === 1) {
    into.conditions.add(value.Condition);
    return into;
  }
  const call = callOf(value);
  if (call === undefined) {
    for (const member of Object.values(value)) collect(member, into, branch, inCondition);
    return into;
  }
  const { name, argument } = call;
  into.functions.add(name);
  if (name === 'Ref') {
    if (typeof argument !== 'string') {
      throw templateError('every Ref object must have a single String value.');
    }
    into.refs.add(argument);
  } else if (name === 'Fn::GetAtt') {
    const { logicalId, attribute, named } = attributeOf(argument);
    if (named !== undefined) collect(named, into, branch);
    into.attributes.push({ logicalId, attribute, by: name });
  } else if (name === 'Fn::Sub') {
    collectSub(argument, into, branch);
  } else if (name === 'Fn::If') {
    collectIf(argument, into, branch, inCondition);
  } else {
    if (name === 'Fn::FindInMap' && Array.isArray(argument) && typeof argument[0] === 'string') {
      into.maps.add(argument[0]);
    }
    const members = conditionFunctions.has(name) || inCondition;
    collect(argument, into, branch, members);
  }
  return into;
}

function collectIf(
  argument: Json,
  into: Mentions,
  branch: ((condition: string) => boolean) | undefined,
  inCondition: boolean,
): void {
  const [condition, yes, no] = ifArguments(argument);
  into.conditions.add(condition);
  if (branch === undefined || branch(condition)) collect(yes, into, branch, inCondition);
  if (branch === undefined || !branch(condition)) collect(no, into, branch, inCondition);
}

function collectSub(
  argument: Json,
  into: Mentions,
  branch: ((condition: string) => boolean) | undefined,
): void {
  const { text, variables } = subArguments(argument);
  for (const part of subParts(text)) {
    if (part.kind !== 'variable' || Object.hasOwn(variables, part.name)) continue;
    const dot = part.name.indexOf('.');
    if (dot < 0) into.refs.add(part.name);
    else {
      into.attributes.push({
        logicalId: part.name.slice(0, dot),
        attribute: part.name.slice(dot + 1),
        by: 'Fn::Sub',
      });
    }
  }
  for (const value of Object.values(variables)) collect(value, into, branch);
}

/**
 * `named`: the Ref that tells the attribute ("For the Fn::GetAtt attribute name, you can use the Ref function").
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
 */
export function attributeOf(argument: Json): { logicalId: string; attribute: string; named?: Json } {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0) return { logicalId: argument.slice(0, dot), attribute: argument.slice(dot + 1) };
  } else if (Array.isArray(argument) && argument.length >= 2) {
    const [logicalId, ...rest] = argument as readonly Json[];
    if (typeof logicalId === 'string' && rest.every((part) => typeof part === 'string')) {
      return { logicalId, attribute: rest.join('.') };
    }
    const [named] = rest;
    const isRef = isObject(named) && callOf(named)?.name === 'Ref' && rest.length === 1;
    if (typeof logicalId === 'string' && isRef) return { logicalId, attribute: '', named };
  }
  throw templateError(
    'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );
}

export function ifArguments(argument: Json): readonly [string, Json, Json] {
  if (!Array.isArray(argument) || argument.length !== 3) {
    throw templateError('Fn::If requires a list argument with three parameters');
  }
  const [condition, yes = null, no = null] = argument as readonly Json[];
  if (typeof condition !== 'string') {
    throw templateError("Fn::If's first argument must be the name of a condition");
  }
  return [condition, yes, no];
}

export function subArguments(argument: Json): { text: string; variables: JsonObject } {
  const [text, variables] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument, {}];
  const pair = !Array.isArray(argument) || argument.length === 2;
  if (typeof text !== 'string' || !isObject(variables) || !pair) {
    throw templateError(
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    );
  }
  return { text, variables };
}
