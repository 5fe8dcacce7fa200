import type { Report } from '../report.ts';

/** Steps over white space; comments are reported and stepped over too. Returns the next offset. */
export function skipSpace(text: string, from: number, report: Report): number {
  let at = from;
  for (;;) {
    const c = text.charCodeAt(at);
    if (c === 32 || c === 10 || c === 13 || c === 9) {
      at++;
      continue;
    }
    const end = commentEnd(text, at);
    if (end === undefined) return at;
    report.error(
      'json-comment',
      { start: at, end },
      'JSON has no comments',
      'remove it; what a statement is for can stand in its Sid',
    );
    at = end;
  }
}

function commentEnd(text: string, at: number): number | undefined {
  const lineEnd = (): number => {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  };
  if (text[at] === '#') return lineEnd();
  if (text[at] !== '/') return undefined;
  if (text[at + 1] === '/') return lineEnd();
  if (text[at + 1] !== '*') return undefined;
  const end = text.indexOf('*/', at + 2);
  return end === -1 ? text.length : end + 2;
}
