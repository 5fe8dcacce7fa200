import type { Decision, Explanation } from '../../engine/index.ts';
import type { Answer, Question } from './ask.ts';
import { printable } from './words.ts';

/** The whole story, for a terminal. */
export function told(answer: Answer<Explanation>): string {
  const { implied, notes, origins, result } = answer;
  const missing = implied.filter((i) => !i.result.allowed).map((i) => i.request.action);
  return [
    result.text,
    ...implied.map((i) => i.result.text),
    ...origins.map((o) => {
      const { line, column } = o.span.start;
      return `  ${o.policy} statement ${o.statement + 1} comes from ${o.file}:${line}:${column} (${o.what})`;
    }),
    ...(answer.decision === 'deny' && result.allowed
      ? [`Denied in all, for the call needs ${missing.join(' and ')} too`]
      : []),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
}

/** The whole story, for programs; every statement of every policy included. */
export const explained = (answer: Answer<Explanation>, ok: boolean) => ({
  ok,
  decision: answer.decision,
  request: answer.request,
  ...answer.result,
  implied: answer.implied.map(({ request, result }) => ({ action: request.action, ...result })),
  origins: answer.origins,
  notes: answer.notes,
});

/** One line of a file of requests, for programs. */
export const decided = (line: number, asked: Question, answer: Answer<Decision>, ok: boolean) => ({
  line,
  ok,
  decision: answer.decision,
  principal: asked.principal,
  action: asked.action,
  resource: asked.resource,
  because: answer.result.because,
  layer: answer.result.layer,
  statements: answer.result.statements,
  ...(answer.implied.length > 0 && {
    implied: answer.implied.map(({ request, result }) => ({ action: request.action, ...result })),
  }),
  ...(answer.origins.length > 0 && { origins: answer.origins }),
  ...(answer.notes.length > 0 && { notes: answer.notes }),
});

/** One line of a file of requests, for people: `requests.jsonl:3  deny   UNEXPECTED  …`. */
export function row(place: string, asked: Question, answer: Answer<Decision>, expected: boolean | undefined) {
  const verdict = expected === undefined ? '' : expected ? 'as expected  ' : 'UNEXPECTED   ';
  const { action, principal, resource } = asked;
  const head = `${place}  ${answer.decision.padEnd(5)}  ${verdict}${action}  ${resource}  for ${principal}`;
  const refusing = [answer.result, ...answer.implied.map((i) => i.result)].find((r) => !r.allowed);
  const why = refusing?.statements[0];
  const shown =
    refusing === undefined
      ? []
      : why === undefined
        ? [`    ${refusing.layer}: nothing allows it`]
        : [`    ${refusing.layer}: ${why.file ?? why.policy}:${why.span.start.line}: ${why.why}`];
  return [head, ...shown].map(printable).join('\n');
}
