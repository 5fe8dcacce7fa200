import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PolicyKind } from '../../policy/index.ts';
import { NameMap } from './names.ts';
import { StoredPolicy } from './stored-policy.ts';
import { Trust } from './trust.ts';

/**
 * Writes any state of the cloud as text and reads it back, references and all: what two things share before, they share
 * after. The state is a graph of nodes: objects, arrays, Map, Set, Date, Uint8Array, and the three classes below.
 *
 * Each line is a JSON array of nodes; the first node is the root. A value inside of a node is itself (text, number,
 * boolean, null), `[n]` for node n, `[]` for undefined, or `["NaN"]`, `["-0"]` and the like.
 */
type Value = string | number | boolean | null | readonly [] | readonly [number] | readonly [string];
type Parts = readonly (string | { readonly id: string })[];
type Node =
  | readonly ['o', Readonly<Record<string, Value>>]
  | readonly ['a', readonly Value[]]
  | readonly ['m', readonly Value[]]
  | readonly ['s', readonly Value[]]
  /** ms */
  | readonly ['d', number]
  | readonly ['b', string]
  /** Deflated. */
  | readonly ['z', string]
  | readonly ['names', readonly (readonly [string, Value])[]]
  | readonly ['policy', string, PolicyKind]
  | readonly ['trust', Parts, string];

const NODES_A_LINE = 512;
/** Bytes that aren't worth deflating. */
const SMALL = 1_024;

/** Yields lines without their ends. Throws TypeError for what isn't plain state, naming where it is: that is a bug. */
export function* writeGraph(root: object): Generator<string> {
  const numbers = new Map<object, number>([[root, 0]]);
  const nodes: object[] = [root];
  const value = (of: unknown, where: string): Value => {
    switch (typeof of) {
      case 'string':
      case 'boolean':
        return of;
      case 'undefined':
        return [];
      case 'number':
        return Number.isFinite(of) && !Object.is(of, -0) ? of : [Object.is(of, -0) ? '-0' : String(of)];
      case 'object': {
        if (of === null) return null;
        let number = numbers.get(of);
        if (number === undefined) {
          number = nodes.length;
          numbers.set(of, number);
          nodes.push(of);
        }
        return [number];
      }
      default:
        throw new TypeError(`state can't hold a ${typeof of} (${where})`);
    }
  };
  // `nodes` grows while it is walked: each new object is written after those that lead to it.
  for (let at = 0; at < nodes.length; ) {
    const line: Node[] = [];
    for (; at < nodes.length && line.length < NODES_A_LINE; at++) line.push(node(nodes[at] as object, value));
    yield JSON.stringify(line);
  }
}

function node(of: object, value: (of: unknown, where: string) => Value): Node {
  if (Array.isArray(of)) return ['a', of.map((item) => value(item, 'array'))];
  if (of instanceof Map)
    return ['m', [...of].flatMap(([key, item]) => [value(key, 'map'), value(item, 'map')])];
  if (of instanceof Set) return ['s', [...of].map((item) => value(item, 'set'))];
  if (of instanceof Date) return ['d', of.getTime()];
  if (of instanceof Uint8Array) return bytesNode(of);
  if (of instanceof NameMap) {
    return ['names', [...of.entries()].map(([name, item]) => [name, value(item, name)] as const)];
  }
  if (of instanceof StoredPolicy) return ['policy', of.text, of.kind];
  if (of instanceof Trust) return ['trust', of.parts, of.shown];
  const prototype: unknown = Object.getPrototypeOf(of);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`state can't hold a ${of.constructor.name}`);
  }
  const members: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [name, member] of Object.entries(of)) members[name] = value(member, name);
  return ['o', members];
}

function bytesNode(bytes: Uint8Array): Node {
  const small = bytes.length < SMALL;
  const packed = small ? Buffer.from(bytes) : deflateRawSync(bytes, { level: 1 });
  return [small ? 'b' : 'z', packed.toString('base64')];
}

/** The graph of `writeGraph`'s lines. Throws SyntaxError for anything else. */
export function readGraph(lines: Iterable<string>): unknown {
  const written: Node[] = [];
  for (const line of lines) for (const one of JSON.parse(line) as Node[]) written.push(one);
  const made = written.map(empty);
  const value = (of: Value): unknown => {
    if (!Array.isArray(of)) return of;
    const [ref] = of as readonly (number | string)[];
    if (ref === undefined) return undefined;
    if (typeof ref === 'string') return Number(ref);
    if (ref >= made.length) throw new SyntaxError(`node ${ref} is missing`);
    return made[ref];
  };
  written.forEach((one, at) => {
    fill(made[at] as object, one, value);
  });
  return made[0];
}

/** A node without what it refers to. */
function empty(of: Node): object {
  switch (of[0]) {
    case 'o':
      return {};
    case 'a':
      return [];
    case 'm':
      return new Map();
    case 's':
      return new Set();
    case 'd':
      return new Date(of[1]);
    case 'b':
      return new Uint8Array(Buffer.from(of[1], 'base64'));
    case 'z':
      return new Uint8Array(inflateRawSync(Buffer.from(of[1], 'base64')));
    case 'names':
      return new NameMap();
    case 'policy':
      return new StoredPolicy(of[1], of[2]);
    case 'trust':
      return Trust.restore(of[1], of[2]);
    default:
      throw new SyntaxError(`unknown node ${JSON.stringify(of).slice(0, 80)}`);
  }
}

function fill(made: object, of: Node, value: (of: Value) => unknown): void {
  switch (of[0]) {
    case 'o':
      for (const [name, member] of Object.entries(of[1])) {
        // Not an assignment: `__proto__` is a name like any other.
        Object.defineProperty(made, name, {
          value: value(member),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
      return;
    case 'a':
      for (const item of of[1]) (made as unknown[]).push(value(item));
      return;
    case 'm':
      for (let i = 0; i + 1 < of[1].length; i += 2) {
        (made as Map<unknown, unknown>).set(value(of[1][i] as Value), value(of[1][i + 1] as Value));
      }
      return;
    case 's':
      for (const item of of[1]) (made as Set<unknown>).add(value(item));
      return;
    case 'names':
      for (const [name, item] of of[1]) (made as NameMap<unknown>).set(name, value(item));
      return;
    default:
  }
}
