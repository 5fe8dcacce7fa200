import type { PolicyVersion } from '../policy/index.ts';
import type { KeyTable, Slots } from './context.ts';
import { type Codes, pushLiteral, pushPattern } from './pattern.ts';

/** A piece of policy text: as written, a quoted special character, or a variable. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly key: string; readonly slot: number; readonly fallback?: string };

/** Policy text with variables (IAM User Guide, "IAM policy elements: Variables and tags"). */
export interface Template {
  readonly source: string;
  readonly parts: readonly Part[];
  /** False for plain text and for `${*}`-like quotes alone: it can be expanded at compile time. */
  readonly dynamic: boolean;
}

/**
 * Splits text at its variables. Documents of version 2008-10-17 have none: `${…}` is ordinary text there.
 * `${key}` and `${key, 'default'}` are variables, `${*}`, `${?}` and `${$}` stand for the character itself.
 */
export function parseTemplate(source: string, version: PolicyVersion, keys: KeyTable): Template {
  if (version !== '2012-10-17' || !source.includes('${'))
    return { source, parts: [{ kind: 'text', text: source }], dynamic: false };
  const parts: Part[] = [];
  let dynamic = false;
  let at = 0;
  for (;;) {
    const open = source.indexOf('${', at);
    const close = open === -1 ? -1 : source.indexOf('}', open);
    if (close === -1) break;
    if (open > at) parts.push({ kind: 'text', text: source.slice(at, open) });
    const inner = source.slice(open + 2, close);
    if (inner === '*' || inner === '?' || inner === '$') {
      parts.push({ kind: 'literal', text: inner });
    } else {
      const { key, fallback } = parseVariable(inner);
      parts.push({
        kind: 'variable',
        key,
        slot: keys.slot(key),
        ...(fallback === undefined ? {} : { fallback }),
      });
      dynamic = true;
    }
    at = close + 1;
  }
  if (at < source.length) parts.push({ kind: 'text', text: source.slice(at) });
  return { source, parts, dynamic };
}

/** `aws:PrincipalTag/team, 'none'` → key and default. */
function parseVariable(inner: string): { key: string; fallback?: string } {
  const comma = inner.indexOf(',');
  if (comma === -1) return { key: inner.trim() };
  const rest = inner.slice(comma + 1).trim();
  const quoted = rest.length >= 2 && rest.startsWith("'") && rest.endsWith("'");
  return quoted ? { key: inner.slice(0, comma).trim(), fallback: rest.slice(1, -1) } : { key: inner.trim() };
}

/**
 * A variable's value; "effectively null" without one: equal to nothing and like nothing ("Policy variables with no
 * value"). Multivalued keys can't be variables ("Single-valued vs. multivalued context keys").
 */
function variableValue(part: Extract<Part, { kind: 'variable' }>, slots: Slots): string | undefined {
  const value = slots[part.slot];
  return typeof value === 'string' ? value : value === undefined ? part.fallback : undefined;
}

/** The text with every variable filled in; undefined when one has no value. Wildcards are not special here. */
export function expandText(template: Template, slots: Slots): string | undefined {
  let text = '';
  for (const part of template.parts) {
    const piece = part.kind === 'variable' ? variableValue(part, slots) : part.text;
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

/** The same as a glob: only wildcards written in the policy itself are wildcards. */
export function expandCodes(template: Template, slots: Slots): Codes | undefined {
  const codes: Codes = [];
  for (const part of template.parts) {
    if (part.kind === 'text') pushPattern(codes, part.text);
    else {
      const piece = part.kind === 'variable' ? variableValue(part, slots) : part.text;
      if (piece === undefined) return undefined;
      pushLiteral(codes, piece);
    }
  }
  return codes;
}

/** For explanations: the first variable of some texts that has no value. */
export const variablesOf = (templates: readonly Template[]) => ({
  unresolved: (slots: Slots): string | undefined => {
    for (const template of templates)
      for (const part of template.parts)
        if (part.kind === 'variable' && variableValue(part, slots) === undefined) return part.key;
    return undefined;
  },
});
