import { parseArn, suggest } from '../../base/index.ts';
import type { JsonMember, JsonNode } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { ConditionClause, Located } from '../types.ts';
import { conditionOperators, operatorText, type ParsedOperator, parseOperator } from './operators.ts';
import { located, wrongType } from './read.ts';
import { valueProblem } from './values.ts';

/** Reads Condition into one clause for each operator and key, in the order of the text. */
export function readCondition(node: JsonNode, report: Report): readonly ConditionClause[] {
  if (node.type !== 'object') {
    wrongType(node, 'Condition', 'an object: {"operator": {"key": "value"}}', report);
    return [];
  }
  const clauses: ConditionClause[] = [];
  const seen = new Set<string>();
  for (const member of node.members) {
    const operator = readOperator(member, report);
    if (operator === undefined) continue;
    if (seen.has(operator.canonical)) {
      // Exact repetitions were reported as duplicate keys; these differ in case only.
      report.error(
        'duplicate-key',
        member.key,
        `the operator ${operator.canonical} appears twice in one Condition`,
        'merge both into one',
      );
    }
    seen.add(operator.canonical);
    if (member.value.type !== 'object') {
      wrongType(member.value, operator.canonical, 'an object: {"key": "value"}', report);
      continue;
    }
    for (const entry of member.value.members) clauses.push(readClause(operator, entry, report));
  }
  return clauses;
}

function readOperator({ key }: JsonMember, report: Report): ParsedOperator | undefined {
  const operator = parseOperator(key.value);
  if (operator === undefined) {
    const near = nearest(key.value);
    report.error(
      'unknown-operator',
      key,
      `${quote(key.value)} is no condition operator`,
      /^null/i.test(key.value.replace(/^[^:]*:/, ''))
        ? 'Null takes no IfExists: it asks whether the key exists'
        : near === undefined
          ? 'write an operator such as StringEquals, ArnLike, Bool or IpAddress'
          : `write "${near}"`,
    );
    return undefined;
  }
  if (operator.canonical !== key.value) {
    // unverified: AWS compares operator names without case.
    report.add(
      'warning',
      'operator-case',
      key,
      `${quote(key.value)} is spelled ${operator.canonical}`,
      `write "${operator.canonical}"`,
    );
  }
  return operator;
}

function nearest(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  const rest = text.slice(colon + 1);
  const ifExists = /ifexists?$/i.test(rest);
  const operator = suggest(
    ifExists ? rest.replace(/ifexists?$/i, '') : rest,
    conditionOperators.map((o) => o.name),
  );
  if (operator === undefined) return undefined;
  const qualifier = colon === -1 ? undefined : suggest(text.slice(0, colon), ['ForAllValues', 'ForAnyValue']);
  const known = qualifier === 'ForAllValues' || qualifier === 'ForAnyValue' ? qualifier : undefined;
  return operatorText({ qualifier: known, operator, ifExists: ifExists && operator !== 'Null' });
}

function readClause(operator: ParsedOperator, { key, value }: JsonMember, report: Report): ConditionClause {
  // What follows a slash is the name of a tag, and those may hold spaces.
  if (key.value === '' || /\s/.test(key.value.split('/', 1)[0] ?? '')) {
    report.error(
      'condition-key',
      key,
      `${quote(key.value)} is no condition key`,
      'write "service:Key", for example "sts:ExternalId"',
    );
  }
  const values = readValues(operator, key.value, value, report);
  return {
    ...(operator.qualifier === undefined ? {} : { qualifier: operator.qualifier }),
    operator: operator.info.name,
    ifExists: operator.ifExists,
    key: key.value,
    values,
    span: report.span({ start: key.start, end: value.end }),
  };
}

function readValues(
  operator: ParsedOperator,
  key: string,
  node: JsonNode,
  report: Report,
): readonly Located[] {
  if (node.type === 'array' && node.items.length === 0) {
    report.error(
      'empty-list',
      node,
      `the list of values of ${quote(key)} is empty`,
      'name at least one value, or remove the key',
    );
  }
  const values: Located[] = [];
  for (const item of node.type === 'array' ? node.items : [node]) {
    if (item.type === 'string') {
      values.push(located(item, report));
    } else if (item.type === 'number' || item.type === 'boolean') {
      // Grammar: <condition_value> = ("string" | "number" | "Boolean"); AWS stores them as strings.
      report.add(
        'info',
        'coerced-value',
        item,
        `AWS reads ${item.raw} as the string "${item.raw}"`,
        `write "${item.raw}"`,
      );
      values.push(located({ value: item.raw, start: item.start, end: item.end }, report));
    } else {
      wrongType(item, `the value of ${quote(key)}`, 'a string or a list of strings', report);
      continue;
    }
    checkValue(operator, item, values.at(-1)?.value ?? '', report);
  }
  return values;
}

function checkValue(operator: ParsedOperator, at: JsonNode, value: string, report: Report): void {
  const problem = valueProblem(operator.info.family, value);
  if (problem !== undefined) {
    const variable = value.includes('${')
      ? 'policy variables work in string and ARN operators only'
      : problem.help;
    report.error(
      problem.code,
      at,
      `${operator.canonical} cannot compare with ${quote(value)}: it is ${problem.what}`,
      variable,
    );
  } else if (operator.info.family === 'arn' && parseArn(value) === undefined && !/^(\*|\$\{)/.test(value)) {
    report.add(
      'warning',
      'arn-value',
      at,
      `${operator.canonical} compares with ${quote(value)}, which is no ARN and matches nothing`,
      'an ARN has six parts, and wildcards do not span colons: "arn:aws:iam::*:role/path/*"',
    );
  }
}
