import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, Scalar } from 'yaml';
import type { Json } from '../model.ts';
import { formatError, templateError } from './fail.ts';

/** Deeper templates are refused before anything recursive walks them. */
export const MOST_LEVELS = 120;

const withPrefix = new Set([
  'Base64',
  'Cidr',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Select',
  'Split',
  'Sub',
  'And',
  'Equals',
  'Not',
  'Or',
  'Transform',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'RefAll',
  'ValueOf',
  'ValueOfAll',
  'Length',
  'ToJsonString',
  'ForEach',
]);

/**
 * Reads YAML as CloudFormation does: 1.1, without aliases, dates are text, short forms of functions become long ones.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 */
export function parseYaml(text: string): Json {
  const document = read(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const at = error.linePos?.[0];
    throw formatError(
      `YAML not well-formed.${at === undefined ? '' : ` (line ${at.line}, column ${at.col})`}`,
    );
  }
  return document.contents === null ? null : convert(document.contents, 0);
}

/** Where a text stops being JSON, for the error: JSON is YAML, and YAML's reader has positions. */
export function whereBroken(text: string): string {
  const at = read(text).errors[0]?.linePos?.[0];
  return at === undefined ? '' : ` (line ${at.line}, column ${at.col})`;
}

function read(text: string) {
  try {
    // `silent` would also keep silent of a second document.
    return parseDocument(text, { schema: 'failsafe', merge: false, prettyErrors: true, logLevel: 'error' });
  } catch {
    // The composer recurses; a hostile nesting exhausts its stack.
    throw formatError('YAML not well-formed.');
  }
}

/** "The binary, omap, pairs, set, and timestamp tags" aren't supported. */
const unsupported = /^(!!|tag:yaml\.org,2002:)(binary|omap|pairs|set|timestamp)$/;

function convert(node: Node | null, level: number): Json {
  if (level > MOST_LEVELS) throw formatError('the template is nested too deeply.');
  if (node === null) return null;
  if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
    throw templateError('YAML aliases are not allowed in CloudFormation templates');
  }
  const value = untagged(node, level);
  const { tag } = node;
  if (tag !== undefined && unsupported.test(tag)) throw formatError(`YAML not well-formed. (tag ${tag})`);
  if (tag === undefined || !tag.startsWith('!') || tag.startsWith('!!')) return value;
  return longForm(tag.slice(1), value);
}

function untagged(node: Node, level: number): Json {
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [
        keyText(key as Node | null),
        convert(value as Node | null, level + 1),
      ]),
    );
  }
  if (isSeq(node)) return node.items.map((item) => convert(item as Node | null, level + 1));
  if (isScalar(node)) return scalar(node);
  throw formatError('unsupported structure.');
}

function keyText(key: Node | null): string {
  if (!isScalar(key)) throw formatError('unsupported structure.');
  if (key.anchor !== undefined) {
    throw templateError('YAML aliases are not allowed in CloudFormation templates');
  }
  return String(key.source ?? key.value ?? '');
}

function scalar(node: Scalar): Json {
  const text = String(node.source ?? node.value ?? '');
  if (node.type !== Scalar.PLAIN || node.tag === '!!str' || node.tag === 'tag:yaml.org,2002:str') {
    return String(node.value ?? '');
  }
  if (/^(~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text)) return false;
  // What a number can't give back letter by letter (an account id with leading zeros, 1_000, 0x1F) stays text.
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) && String(Number(text)) === text)
    return Number(text);
  return String(node.value ?? text);
}

function longForm(name: string, value: Json): Json {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  if (withPrefix.has(name)) return { [`Fn::${name}`]: value };
  throw formatError(`YAML not well-formed. (unknown tag !${name.slice(0, 64)})`);
}
