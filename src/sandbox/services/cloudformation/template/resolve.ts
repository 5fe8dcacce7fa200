import type { Json, JsonObject } from '../model.ts';
import { zonesOf } from '../zones.ts';
import { cidrBlocks } from './cidr.ts';
import { templateError } from './fail.ts';
import { attributeOf, callOf, ifArguments, subArguments } from './functions.ts';
import { isList, isObject } from './parse.ts';
import { subParts } from './sub.ts';

/** What a template's values are computed from. */
export interface Environment {
  /** Parameter, pseudo parameter or resource; undefined for AWS::NoValue. Throws for what doesn't exist. */
  ref(name: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  importValue(name: string): string;
  readonly mappings: ReadonlyMap<string, JsonObject>;
  readonly region: string;
}

/** Characters that all values of one resource may come to; AWS's own limit for a template is 1 MB. */
const MOST_CHARACTERS = 4_000_000;

/** Computes a value. undefined: AWS::NoValue, which leaves the property or the list's item out. */
export function resolve(value: Json, environment: Environment): Json | undefined {
  let left = MOST_CHARACTERS;
  const spend = <T extends string>(text: T): T => {
    left -= text.length;
    if (left < 0) throw templateError('the values of the template are too large');
    return text;
  };
  const each = (items: readonly Json[]): Json[] => items.map(walk).filter((item) => item !== undefined);
  const walk = (value: Json): Json | undefined => {
    if (isList(value)) return each(value);
    if (!isObject(value)) return value;
    const call = callOf(value);
    if (call !== undefined) return evaluate(call.name, call.argument);
    const members: [string, Json][] = [];
    for (const [key, member] of Object.entries(value)) {
      const resolved = walk(member);
      if (resolved !== undefined) members.push([key, resolved]);
    }
    return Object.fromEntries(members);
  };
  const evaluate = (name: string, argument: Json): Json | undefined => {
    switch (name) {
      case 'Ref':
        if (typeof argument !== 'string') {
          throw templateError('every Ref object must have a single String value.');
        }
        return environment.ref(argument);
      case 'Fn::GetAtt': {
        const { logicalId, attribute } = attributeOf(argument);
        return environment.attribute(logicalId, attribute);
      }
      case 'Fn::If': {
        const [condition, yes, no] = ifArguments(argument);
        return walk(environment.condition(condition) ? yes : no);
      }
      case 'Fn::Sub':
        return sub(argument);
      case 'Fn::Join':
        return join(argument);
      case 'Fn::Split':
        return split(argument);
      case 'Fn::Select':
        return select(argument);
      case 'Fn::FindInMap':
        return findInMap(argument);
      case 'Fn::Base64': {
        const text = textOf(walk(argument));
        if (text === undefined)
          throw templateError('every Fn::Base64 object must have a String-typed value.');
        return spend(Buffer.from(text).toString('base64'));
      }
      case 'Fn::ImportValue': {
        const exported = textOf(walk(argument));
        if (exported === undefined) {
          throw templateError('the attribute in Fn::ImportValue must be a string');
        }
        return spend(environment.importValue(exported));
      }
      case 'Fn::GetAZs': {
        const region = textOf(walk(argument));
        return [...zonesOf(region === undefined || region === '' ? environment.region : region)];
      }
      case 'Fn::Cidr':
        return cidrBlocks(isList(argument) ? each(argument) : []);
      default:
        throw templateError(`${name} is not supported here`);
    }
  };
  const sub = (argument: Json): string => {
    const { text, variables } = subArguments(argument);
    let result = '';
    for (const part of subParts(text)) {
      if (part.kind === 'text') {
        result += spend(part.text);
        continue;
      }
      const own = Object.hasOwn(variables, part.name) ? variables[part.name] : undefined;
      const dot = part.name.indexOf('.');
      const value =
        own !== undefined
          ? walk(own)
          : dot < 0
            ? environment.ref(part.name)
            : environment.attribute(part.name.slice(0, dot), part.name.slice(dot + 1));
      const shown = textOf(value);
      if (shown === undefined) {
        throw templateError(`Fn::Sub expression does not resolve to a string: ${part.name}`);
      }
      result += spend(shown);
    }
    return result;
  };
  const join = (argument: Json): string => {
    const [delimiter, items] = isList(argument) && argument.length === 2 ? argument : [];
    const list = items === undefined ? undefined : walk(items);
    if (typeof delimiter !== 'string' || !isList(list)) {
      throw templateError(
        'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
      );
    }
    return list
      .map((item, i) => {
        const text = textOf(item);
        if (text === undefined) throw templateError('Fn::Join can only join strings');
        return spend(i === 0 ? text : delimiter + text);
      })
      .join('');
  };
  const split = (argument: Json): Json => {
    const [delimiter, source] = isList(argument) && argument.length === 2 ? argument : [];
    const text = source === undefined ? undefined : textOf(walk(source));
    if (typeof delimiter !== 'string' || delimiter === '' || text === undefined) {
      throw templateError(
        'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
      );
    }
    return spend(text).split(delimiter);
  };
  const select = (argument: Json): Json | undefined => {
    const [at, items] = isList(argument) && argument.length === 2 ? argument : [];
    const list = items === undefined ? undefined : walk(items);
    const index = Number(at === undefined ? Number.NaN : textOf(walk(at)));
    if (!isList(list) || !Number.isInteger(index)) {
      throw templateError(
        'every Fn::Select object requires two parameters, the index and the list of values, and the index has to be a number',
      );
    }
    const value = list[index];
    if (index < 0 || value === undefined) {
      throw templateError(`Fn::Select  cannot select nonexistent value at index ${index}`);
    }
    return value;
  };
  const findInMap = (argument: Json): Json => {
    const names = isList(argument) && argument.length === 3 ? argument.map((a) => textOf(walk(a))) : [];
    const [map, first, second] = names;
    if (map === undefined || first === undefined || second === undefined) {
      throw templateError(
        'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
      );
    }
    const rows = environment.mappings.get(map);
    const row = rows !== undefined && Object.hasOwn(rows, first) ? rows[first] : undefined;
    const value = isObject(row) && Object.hasOwn(row, second) ? row[second] : undefined;
    if (value === undefined) throw templateError(`Unable to get mapping for ${map}::${first}::${second}`);
    spend(typeof value === 'string' ? value : JSON.stringify(value));
    return value;
  };
  return walk(value);
}

/** CloudFormation's text of a scalar; undefined for lists, objects and nothing. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
