import { AwsError } from '../types.ts';
import type { Shape, StructureShape } from './shape.ts';
import { emptyMap, readScalar } from './values.ts';

/** One element of a request body; attributes are only kept where a model has them (xsi:type of grants). */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

const DEEPEST = 32;
const token =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

/**
 * Reads a request body. No DTDs, so no entities but the five of XML: nothing can be expanded or fetched.
 * Throws MalformedXML.
 */
export function readXml(text: string): XmlElement {
  const stack: XmlElement[] = [];
  let root: XmlElement | undefined;
  token.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) throw malformedXml();
    const [, cdata, closing, name, attributes, empty, plain] = match;
    const top = stack.at(-1);
    if (cdata !== undefined || plain !== undefined) {
      if (top !== undefined) top.text += cdata ?? decodeEntities(plain ?? '');
      else if (cdata !== undefined || (plain ?? '').trim() !== '') throw malformedXml();
    } else if (name !== undefined && closing === '/') {
      if (top?.name !== local(name) || empty === '/') throw malformedXml();
      stack.pop();
    } else if (name !== undefined) {
      const element = {
        name: local(name),
        attributes: readAttributes(attributes ?? ''),
        children: [],
        text: '',
      };
      if (top !== undefined) top.children.push(element);
      else if (root === undefined) root = element;
      else throw malformedXml();
      if (empty !== '/') stack.push(element);
      if (stack.length > DEEPEST) throw malformedXml();
    }
  }
  if (root === undefined || stack.length > 0) throw malformedXml();
  return root;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single] of text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (name !== undefined && name !== '__proto__') attributes[name] = decodeEntities(double ?? single ?? '');
  }
  return attributes;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,8}));|&/g, (_, hex, decimal, name) => {
    if (typeof name === 'string') {
      const char = Object.hasOwn(entities, name) ? entities[name] : undefined;
      if (char === undefined) throw malformedXml();
      return char;
    }
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    if (Number.isNaN(code) || code > 0x10ffff || code === 0) throw malformedXml();
    return String.fromCodePoint(code);
  });
}

/** Decodes an element by its shape; elements that the model doesn't know are ignored. */
export function decodeXml(shape: Shape, element: XmlElement, path: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return decodeMembers(shape, element, path);
    case 'list':
      return element.children
        .filter((c) => c.name === shape.member.xmlName)
        .map((c, i) => decodeXml(shape.member.shape, c, `${path}.${i + 1}`));
    case 'map': {
      const value = emptyMap();
      for (const entry of element.children) {
        const key = entry.children.find((c) => c.name === shape.key.xmlName);
        const item = entry.children.find((c) => c.name === shape.value.xmlName);
        if (key === undefined || item === undefined) throw malformedXml();
        value[key.text] = decodeXml(shape.value.shape, item, `${path}.${key.text}`);
      }
      return value;
    }
    default:
      if (element.children.length > 0) throw malformedXml();
      return readScalar(shape, element.text, path);
  }
}

function decodeMembers(shape: StructureShape, element: XmlElement, path: string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    const at = path === '' ? member.name : `${path}.${member.name}`;
    if (member.traits['xmlAttribute'] !== undefined) {
      const text = element.attributes[member.xmlName];
      if (text !== undefined) value[member.name] = text;
      continue;
    }
    const found = element.children.filter((c) => c.name === member.xmlName);
    const first = found[0];
    if (first === undefined) continue;
    const memberShape = member.shape;
    if (member.flattened && memberShape.kind === 'list') {
      value[member.name] = found.map((c, i) => decodeXml(memberShape.member.shape, c, `${at}.${i + 1}`));
    } else {
      if (found.length > 1) throw malformedXml();
      value[member.name] = decodeXml(memberShape, first, at);
    }
  }
  return value;
}
