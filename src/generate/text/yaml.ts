import { Document, isScalar, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';

/** A CloudFormation function in its short form: `!Ref X`, `!Sub text`, `!Equals [a, b]`. */
class Tagged {
  readonly tag: string;
  readonly value: string | readonly YamlValue[];
  constructor(tag: string, value: string | readonly YamlValue[]) {
    this.tag = tag;
    this.value = value;
  }
}

export type YamlValue =
  | string
  | number
  | boolean
  | null
  | Tagged
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

export const ref = (name: string): Tagged => new Tagged('!Ref', name);
/** `text` may hold `${Parameter}`; a user's own `${` must be written `${!` by the caller (see subLiteral). */
export const sub = (text: string): Tagged => new Tagged('!Sub', text);
export const getAtt = (path: string): Tagged => new Tagged('!GetAtt', path);
export const fn = (name: string, ...args: readonly YamlValue[]): Tagged => new Tagged(`!${name}`, args);
export const subLiteral = (text: string): string => text.replaceAll('${', () => '${!');

// Words that stay what they are in YAML 1.1 and 1.2, in every reader. All other strings are quoted:
// `2012-10-17` is a date, `0123` octal and `on` a boolean in YAML 1.1, which CloudFormation reads.
const PLAIN = /^[A-Za-z][A-Za-z0-9_.:/()-]*(?: [A-Za-z0-9_.:/()-]+)*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
const isPlain = (text: string): boolean => PLAIN.test(text) && !WORDS.test(text) && !/:(?: |$)/.test(text);

/** Canonical YAML: block style, no line folding, no anchors. `comment` becomes the lines above it. */
export function printYaml(value: YamlValue, comment = ''): string {
  const document = new Document(undefined, { aliasDuplicateObjects: false });
  document.contents = node(value, document) as Document['contents'];
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && !isPlain(scalar.value))
        scalar.type = /[\p{C}\u2028\u2029\ufeff]/u.test(scalar.value)
          ? Scalar.QUOTE_DOUBLE
          : Scalar.QUOTE_SINGLE;
    },
  });
  const head =
    comment === ''
      ? ''
      : comment
          .split('\n')
          .map((line) => `# ${line}`.trimEnd())
          .join('\n')
          .concat('\n');
  return `${head}${document.toString({ lineWidth: 0 })}`;
}

function node(value: YamlValue, document: Document): unknown {
  if (value instanceof Tagged) return taggedNode(value, document);
  if (Array.isArray(value)) {
    const seq = new YAMLSeq();
    seq.items = value.map((item: YamlValue) => node(item, document));
    return seq;
  }
  if (value !== null && typeof value === 'object') {
    const map = new YAMLMap<unknown, unknown>();
    for (const [key, v] of Object.entries(value)) map.set(document.createNode(key), node(v, document));
    return map;
  }
  return document.createNode(value);
}

function taggedNode({ tag, value }: Tagged, document: Document): unknown {
  const made = typeof value === 'string' ? new Scalar(value) : (node(value, document) as YAMLSeq);
  if (!isScalar(made)) made.flow = true;
  made.tag = tag;
  return made;
}
