import { operatorText } from './grammar/operators.ts';
import { principalTypes } from './grammar/principal.ts';
import { statementElements } from './grammar/statement.ts';
import type {
  ConditionClause,
  Located,
  PolicyDocument,
  PolicyJson,
  PrincipalElement,
  Statement,
  StatementJson,
} from './types.ts';

/** What can be laid out. Fields are pairs, so that a key such as `__proto__` is a key like any other. */
type Layout =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'values'; readonly values: readonly string[] }
  | { readonly type: 'object'; readonly fields: readonly Field[] }
  | { readonly type: 'list'; readonly items: readonly Layout[] };
type Field = readonly [key: string, value: Layout];

const text = (value: string): Layout => ({ type: 'text', value });
const object = (fields: readonly Field[]): Layout => ({ type: 'object', fields });
const strings = (values: readonly string[]): Layout => ({ type: 'values', values });

/**
 * Canonical text of a document: 2 spaces, elements in the order of AWS's documents, a list of one value as a plain
 * string, Statement always a list. `parsePolicy(printPolicy(d))` equals `d` but for places; ends with a newline.
 */
export function printPolicy(document: PolicyDocument): string {
  return layOut(document.version, document.id, document.statements.map(statementFields));
}

/**
 * The same layout for a document built in code, which is not checked: parse the text to find out whether AWS takes it.
 */
export function printPolicyJson(json: PolicyJson): string {
  return layOut(json.Version, json.Id, json.Statement.map(jsonFields));
}

function layOut(version: string, id: string | undefined, statements: readonly Field[][]): string {
  const fields: Field[] = [['Version', text(version)]];
  if (id !== undefined) fields.push(['Id', text(id)]);
  fields.push(['Statement', { type: 'list', items: statements.map(object) }]);
  return `${write(object(fields), '')}\n`;
}

function write(node: Layout, indent: string): string {
  const deeper = `${indent}  `;
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? `${open}${close}`
      : `${open}\n${lines.map((line) => deeper + line).join(',\n')}\n${indent}${close}`;
  switch (node.type) {
    case 'text':
      return JSON.stringify(node.value);
    case 'values': {
      const lines = node.values.map((value) => JSON.stringify(value));
      return lines.length === 1 ? lines.join() : block('[', lines, ']');
    }
    case 'object': {
      const lines = node.fields.map(([key, value]) => `${JSON.stringify(key)}: ${write(value, deeper)}`);
      return block('{', lines, '}');
    }
    case 'list': {
      const lines = node.items.map((item) => write(item, deeper));
      return block('[', lines, ']');
    }
  }
}

const located = (list: readonly Located[]): Layout => strings(list.map((l) => l.value));

function statementFields(s: Statement): Field[] {
  const fields: Field[] = [];
  if (s.sid !== undefined) fields.push(['Sid', text(s.sid)]);
  fields.push(['Effect', text(s.effect)]);
  if (s.principal) fields.push(['Principal', principalLayout(s.principal)]);
  if (s.notPrincipal) fields.push(['NotPrincipal', principalLayout(s.notPrincipal)]);
  if (s.action) fields.push(['Action', located(s.action)]);
  if (s.notAction) fields.push(['NotAction', located(s.notAction)]);
  if (s.resource) fields.push(['Resource', located(s.resource)]);
  if (s.notResource) fields.push(['NotResource', located(s.notResource)]);
  if (s.conditions.length > 0) fields.push(['Condition', conditionLayout(s.conditions)]);
  return fields;
}

function principalLayout(principal: PrincipalElement): Layout {
  if (principal.kind === 'star') return text('*');
  const fields: Field[] = [];
  for (const type of principalTypes) {
    const list = principal[type];
    if (list) fields.push([type, located(list)]);
  }
  return object(fields);
}

function conditionLayout(clauses: readonly ConditionClause[]): Layout {
  const operators = new Map<string, Field[]>();
  for (const clause of clauses) {
    const name = operatorText(clause);
    const keys = operators.get(name) ?? [];
    keys.push([clause.key, located(clause.values)]);
    operators.set(name, keys);
  }
  return object([...operators].map(([name, fields]) => [name, object(fields)] as const));
}

function jsonFields(statement: StatementJson): Field[] {
  const fields: Field[] = [];
  for (const element of statementElements) {
    const value = statement[element];
    if (value !== undefined) fields.push([element, jsonLayout(value)]);
  }
  return fields;
}

type JsonValue = string | readonly string[] | { readonly [key: string]: JsonValue };

function jsonLayout(value: JsonValue): Layout {
  if (typeof value === 'string') return text(value);
  if (isList(value)) return strings(value);
  return object(Object.entries(value).map(([key, inner]) => [key, jsonLayout(inner)] as const));
}

const isList = (value: JsonValue): value is readonly string[] => Array.isArray(value);
