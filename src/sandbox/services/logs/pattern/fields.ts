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

/** A field with the place at which it begins. */
interface Split {
  readonly value: string;
  readonly at: number;
}

/** "The characters between a pair of square brackets [] or two double quotes are treated as a single field." */
export function splitFields(message: string): Split[] {
  const fields: Split[] = [];
  // Looked for once when there is none: a megabyte of opening brackets would be read again for each of them.
  const without = new Set<string>();
  const closing = (close: string, from: number): number => {
    if (without.has(close)) return -1;
    const found = message.indexOf(close, from);
    if (found === -1) without.add(close);
    return found;
  };
  let at = 0;
  while (at < message.length) {
    const c = message.charAt(at);
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    const close = c === '[' ? closing(']', at) : c === '"' ? closing('"', at + 1) : -1;
    let end = close;
    if (close === -1) {
      end = at;
      while (end < message.length && !/\s/.test(message.charAt(end))) end++;
      fields.push({ value: message.slice(at, end), at });
    } else fields.push({ value: message.slice(at + 1, end), at });
    at = close === -1 ? end : end + 1;
  }
  return fields;
}

/**
 * "When you create space-delimited filter patterns that use pattern matching, you must include a blank indicator after
 * you specify the order of your terms": a last field without a condition takes the rest of the line, so that
 * `[w1=ERROR, w2]` matches the page's `ERROR 09/25/2014 12:00:02 Failed to process request`, and the console's own
 * pattern for functions, `[timestamp=*Z, request_id="*-*", event]`, whole messages.
 */
function withRest(fields: readonly Split[], { before, after }: FieldsPattern, message: string): Split[] {
  const last = before.length - 1;
  const rest = fields[last];
  if (after !== undefined || fields.length <= before.length || rest === undefined) return [...fields];
  if (before[last]?.condition !== undefined) return [...fields];
  return [...fields.slice(0, last), { at: rest.at, value: message.slice(rest.at).trimEnd() }];
}

/** The message's fields when the pattern fits; undefined when it doesn't. */
export function matchFields(
  pattern: FieldsPattern,
  message: string,
): readonly { readonly name: string; readonly value: string }[] | undefined {
  const { before, after } = pattern;
  const values = withRest(splitFields(message), pattern, message);
  const named = before.length + (after?.length ?? 0);
  if (after === undefined ? values.length !== named : values.length < named) return undefined;
  const tail = values.length - (after?.length ?? 0);
  const found: { name: string; value: string }[] = [];
  for (const [i, { value }] of values.entries()) {
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
