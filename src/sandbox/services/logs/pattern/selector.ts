import { Scanner } from './scan.ts';
import { EACH, type Selector } from './types.ts';

/**
 * `$.eventName`, `$.users[0].id`, `$.users[*].id`, `$.*.id`, `$.['a.b']`: "Property selectors are alphanumeric strings
 * that also support '-' and '_' characters. Array elements are denoted with [NUMBER] syntax, and must follow a property."
 * "You can use the JSON wildcard to select any array element or any JSON object field."
 */
export function readSelector(scanner: Scanner): Selector {
  if (!scanner.take('$')) throw scanner.bad("a selector must begin with '$'");
  const path: Selector[number][] = [];
  for (;;) {
    if (scanner.take('.')) {
      if (scanner.take('[')) path.push(quotedName(scanner));
      else if (scanner.take('*')) path.push(EACH);
      else {
        const name = scanner.run(/[\p{L}\p{N}_-]+/u);
        if (name === '') throw scanner.bad('a property name is missing');
        path.push(name);
      }
    } else if (path.length > 0 && scanner.take('[')) {
      if (scanner.take('*')) path.push(EACH);
      else if (/['"]/.test(scanner.text[scanner.at] ?? '')) {
        path.push(quotedName(scanner));
        continue;
      } else {
        const index = scanner.run(/\d{1,9}/u);
        if (index === '') throw scanner.bad('an array index must be a number');
        path.push(Number(index));
      }
      if (!scanner.take(']')) throw scanner.bad("']' is missing");
    } else break;
  }
  if (path.length === 0) throw scanner.bad('a selector must name a property');
  return path;
}

function quotedName(scanner: Scanner): string {
  const quote = scanner.run(/['"]/u);
  if (quote === '') throw scanner.bad('a quoted property name is missing');
  const name = scanner.quoted(quote);
  if (!scanner.take(']')) throw scanner.bad("']' is missing");
  return name;
}

/** A selector that stands alone, as a metric's value or dimension. Throws BadPattern. */
export function parseSelector(text: string): Selector {
  const scanner = new Scanner(text);
  const selector = readSelector(scanner);
  if (!scanner.end) throw scanner.bad('unexpected text');
  return selector;
}

/** Every value that the selector points to: none when it doesn't exist, several only for `*`. */
export function select(root: unknown, selector: Selector): readonly unknown[] {
  let found: readonly unknown[] = [root];
  for (const step of selector) {
    found = found.flatMap((value): readonly unknown[] => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === EACH) return Object.values(value);
      if (Array.isArray(value) !== (typeof step === 'number')) return [];
      return Object.hasOwn(value, step) ? [(value as Record<string | number, unknown>)[step]] : [];
    });
  }
  return found;
}
