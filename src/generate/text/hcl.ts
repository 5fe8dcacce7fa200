/**
 * A small HCL printer whose output `terraform fmt -check` accepts.
 *
 * INVARIANT: a string prints as itself, whatever it contains: `${` and `%{` never become templates.
 * Interpolation happens only through `template`, references only through `raw`.
 */
export type HclValue =
  | string
  | number
  | boolean
  | null
  | HclRaw
  | HclTemplate
  | HclCall
  | readonly HclValue[]
  | { readonly [key: string]: HclValue };

/** An expression as it stands: `var.region`. Never built from a user's text. */
class HclRaw {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

class HclTemplate {
  readonly parts: readonly (string | HclRaw)[];
  constructor(parts: readonly (string | HclRaw)[]) {
    this.parts = parts;
  }
}

class HclCall {
  readonly name: string;
  readonly argument: HclValue;
  constructor(name: string, argument: HclValue) {
    this.name = name;
    this.argument = argument;
  }
}

export type HclItem =
  | { readonly kind: 'attribute'; readonly name: string; readonly value: HclValue }
  | {
      readonly kind: 'block';
      readonly type: string;
      readonly labels: readonly string[];
      readonly body: readonly HclItem[];
    }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'blank' };

export const raw = (code: string): HclRaw => new HclRaw(code);
/** Literal text and expressions in turn: `template('arn:aws:iam::', raw('var.id'), ':root')`. */
export const template = (...parts: readonly (string | HclRaw)[]): HclTemplate => new HclTemplate(parts);
export const call = (name: string, argument: HclValue): HclCall => new HclCall(name, argument);
export const attribute = (name: string, value: HclValue): HclItem => ({ kind: 'attribute', name, value });
export const block = (type: string, labels: readonly string[], body: readonly HclItem[]): HclItem => ({
  kind: 'block',
  type,
  labels,
  body,
});
export const comment = (text: string): HclItem => ({ kind: 'comment', text });
export const blank: HclItem = { kind: 'blank' };

export type { HclRaw };

const MAX_LIST_WIDTH = 100;

export function printHcl(items: readonly HclItem[]): string {
  return `${bodyLines(items, '').join('\n')}\n`;
}

/** A quoted string literal, escaped for every place where HCL would read a template or an escape. */
export const quoteHcl = (text: string): string => `"${escapeHcl(text)}"`;

function escapeHcl(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
}

function bodyLines(items: readonly HclItem[], indent: string): string[] {
  const lines: Line[] = [];
  for (const item of items) {
    if (item.kind === 'blank') lines.push({ text: '' });
    else if (item.kind === 'comment')
      for (const line of item.text.split(/\r\n|[\n\r\u2028\u2029]/))
        lines.push({ text: `${indent}# ${line}`.trimEnd() });
    else if (item.kind === 'attribute') lines.push(entry(indent + item.name, item.value, indent));
    else {
      const head = [item.type, ...item.labels.map(quoteHcl)].join(' ');
      if (item.body.length === 0) lines.push({ text: `${indent}${head} {}` });
      else {
        lines.push({ text: `${indent}${head} {` });
        for (const text of bodyLines(item.body, `${indent}  `)) lines.push({ text });
        lines.push({ text: `${indent}}` });
      }
    }
  }
  return align(lines);
}

/** A line, or an assignment whose `=` takes part in the alignment. */
interface Line {
  readonly text: string;
  readonly assigned?: string;
}

function entry(name: string, value: HclValue, indent: string): Line {
  const [first = '', ...rest] = valueLines(value, indent);
  // fmt aligns only assignments that fit on their line; one that opens a bracket ends the run.
  if (rest.length === 0) return { text: name, assigned: first };
  return { text: [`${name} = ${first}`, ...rest].join('\n') };
}

function align(lines: readonly Line[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    let end = i;
    let widest = 0;
    for (let line = lines[end]; line?.assigned !== undefined; line = lines[++end])
      widest = Math.max(widest, columns(line.text));
    for (const line of lines.slice(i, end))
      out.push(`${line.text}${' '.repeat(widest - columns(line.text))} = ${line.assigned}`);
    const other = lines[end];
    if (other !== undefined) out.push(other.text);
    i = end + 1;
  }
  return out;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
// fmt counts grapheme clusters, not code units.
const columns = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : [...graphemes.segment(text)].length;

function valueLines(value: HclValue, indent: string): string[] {
  if (value === null) return ['null'];
  if (typeof value === 'string') return [quoteHcl(value)];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (value instanceof HclRaw) return [value.code];
  if (value instanceof HclTemplate) return [printTemplate(value)];
  if (value instanceof HclCall) return wrap(`${value.name}(`, valueLines(value.argument, indent), ')');
  if (isList(value)) return listLines(value, indent);
  return objectLines(value, indent);
}

const isList = (value: HclValue): value is readonly HclValue[] => Array.isArray(value);

function printTemplate({ parts }: HclTemplate): string {
  let text = '';
  parts.forEach((part, i) => {
    if (part instanceof HclRaw) text += `\${${part.code}}`;
    else {
      const literal = escapeHcl(part);
      // `$` right before an interpolation would read as the escape `$${`.
      text += parts[i + 1] instanceof HclRaw ? literal.replace(/\$$/, '\\u0024') : literal;
    }
  });
  return `"${text}"`;
}

function listLines(values: readonly HclValue[], indent: string): string[] {
  const inner = `${indent}  `;
  const printed = values.map((value) => valueLines(value, inner));
  const oneLine = `[${printed.map((lines) => lines.join('\n')).join(', ')}]`;
  if (!oneLine.includes('\n') && indent.length + oneLine.length <= MAX_LIST_WIDTH) return [oneLine];
  return ['[', ...printed.map((lines) => `${inner}${lines.join('\n')},`), `${indent}]`];
}

function objectLines(value: { readonly [key: string]: HclValue }, indent: string): string[] {
  const entries = Object.entries(value);
  if (entries.length === 0) return ['{}'];
  const inner = `${indent}  `;
  const lines = entries.map(([key, v]) =>
    entry(inner + (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : quoteHcl(key)), v, inner),
  );
  return ['{', ...align(lines), `${indent}}`];
}

function wrap(before: string, lines: string[], after: string): string[] {
  const wrapped = [...lines];
  wrapped[0] = before + (wrapped[0] ?? '');
  wrapped[wrapped.length - 1] += after;
  return wrapped;
}
