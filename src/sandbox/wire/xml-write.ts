import type { Member, Shape, StructureShape } from './shape.ts';
import { isRecord, type TimestampStyle, writeScalar } from './values.ts';

// Control characters (\p{Cc}) by their ranges: without the flag `u`, which makes it twice as slow.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML can't hold
const special = /[&<>"'\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same
const eachSpecial = /[&<>"'\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Escapes text for elements and attributes. Characters that XML 1.0 can't hold at all become U+FFFD. */
export const escapeXml = (text: string): string =>
  special.test(text) ? text.replace(eachSpecial, escapeOne) : text;

function escapeOne(c: string): string {
  switch (c) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&#39;';
    case '\n':
    case '\t':
      return c;
    case '\r':
      return '&#xD;';
    default:
      // U+0080–U+009F are legal in XML 1.0, the other controls and the two non-characters are not.
      return c >= '\u0080' && c <= '\u009f' ? c : '\uFFFD';
  }
}

/** The members of a structure, in the model's order; absent ones are left out. */
export function writeMembers(
  shape: StructureShape,
  value: Record<string, unknown>,
  style: TimestampStyle,
  only?: (member: Member) => boolean,
): string {
  let xml = '';
  for (const member of shape.members) {
    const v = value[member.name];
    if (v === undefined || v === null || only?.(member) === false) continue;
    if (shape.attributes.length > 0 && shape.attributes.includes(member)) continue;
    xml += writeMember(member, v, style);
  }
  return xml;
}

function writeMember(member: Member, value: unknown, style: TimestampStyle): string {
  const { shape, xmlName } = member;
  if (member.flattened && shape.kind === 'list') {
    return items(value)
      .map((item) => element(xmlName, shape.member.shape, item, style))
      .join('');
  }
  return element(xmlName, shape, value, style);
}

function element(name: string, shape: Shape, value: unknown, style: TimestampStyle): string {
  const { open, close } = tagsOf(name);
  if (shape.kind === 'structure' && shape.attributes.length > 0 && isRecord(value)) {
    return `<${name}${writeAttributes(shape, value)}>${content(shape, value, style)}${close}`;
  }
  return open + content(shape, value, style) + close;
}

interface Tags {
  readonly open: string;
  readonly close: string;
}

/** By name: of those there are no more than the models have. */
const tags = new Map<string, Tags>();

function tagsOf(name: string): Tags {
  let known = tags.get(name);
  if (known === undefined) {
    known = { open: `<${name}>`, close: `</${name}>` };
    tags.set(name, known);
  }
  return known;
}

/** The only modelled attribute is S3's `xsi:type` of a grantee, whose prefix must be declared beside it. */
function writeAttributes(shape: StructureShape, value: Record<string, unknown>): string {
  let text = '';
  for (const { name, xmlName } of shape.attributes) {
    if (value[name] === undefined) continue;
    if (xmlName.startsWith('xsi:')) text += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
    text += ` ${xmlName}="${escapeXml(String(value[name]))}"`;
  }
  return text;
}

/** What stands between a value's tags. */
export function content(shape: Shape, value: unknown, style: TimestampStyle): string {
  switch (shape.kind) {
    case 'structure':
      return isRecord(value) ? writeMembers(shape, value, style) : '';
    case 'list':
      return items(value)
        .map((item) => element(shape.member.xmlName, shape.member.shape, item, style))
        .join('');
    case 'map':
      return Object.entries(isRecord(value) ? value : {})
        .map(
          ([key, item]) =>
            `<entry><${shape.key.xmlName}>${escapeXml(key)}</${shape.key.xmlName}>${element(shape.value.xmlName, shape.value.shape, item, style)}</entry>`,
        )
        .join('');
    default:
      return escapeXml(writeScalar(shape, value, style));
  }
}

const items = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.filter((item) => item !== undefined && item !== null) : [];
