import { compare } from './compare.ts';
import { conditions, holds, readExpression } from './expression.ts';
import type { Scanner } from './scan.ts';
import type { Condition, Expression, Field, FieldsPattern } from './types.ts';

const VALUE_END = /[\s()&|,\]"]/;

/** `[ip, user, ..., status_code = 4* && status_code != 403, bytes]`. A place may be left empty: it has no name then. */
export function readFieldsPattern(scanner: Scanner): FieldsPattern {
  if (!scanner.take('[')) throw scanner.bad("'[' is missing");
  const before: Field[] = [];
  let after: Field[] | undefined;
  do {
    scanner.skipSpace();
    if (scanner.take('...')) {
      if (after !== undefined) throw scanner.bad("a second '...'");
      after = [];
    } else (after ?? before).push(readField(scanner));
    scanner.skipSpace();
  } while (scanner.take(','));
  if (!scanner.take(']')) throw scanner.bad("']' is missing");
  scanner.skipSpace();
  if (!scanner.end) throw scanner.bad("unexpected text behind ']'");
  return { kind: 'fields', before, after };
}

function readField(scanner: Scanner): Field {
  const start = scanner.at;
  const name = readName(scanner);
  if (name === '' && scanner.text[scanner.at] !== '(') return { name, condition: undefined };
  scanner.skipSpace();
  if (name !== '' && /[,\]]/.test(scanner.text[scanner.at] ?? ']')) return { name, condition: undefined };
  scanner.at = start;
  const condition: Expression<string> = readExpression(scanner, () => readCondition(scanner));
  const names = new Set(conditions(condition).map(({ subject }) => subject));
  const [only = ''] = names;
  if (names.size > 1)
    throw scanner.bad(`conditions of one field must be on that field, not on ${[...names]}`);
  return { name: only, condition };
}

const readName = (scanner: Scanner): string => scanner.run(/[\p{L}\p{N}_-]+/u);

function readCondition(scanner: Scanner): Condition<string> {
  scanner.skipSpace();
  const subject = readName(scanner);
  if (subject === '') throw scanner.bad('a field name is missing');
  const op = scanner.operator();
  if (op === undefined) throw scanner.bad('an operator is missing');
  return { subject, test: { op, value: scanner.operand(VALUE_END) } };
}

/** "The characters between a pair of square brackets [] or two double quotes are treated as a single field." */
export function splitFields(message: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < message.length) {
    const c = message.charAt(at);
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    const close = c === '[' ? message.indexOf(']', at) : c === '"' ? message.indexOf('"', at + 1) : -1;
    let end = close;
    if (close === -1) {
      end = at;
      while (end < message.length && !/\s/.test(message.charAt(end))) end++;
      fields.push(message.slice(at, end));
    } else fields.push(message.slice(at + 1, end));
    at = close === -1 ? end : end + 1;
  }
  return fields;
}

/** The message's fields when the pattern fits; undefined when it doesn't. */
export function matchFields(
  { before, after }: FieldsPattern,
  message: string,
): readonly { readonly name: string; readonly value: string }[] | undefined {
  const values = splitFields(message);
  const named = before.length + (after?.length ?? 0);
  if (after === undefined ? values.length !== named : values.length < named) return undefined;
  const tail = values.length - (after?.length ?? 0);
  const found: { name: string; value: string }[] = [];
  for (const [i, value] of values.entries()) {
    const field = i < before.length ? before[i] : i >= tail ? after?.[i - tail] : undefined;
    if (field?.condition !== undefined) {
      const passes = holds(
        field.condition,
        ({ test }) => test.op !== 'is' && test.op !== 'not-exists' && compare(value, test.op, test.value),
      );
      if (!passes) return undefined;
    }
    found.push({ name: field?.name ?? '', value });
  }
  return found;
}
