import { readRegex, regexFinds } from './regex.ts';
import type { Scanner } from './scan.ts';
import { BadPattern, type Term, type Terms } from './types.ts';

/** `ERROR -"health check"`, `?ERROR ?WARN`, `%AUTHORIZED%` */
export function readTerms(scanner: Scanner): Terms {
  const terms = { required: [] as Term[], excluded: [] as Term[], optional: [] as Term[] };
  for (scanner.skipSpace(); !scanner.end; scanner.skipSpace()) {
    const list = scanner.take('-') ? terms.excluded : scanner.take('?') ? terms.optional : terms.required;
    scanner.skipSpace();
    list.push(readTerm(scanner));
  }
  return { kind: 'terms', ...terms };
}

function readTerm(scanner: Scanner): Term {
  if (scanner.take('"')) return scanner.quoted('"');
  if (scanner.take('%')) return readRegex(scanner.regexText());
  const word = scanner.run(/\S+/u);
  if (!/^[\p{L}\p{N}_]+$/u.test(word)) throw new BadPattern(`Invalid character(s) in term '${word}'`);
  return word;
}

/** "You can match everything in your log events with double quotation marks": of the page's `" "` nothing is asked. */
const contains = (message: string, term: Term): boolean =>
  typeof term === 'string' ? term.trim() === '' || message.includes(term) : regexFinds(term, message);

/** "If you combine "?" with other filter patterns, all question mark terms will be ignored." */
export function matchesTerms({ required, excluded, optional }: Terms, message: string): boolean {
  if (required.length + excluded.length === 0) return optional.some((term) => contains(message, term));
  return (
    required.every((term) => contains(message, term)) && !excluded.some((term) => contains(message, term))
  );
}
