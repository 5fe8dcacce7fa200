import type { ConditionClause, PolicyVersion } from '../../policy/index.ts';
import type { AuthRequest, ContextValue, Principal } from '../types.ts';

/*
 * The slow, obvious evaluator, part 1: one statement's elements. Written for reading against AWS's pages, with other
 * means than the engine's (regular expressions, BigInt, Date.parse); it shares no code with it.
 */

export type Lookup = (key: string) => ContextValue | undefined;

/** A request's context: first spelling wins, empty lists are absent, then what follows from the principal. */
export function lookupOf(request: AuthRequest): Lookup {
  return (key) => {
    const wanted = key.toLowerCase();
    for (const [name, value] of Object.entries(request.context))
      if (
        name.toLowerCase() === wanted &&
        value !== undefined &&
        value.length + (typeof value === 'string' ? 1 : 0) > 0
      )
        return value;
    return implied(wanted, request);
  };
}

function implied(
  key: string,
  { principal: p, resource, resourceAccount }: AuthRequest,
): ContextValue | undefined {
  const name = p.type === 'user' ? p.arn.split('/').at(-1) : undefined;
  const rootArn = p.type === 'root' ? `arn:${p.partition}:iam::${p.accountId}:root` : undefined;
  switch (key) {
    case 'aws:principalarn':
      if (p.type === 'role-session') return p.roleArn;
      return p.type === 'user' || p.type === 'federated-user' ? p.arn : rootArn;
    case 'aws:principalaccount':
      return accountOf(p);
    case 'aws:principaltype':
      if (p.type === 'user') return 'User';
      if (p.type === 'role-session') return 'AssumedRole';
      if (p.type === 'federated-user') return 'FederatedUser';
      if (p.type === 'root') return 'Account';
      return p.type === 'anonymous' ? 'Anonymous' : undefined;
    case 'aws:userid':
      if (p.type === 'user') return p.id;
      if (p.type === 'role-session') return `${p.roleId}:${p.sessionName}`;
      if (p.type === 'federated-user') return `${p.accountId}:${p.name}`;
      if (p.type === 'root') return p.accountId;
      return p.type === 'anonymous' ? 'anonymous' : undefined;
    case 'aws:username':
      return name;
    case 'aws:principalisawsservice':
      return p.type === 'anonymous' ? undefined : String(p.type === 'service');
    case 'aws:resourceaccount':
      return resourceAccount ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):./.exec(resource)?.[1];
    default:
      return undefined;
  }
}

export const accountOf = (p: Principal): string | undefined =>
  p.type === 'user' || p.type === 'role-session' || p.type === 'federated-user' || p.type === 'root'
    ? p.accountId
    : undefined;

const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const wild = (text: string): string =>
  quote(text).replaceAll('\\*', '[\\s\\S]*').replaceAll('\\?', '[\\s\\S]');

/** Policy text as the source of a regular expression; undefined when a variable has no value. */
function toRegex(text: string, version: PolicyVersion, look: Lookup, wildcards: boolean): string | undefined {
  const plain = wildcards ? wild : quote;
  if (version !== '2012-10-17') return plain(text);
  let missing = false;
  const source = text
    .split(/(\$\{[^}]*\})/)
    .map((piece, i) => {
      if (i % 2 === 0) return plain(piece);
      const inner = piece.slice(2, -1);
      if (inner === '*' || inner === '?' || inner === '$') return quote(inner);
      const [, key, fallback] = /^\s*([^,]*?)\s*(?:,\s*'([\s\S]*)'\s*)?$/.exec(inner) ?? [];
      const value = look(key ?? inner) ?? fallback;
      if (typeof value !== 'string') missing = true;
      return quote(typeof value === 'string' ? value : '');
    })
    .join('');
  return missing ? undefined : source;
}

export function globs(
  pattern: string,
  text: string,
  version: PolicyVersion,
  look: Lookup,
  wildcards = true,
): boolean {
  const source = toRegex(pattern, version, look, wildcards);
  return source !== undefined && new RegExp(`^(?:${source})$`, 'u').test(text);
}

/** Is the variable in the resource part of the ARN, behind the fifth colon? */
export const variablesInPlace = (pattern: string, version: PolicyVersion): boolean => {
  const first = version === '2012-10-17' ? pattern.search(/\$\{(?![*?$]\})[^}]*\}/) : -1;
  return first === -1 || pattern.slice(0, first).split(':').length > 5;
};

