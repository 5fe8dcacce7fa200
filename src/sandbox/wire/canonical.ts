import { hash } from 'node:crypto';
import type { WireRequest } from './http.ts';
import type { Signature } from './signature.ts';
import { formDecode, uriDecode, uriEncode } from './text.ts';

/**
 * The canonical request of a signed request (AWS: "Create a signed AWS API request", step 1).
 * Undefined when a signed header isn't there: an absent header must not pass as an empty one.
 */
export function canonicalRequest(
  request: WireRequest,
  signature: Signature,
  payloadHash: string,
): string | undefined {
  const { service, signedHeaders } = signature.scope;
  let headers = '';
  for (const name of signedHeaders) {
    const first = request.headers.get(name);
    if (first === undefined) return undefined;
    const value = request.headers.repeats(name)
      ? request.headers.all(name)?.map(squeeze).join(',')
      : squeeze(first);
    headers += `${name}:${value}\n`;
  }
  const path = service === 's3' ? s3Path(request.path) : servicePath(request.path);
  const query = canonicalQuery(request.query, signature.form === 'presigned');
  return `${request.method}\n${path}\n${query}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

/** Anything that trimming and squeezing would change. White space is ASCII's: a value's bytes are no characters yet. */
const loose = /^ | $| {2}|[\t-\r]/;
const blanks = /[\t-\r ]+/g;
const squeeze = (value: string): string =>
  loose.test(value) ? value.replace(blanks, ' ').replace(/^ | $/g, '') : value;

/** S3 doesn't normalize: keys may hold `//` and `..`. Encoded once, however the client chose to write it. */
function s3Path(path: string): string {
  if (!/[^A-Za-z0-9\-._~/]/.test(path)) return path;
  return path
    .split('/')
    .map((segment) => uriEncode(uriDecode(segment) ?? segment))
    .join('/');
}

/** Everywhere else dot segments and empty segments go, and what was encoded on the wire is encoded again. */
function servicePath(path: string): string {
  if (path === '/') return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(uriEncode(segment));
  }
  return segments.length === 0 ? '/' : `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string, presigned: boolean): string {
  if (query === '') return '';
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const eq = part.indexOf('=');
    const name = recode(eq === -1 ? part : part.slice(0, eq));
    if (presigned && name === 'X-Amz-Signature') continue;
    pairs.push([name, eq === -1 ? '' : recode(part.slice(eq + 1))]);
  }
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

const recode = (text: string): string => uriEncode(formDecode(text) ?? text);

/** Header values reach us as the bytes on the wire (latin1), so that is what is hashed. */
export function hashText(text: string): string {
  // A client's requests mostly have one length. Nothing in here outlives a call.
  if (hashed.length !== text.length) hashed = Buffer.alloc(text.length);
  hashed.write(text, 'latin1');
  return hash('sha256', hashed);
}
let hashed = Buffer.alloc(0);

export const hashBytes = (bytes: Uint8Array): string => hash('sha256', bytes);
