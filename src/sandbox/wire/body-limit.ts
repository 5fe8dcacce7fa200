import type { Headers } from './http.ts';

const MB = 1024 * 1024;

/** Most services refuse far shorter bodies themselves: a template of 51,200 bytes is 150 KB as a form. */
const USUAL = MB;

/** By signing name, where documented limits of the content need more. */
const limits: ReadonlyMap<string, number> = new Map([
  // PutObject alone goes to 5 GB on AWS; here objects live in memory.
  ['s3', 64 * MB],
  // A batch of 1,048,576 bytes, without what JSON needs to write it: records of CloudTrail are full of quotes.
  ['logs', 8 * MB],
  // The same for PutEvents, whose details are JSON within JSON.
  ['events', 4 * MB],
]);

/** A scope has five parts and none is long; regular expressions would have to be kept from wandering. */
const LONGEST_SCOPE = 512;

/** The text behind a name, up to a separator. */
function after(text: string, name: string, separator: string): string {
  const at = text.indexOf(name);
  if (at === -1) return '';
  const rest = text.slice(at + name.length, at + name.length + LONGEST_SCOPE);
  const end = rest.indexOf(separator);
  return end === -1 ? rest : rest.slice(0, end);
}

/** How many bytes of body are read for a request, by the service that it says it is for; nothing is verified yet. */
export function bodyLimit(headers: Headers, query: string): number {
  const authorization = headers.get('authorization');
  const scope =
    authorization === undefined
      ? after(query, 'X-Amz-Credential=', '&').replaceAll(/%2F/gi, '/')
      : after(authorization, 'Credential=', ',');
  return limits.get(scope.split('/')[3] ?? '') ?? USUAL;
}
