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

/** AWS's placeholder for values that only the execution of a change set tells. */
export const UNKNOWN = '{{changeSet:KNOWN_AFTER_APPLY}}';
const isUnknown = (value: Json | undefined): boolean => typeof value === 'string' && value.includes(UNKNOWN);

/** Characters that all values of one template may come to; AWS's own limit for a template is 1 MB. */
const MOST_CHARACTERS = 4_000_000;
/** What it counts as to compute a function, however short its value is. */
const FUNCTION = 16;
/** What the values of a template have come to, by the environment in which they are computed. */
const spent = new WeakMap<Environment, { sum: number }>();

const sizeOf = (value: Json | undefined): number =>
  typeof value === 'string'
    ? value.length
    : isList(value)
      ? value.reduce<number>((n, v) => n + 1 + sizeOf(v), 0)
      : 1;

/** Computes a value. undefined: AWS::NoValue, which leaves the property or the list's item out. */
export function resolve(value: Json, environment: Environment): Json | undefined {
  const so = spent.get(environment) ?? { sum: 0 };
  spent.set(environment, so);
  const spend = <T extends Json | undefined>(what: T): T => {
    so.sum += sizeOf(what);
    if (so.sum > MOST_CHARACTERS) throw templateError('the values of the template are too large');
    return what;
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
    so.sum += FUNCTION;
    switch (name) {
      case 'Ref':
        if (typeof argument !== 'string') {
          throw templateError('every Ref object must have a single String value.');
        }
        return spend(environment.ref(argument));
      case 'Fn::GetAtt': {
        const { logicalId, attribute, named } = attributeOf(argument);
        const name = named === undefined ? attribute : textOf(walk(named));
        return spend(environment.attribute(logicalId, name ?? ''));
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
        if (region === undefined) throw templateError('Fn::GetAZs must have a String-typed region.');
        return [...zonesOf(region === '' ? environment.region : region)];
      }
      case 'Fn::Cidr': {
        const given = isList(argument) ? each(argument) : [];
        return given.some(isUnknown) ? [UNKNOWN] : spend(cidrBlocks(given));
      }
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
    if (typeof delimiter === 'string' && isUnknown(list)) return UNKNOWN;
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
    const at = text.indexOf(UNKNOWN);
    if (at < 0) return spend(text).split(delimiter);
    // Into how many parts a value falls that nobody knows yet isn't known either: it is the last one here.
    const [last = '', ...before] = text.slice(0, at).split(delimiter).reverse();
    return [...before.reverse(), `${last}${UNKNOWN}`];
  };
  const select = (argument: Json): Json | undefined => {
    const [at, items] = isList(argument) && argument.length === 2 ? argument : [];
    const list = items === undefined ? undefined : walk(items);
    const index = Number(at === undefined ? Number.NaN : textOf(walk(at)));
    if (isUnknown(list)) return UNKNOWN;
    if (!isList(list) || !Number.isInteger(index)) {
      throw templateError(
        'every Fn::Select object requires two parameters, the index and the list of values, and the index has to be a number',
      );
    }
    const value = list[index];
    if (index >= 0 && value === undefined && list.some(isUnknown)) return UNKNOWN;
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
    return spend(value);
  };
  return walk(value);
}

/** CloudFormation's text of a scalar; undefined for lists, objects and nothing. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
