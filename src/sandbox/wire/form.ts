import { AwsError } from '../types.ts';
import type { ListShape, MapShape, Member, OperationShape, Shape, StructureShape } from './shape.ts';
import { eachPair, lowerFirst, upperFirst } from './text.ts';
import { emptyMap, malformed, readScalar } from './values.ts';

/** Form parameters as a tree: `Tags.member.1.Key=a` is Tags → member → 1 → Key. */
interface Node {
  value?: string;
  children?: Map<string, Node>;
}

/** Deeper than any modelled request; a bound against hostile keys. */
const DEEPEST = 24;

/** The parameters of a query call, by name; throws MalformedQueryString. */
export function readParameters(query: string, body: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const before = parameters.size;
    parameters.set(name, value);
    if (parameters.size === before) throw badQuery(`Duplicate parameter: ${name.slice(0, 128)}`);
  };
  if (!eachPair(query, add) || !eachPair(body, add))
    throw badQuery('The query string contains a syntax error.');
  return parameters;
}

const badQuery = (message: string): AwsError => new AwsError('MalformedQueryString', message, 404);

/** awsQuery and ec2Query differ in how members are named and lists are laid out. */
export interface FormStyle {
  name(member: Member): string;
  /** ec2Query: `InstanceId.1`; awsQuery: `Tags.member.1`. */
  readonly flatLists: boolean;
  /** EC2 refuses parameters it doesn't know; the others ignore them. */
  readonly strict: boolean;
}

export const queryStyle: FormStyle = { name: (m) => m.xmlName, flatLists: false, strict: false };

/** ec2Query: the ec2QueryName, or the XML name with a capital (Smithy: "AWS EC2 query protocol"). */
export const ec2Style: FormStyle = {
  name: ({ traits, xmlName }) =>
    typeof traits['ec2QueryName'] === 'string' ? traits['ec2QueryName'] : upperFirst(xmlName),
  flatLists: true,
  strict: true,
};

const isProtocols = (name: string): boolean =>
  name === 'Action' || name === 'Version' || name.startsWith('X-Amz-');

/** Decodes a form into an operation's input. */
export function readForm(
  operation: OperationShape,
  parameters: ReadonlyMap<string, string>,
  style: FormStyle,
): Record<string, unknown> {
  let nested = style.strict;
  for (const name of parameters.keys()) nested ||= name.includes('.');
  if (!nested) return flatStructure(operation.input, parameters, style);
  const root = new Map<string, Node>();
  for (const [name, value] of parameters) {
    if (!isProtocols(name)) place(root, name, value);
  }
  if (style.strict) refuseUnknown(operation.input, root, style);
  return structure(operation.input, root, style, '');
}

/** A form without dots, as most are, needs no tree. */
function flatStructure(
  shape: StructureShape,
  parameters: ReadonlyMap<string, string>,
  style: FormStyle,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    const name = style.name(member);
    const text = parameters.get(name);
    if (text === undefined || isProtocols(name)) continue;
    value[member.name] = decode(member.shape, { value: text }, style, join('', member.name));
  }
  return value;
}

function place(root: Map<string, Node>, name: string, value: string): void {
  if (!name.includes('.')) {
    const known = root.get(name);
    if (known === undefined) root.set(name, { value });
    else known.value = value;
    return;
  }
  const parts = name.split('.');
  if (parts.length > DEEPEST) throw malformed(`Parameter name is nested too deeply: ${name.slice(0, 128)}`);
  let level = root;
  let node: Node = {};
  for (const [i, part] of parts.entries()) {
    const known = level.get(part);
    node = known ?? {};
    if (known === undefined) level.set(part, node);
    if (i < parts.length - 1) {
      node.children ??= new Map();
      level = node.children;
    }
  }
  node.value = value;
}

function refuseUnknown(shape: StructureShape, root: ReadonlyMap<string, Node>, style: FormStyle): void {
  const known = new Set(shape.members.map(style.name));
  for (const name of root.keys()) {
    if (!known.has(name))
      throw new AwsError('UnknownParameter', `The parameter ${name} is not recognized`, 400);
  }
}

function structure(
  shape: StructureShape,
  nodes: ReadonlyMap<string, Node>,
  style: FormStyle,
  path: string,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    const node = nodes.get(style.name(member));
    if (node !== undefined) value[member.name] = decode(member.shape, node, style, join(path, member.name));
  }
  return value;
}

const join = (path: string, name: string): string =>
  path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;

function decode(shape: Shape, node: Node, style: FormStyle, path: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return structure(shape, node.children ?? new Map(), style, path);
    case 'list':
      return list(shape, node, style, path);
    case 'map':
      return map(shape, node, style, path);
    default:
      if (node.value === undefined) throw malformed(`Unexpected nested parameter at '${path}'`);
      return readScalar(shape, node.value, path);
  }
}

function list(shape: ListShape, node: Node, style: FormStyle, path: string): unknown[] {
  const holder = style.flatLists ? node : node.children?.get(shape.member.xmlName);
  return numbered(holder, path).map(([n, item]) =>
    decode(shape.member.shape, item, style, `${path}.${n}.member`),
  );
}

/** `1, 2, 10` in number order; anything else under a list is malformed. */
function numbered(node: Node | undefined, path: string): [number, Node][] {
  if (node?.children === undefined) return [];
  const entries: [number, Node][] = [];
  for (const [name, item] of node.children) {
    if (!/^[1-9]\d{0,5}$/.test(name)) throw malformed(`'${name.slice(0, 64)}' is no list index at '${path}'`);
    entries.push([Number(name), item]);
  }
  return entries.sort(([a], [b]) => a - b);
}

function map(shape: MapShape, node: Node, style: FormStyle, path: string): Record<string, unknown> {
  const value = emptyMap();
  for (const [, entry] of numbered(node.children?.get('entry'), path)) {
    const key = entry.children?.get(shape.key.xmlName)?.value;
    const item = entry.children?.get(shape.value.xmlName);
    if (key === undefined || item === undefined) throw malformed(`Incomplete map entry at '${path}'`);
    value[key] = decode(shape.value.shape, item, style, `${path}.${key}`);
  }
  return value;
}
