import { AwsError } from '../types.ts';
import type { Rule, ServiceConstraints, Violation } from './constraints/types.ts';
import type { Protocol } from './model.ts';
import type { ListShape, Member, OperationShape, Shape, StructureShape } from './shape.ts';
import { lowerFirst } from './text.ts';
import { isRecord } from './values.ts';

/** AWS reports all violations at once; a bound keeps the answer to a hostile request small. */
const MOST_REPORTED = 50;
const LONGEST_SHOWN = 2_048;

interface Check {
  readonly member: Member;
  /** As messages write it. */
  readonly shown: string;
  readonly required: boolean;
  readonly rule: Rule | undefined;
  readonly itemRule: Rule | undefined;
}

/**
 * Checks an operation's input against the model (required members) and the documented constraints (lengths, patterns,
 * ranges, enums). Throws one error that names every violation, in AWS's words.
 */
export function validate(
  operation: OperationShape,
  input: Record<string, unknown>,
  constraints: ServiceConstraints | undefined,
  protocol: Protocol,
): void {
  const found: Violation[] = [];
  const walk = (shape: StructureShape, value: Record<string, unknown>, path: string, rules: Rules): void => {
    for (const { member, shown, required, rule, itemRule } of checksOf(shape, rules, path === '')) {
      const at = path === '' ? shown : `${path}.${shown}`;
      const v = value[member.name];
      if (v === undefined || v === null) {
        if (required) {
          if (protocol === 'ec2') throw missingParameter(member);
          found.push({
            kind: 'required',
            text: `Value null at '${at}' failed to satisfy constraint: Member must not be null`,
          });
        }
        continue;
      }
      if (rule !== undefined) check(rule, v, at, member.sensitive, found);
      descend(member.shape, v, at, itemRule, rules);
      if (found.length >= MOST_REPORTED) return;
    }
  };
  const descend = (shape: Shape, v: unknown, at: string, itemRule: Rule | undefined, rules: Rules): void => {
    if (shape.kind === 'structure' && isRecord(v)) walk(shape, v, at, rules);
    else if (shape.kind === 'list' && Array.isArray(v)) descendList(shape, v, at, itemRule, rules);
  };
  const descendList = (
    shape: ListShape,
    v: unknown[],
    at: string,
    itemRule: Rule | undefined,
    rules: Rules,
  ): void => {
    for (const [i, item] of v.entries()) {
      const itemAt = `${at}.${i + 1}.member`;
      if (itemRule !== undefined) check(itemRule, item, itemAt, shape.member.sensitive, found);
      descend(shape.member.shape, item, itemAt, undefined, rules);
      if (found.length >= MOST_REPORTED) return;
    }
  };
  walk(operation.input, input, '', { service: constraints ?? {}, operation: operation.name });
  if (found.length === 0) return;
  if (constraints?.refusal !== undefined) throw constraints.refusal(found);
  const head = `${found.length} validation error${found.length === 1 ? '' : 's'} detected: `;
  throw new AwsError('ValidationError', head + found.map(({ text }) => text).join('; '), 400);
}

interface Rules {
  readonly service: ServiceConstraints;
  readonly operation: string;
}

const missingParameter = (member: Member): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${member.name}`, 400);

const cache = new WeakMap<StructureShape, readonly Check[]>();

/** Checks that can find something; most members of most inputs have none. Input structures belong to one operation. */
function checksOf(shape: StructureShape, rules: Rules, top: boolean): readonly Check[] {
  const known = cache.get(shape);
  if (known !== undefined) return known;
  const { service, operation } = rules;
  const own = top ? service.operations?.[operation] : service.structures?.[shape.name];
  const shared = top ? service.members : undefined;
  const checks = shape.members.flatMap((member, i): Check[] => {
    const required = i < shape.required && member.traits['idempotencyToken'] === undefined;
    const rule = own?.[member.name] ?? shared?.[member.name];
    const itemRule = own?.[`${member.name}[]`] ?? shared?.[`${member.name}[]`];
    const nested = member.shape.kind === 'structure' || member.shape.kind === 'list';
    return required || rule !== undefined || nested
      ? [{ member, shown: lowerFirst(member.name), required, rule, itemRule }]
      : [];
  });
  cache.set(shape, checks);
  return checks;
}

function check(rule: Rule, value: unknown, at: string, sensitive: boolean, found: Violation[]): void {
  const fail = (kind: Violation['kind'], what: string): void => {
    if (found.length >= MOST_REPORTED) return;
    const shown = sensitive ? '' : ` '${String(show(value)).slice(0, LONGEST_SHOWN)}'`;
    found.push({ kind, text: `Value${shown} at '${at}' failed to satisfy constraint: ${what}` });
  };
  const { min, max, pattern, values } = rule;
  const number = typeof value === 'number';
  const size = number ? value : typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  const what = number ? 'value' : 'length';
  if (size !== undefined && min !== undefined && size < min) {
    fail(number ? 'min' : 'min-length', `Member must have ${what} greater than or equal to ${min}`);
  }
  if (size !== undefined && max !== undefined && size > max) {
    fail(number ? 'max' : 'max-length', `Member must have ${what} less than or equal to ${max}`);
  }
  if (typeof value !== 'string') return;
  // What is refused for its length anyway must not cost a pattern's time as well.
  const hopeless = max !== undefined && value.length > max && value.length > LONGEST_SHOWN;
  if (pattern !== undefined && !hopeless && !regexOf(rule, pattern).test(value)) {
    fail('pattern', `Member must satisfy regular expression pattern: ${pattern}`);
  }
  if (values !== undefined && !values.includes(value)) {
    fail('enum', `Member must satisfy enum value set: [${values.join(', ')}]`);
  }
}

const show = (value: unknown): unknown =>
  Array.isArray(value) ? `[${value.map(show).join(', ')}]` : isRecord(value) ? '{}' : value;

const regexes = new WeakMap<Rule, RegExp>();

/** Patterns are character classes from AWS's API references, with nothing that could backtrack. */
function regexOf(rule: Rule, pattern: string): RegExp {
  let regex = regexes.get(rule);
  if (regex === undefined) {
    regex = new RegExp(`^(?:${pattern})$`, 'u');
    regexes.set(rule, regex);
  }
  return regex;
}