function arnMatches(pattern: string, value: string, version: PolicyVersion, look: Lookup): boolean {
  if (pattern === '*') return true;
  const source = toRegex(pattern, version, look, true);
  const six = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):([\s\S]*)$/;
  const wanted = source === undefined ? null : six.exec(source);
  const have = six.exec(value);
  if (wanted === null || have === null) return false;
  return [1, 2, 3, 4, 5, 6].every((i) => new RegExp(`^(?:${wanted[i]})$`, 'u').test(have[i] ?? ''));
}

const number = (text: string): number | undefined =>
  /^[-+]?\d+(\.\d+)?(e\d)?$/.test(text) ? Number(text) : undefined;
const date = (text: string): number | undefined => {
  if (/^\d{5,}$/.test(text)) return Number(text) * 1000;
  const shape = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/.test(text);
  const ms = shape ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};
const bool = (text: string): string | undefined =>
  /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;

function bits(ip: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(ip)) {
    const octets = ip.split('.').map(Number);
    return octets.every((o) => o < 256)
      ? octets.map((o) => o.toString(2).padStart(8, '0')).join('')
      : undefined;
  }
  if (!/^[0-9a-f:]+$/i.test(ip)) return undefined;
  const [head = '', tail] = ip.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const gap = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(gap).fill('0'), ...groups(tail ?? '')];
  return all.length === 8
    ? all.map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0')).join('')
    : undefined;
}

function inNetwork(network: string, ip: string): boolean {
  const [base = '', length] = network.split('/');
  const a = bits(base);
  const b = bits(ip);
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  const n = length === undefined ? a.length : Number(length);
  return a.slice(0, n) === b.slice(0, n);
}

function compare<T>(a: T | undefined, b: T | undefined, holds: (a: T, b: T) => boolean): boolean {
  return a !== undefined && b !== undefined && holds(a, b);
}

/** Does one request value match one policy value, the operator's negation aside? */
function one(operator: string, value: string, wanted: string, version: PolicyVersion, look: Lookup): boolean {
  const family = operator.replace('Not', '');
  switch (family) {
    case 'StringEquals':
      return globs(wanted, value, version, look, false);
    case 'StringEqualsIgnoreCase': {
      const source = toRegex(wanted, version, look, false);
      return (
        source !== undefined && new RegExp(`^(?:${source.toLowerCase()})$`, 'u').test(value.toLowerCase())
      );
    }
    case 'StringLike':
      return globs(wanted, value, version, look);
    case 'ArnEquals':
    case 'ArnLike':
      return arnMatches(wanted, value, version, look);
    case 'Bool':
      return compare(bool(value), bool(wanted), (a, b) => a === b);
    case 'BinaryEquals':
      return value === wanted;
    case 'IpAddress':
      return inNetwork(wanted, value);
    default: {
      const parse = family.startsWith('Date') ? date : number;
      const order: Record<string, (a: number, b: number) => boolean> = {
        Equals: (a, b) => a === b,
        LessThan: (a, b) => a < b,
        LessThanEquals: (a, b) => a <= b,
        GreaterThan: (a, b) => a > b,
        GreaterThanEquals: (a, b) => a >= b,
      };
      const holds = order[family.replace(/^(Date|Numeric)/, '')];
      return holds !== undefined && compare(parse(value), parse(wanted), holds);
    }
  }
}

/** One operator on one key. */
export function clauseHolds(clause: ConditionClause, version: PolicyVersion, look: Lookup): boolean {
  const value = look(clause.key);
  const wanted = clause.values.map((v) => v.value);
  if (clause.operator === 'Null') {
    const none = value === undefined || (typeof value !== 'string' && value.every((v) => v === ''));
    return wanted.some((w) => bool(w) === String(none));
  }
  const negated = clause.operator.includes('Not');
  if (value === undefined) {
    if (clause.ifExists) return true;
    if (clause.qualifier !== undefined) return clause.qualifier === 'ForAllValues';
    return negated;
  }
  const values = typeof value === 'string' ? [value] : value;
  const positive = (v: string) => wanted.some((w) => one(clause.operator, v, w, version, look));
  const matches = (v: string) => (negated ? !positive(v) : positive(v));
  if (clause.qualifier === undefined) return negated ? !values.some(positive) : values.some(positive);
  const empty = values.every((v) => v === '');
  return clause.qualifier === 'ForAllValues'
    ? empty || values.every(matches)
    : !empty && values.some(matches);
}
