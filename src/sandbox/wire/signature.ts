import { ownText } from '../own-text.ts';
import { AwsError } from '../types.ts';
import type { WireRequest } from './http.ts';
import { compactTime, parseCompactTime, parsePairs } from './text.ts';

/** Who signs for what, and which headers: the same in each request of a client on a day. */
export interface SignatureScope {
  readonly accessKeyId: string;
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  /** Signing name: says which service is meant. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
}

/** Hexadecimal digits of an HMAC-SHA256. */
export const SIGNATURE_LENGTH = 64;

/** What a request says of its own signature; nothing is verified yet. */
export interface Signature {
  readonly form: 'header' | 'presigned';
  /** The same object for requests that say the same. */
  readonly scope: SignatureScope;
  readonly signature: string;
  /** ms */
  readonly time: number;
  /** `20261123T031500Z`, as signed. */
  readonly timeText: string;
  readonly token?: string;
  /** Presigned only: seconds of validity. */
  readonly expires?: number;
  /** Presigned only: `X-Amz-Content-Sha256` of the query, where S3's presigners put it. */
  readonly payloadHash?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** A week: the longest a presigned URL may live (AWS: "Authenticating requests: using query parameters"). */
const LONGEST_EXPIRES = 604_800;

const incomplete = (message: string): AwsError => new AwsError('IncompleteSignature', message, 400);
const mismatch = (message: string): AwsError => new AwsError('SignatureDoesNotMatch', message, 403);

/** Headers that decide authentication: sent twice, it would be open which one counts. */
const single = [
  'authorization',
  'x-amz-date',
  'date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'host',
];

/**
 * Reads the signature of a request; undefined for an unsigned one.
 * Throws IncompleteSignature or SignatureDoesNotMatch with the texts of AWS's own front end.
 */
export function readSignature(request: WireRequest): Signature | undefined {
  for (const name of single) {
    if (request.headers.repeats(name)) throw incomplete(`Duplicate header: '${name}'`);
  }
  const authorization = request.headers.get('authorization');
  const presigned = request.query.includes('X-Amz-');
  const query = presigned ? readQuery(request.query) : undefined;
  const algorithm = query?.get('X-Amz-Algorithm');
  if (authorization !== undefined && (algorithm !== undefined || query?.has('X-Amz-Signature') === true)) {
    throw incomplete(
      'Only one auth mechanism allowed: the X-Amz-Algorithm query parameter or the Authorization header',
    );
  }
  if (authorization?.startsWith('AWS ') === true || request.query.includes('AWSAccessKeyId=')) {
    throw new AwsError(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  if (authorization !== undefined) return fromHeader(request, authorization);
  if (query !== undefined && (algorithm !== undefined || query.has('X-Amz-Signature')))
    return fromQuery(query);
  return undefined;
}

function readQuery(text: string): Map<string, string> {
  const pairs = parsePairs(text);
  if (pairs === undefined)
    throw new AwsError('MalformedQueryString', 'The query string contains a syntax error.', 404);
  const query = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (query.has(name) && name.startsWith('X-Amz-')) throw incomplete(`Duplicate parameter: '${name}'`);
    query.set(name, value);
  }
  return query;
}

function fromHeader(request: WireRequest, authorization: string): Signature {
  const { scope, signature, missing } = readAuthorization(authorization);
  const { headers } = request;
  const amzDate = headers.get('x-amz-date');
  const date = headers.get('date');
  if (amzDate === undefined && date === undefined) {
    missing.push(`Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.`);
  }
  if (missing.length > 0) throw incomplete(missing.join(' '));
  const time = amzDate === undefined ? Date.parse(date ?? '') : parseCompactTime(amzDate);
  if (time === undefined || Number.isNaN(time)) {
    throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${amzDate ?? date}'.`);
  }
  const token = headers.get('x-amz-security-token');
  const read: Signature = {
    form: 'header',
    scope: scope(),
    time,
    timeText: amzDate ?? compactTime(time),
    signature,
  };
  return token === undefined ? read : Object.assign(read, { token });
}

interface Authorization {
  /** Throws for a credential or a list of headers that isn't one. */
  readonly scope: () => SignatureScope;
  readonly signature: string;
  /** What it lacks, in words. */
  readonly missing: string[];
}

/** A scope, and the text of the header up to the signature that says it, where clients write that last. */
interface KnownScope {
  readonly begin: string;
  readonly scope: SignatureScope;
}

/**
 * Scopes by access key id: a look-up by the whole text would hash it, which costs as much as reading it. All of the text is
 * compared.
 */
const scopes = new Map<string, KnownScope[]>();
/** Far more than the clients of a sandbox; a bound, so that a stream of scopes can't grow it. */
const MOST_KEYS = 1_000;
/** Of one key: services, Regions and lists of headers that a client uses in turn. */
const MOST_OF_A_KEY = 8;
/** Far longer than what clients send. */
const LONGEST_KNOWN = 2_048;
const KEY_FROM = `${ALGORITHM} Credential=`.length;
const KEY_LENGTH = 20;
const LAST = 'Signature=';

function readAuthorization(authorization: string): Authorization {
  const last = authorization.lastIndexOf(LAST) + LAST.length;
  const begin = authorization.slice(0, last);
  const signature = authorization.slice(last);
  const key = authorization.slice(KEY_FROM, KEY_FROM + KEY_LENGTH);
  const known = scopes.get(key)?.find((one) => one.begin === begin);
  // Where a comma follows, there is more than a signature to read.
  if (known !== undefined && signature.length === SIGNATURE_LENGTH && !signature.includes(',')) {
    return { scope: () => known.scope, signature, missing: [] };
  }
  const parts = readParts(authorization);
  const [[lastName, lastText] = []] = [...parts].slice(-1);
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => (parts.get(name) ?? '') === '')
    .map((name) => `Authorization header requires '${name}' parameter.`);
  return {
    signature: parts.get('Signature') ?? '',
    missing,
    scope: () => {
      const scope = scopeOf(parts);
      // Only where what was cut off is all of the signature: then the same beginning says the same again.
      if (lastName === 'Signature' && lastText === signature) remember(authorization, last);
      return scope;
    },
  };
}

const scopeOf = (parts: ReadonlyMap<string, string>): SignatureScope => ({
  ...readCredential(parts.get('Credential') ?? ''),
  signedHeaders: readSignedHeaders(parts.get('SignedHeaders') ?? ''),
});

/** `last`: where the signature begins. */
function remember(authorization: string, last: number): void {
  if (authorization.length > LONGEST_KNOWN) return;
  const text = ownText(authorization);
  const key = text.slice(KEY_FROM, KEY_FROM + KEY_LENGTH);
  const known = { begin: text.slice(0, last), scope: scopeOf(readParts(text)) };
  if (scopes.size >= MOST_KEYS && !scopes.has(key)) scopes.clear();
  scopes.set(key, [known, ...(scopes.get(key) ?? [])].slice(0, MOST_OF_A_KEY));
}

function readParts(authorization: string): Map<string, string> {
  const space = authorization.indexOf(' ');
  const algorithm = space === -1 ? authorization : authorization.slice(0, space);
  if (algorithm !== ALGORITHM) throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  const parts = new Map<string, string>();
  for (const part of authorization.slice(space + 1).split(',')) {
    const text = part.trim();
    const eq = text.indexOf('=');
    if (eq < 1)
      throw incomplete(`'${text}' not a valid key=value pair (missing equal-sign) in Authorization header.`);
    const name = text.slice(0, eq);
    if (parts.has(name)) throw incomplete(`Authorization header has '${name}' twice.`);
    parts.set(name, text.slice(eq + 1));
  }
  return parts;
}

function fromQuery(query: ReadonlyMap<string, string>): Signature {
  const algorithm = query.get('X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) throw incomplete(`Unsupported AWS 'algorithm': '${algorithm ?? ''}'.`);
  const missing = ['Credential', 'Signature', 'SignedHeaders', 'Date', 'Expires']
    .map((name) => `X-Amz-${name}`)
    .filter((name) => (query.get(name) ?? '') === '');
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(' '));
  }
  const dateText = query.get('X-Amz-Date') ?? '';
  const time = parseCompactTime(dateText);
  if (time === undefined) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${dateText}'.`);
  const expiresText = query.get('X-Amz-Expires') ?? '';
  const expires = /^\d{1,9}$/.test(expiresText) ? Number(expiresText) : 0;
  if (expires < 1 || expires > LONGEST_EXPIRES) {
    throw incomplete(`X-Amz-Expires must be between 1 and ${LONGEST_EXPIRES} seconds. Got '${expiresText}'.`);
  }
  const token = query.get('X-Amz-Security-Token');
  const payloadHash = query.get('X-Amz-Content-Sha256');
  const scope = {
    ...readCredential(query.get('X-Amz-Credential') ?? ''),
    signedHeaders: readSignedHeaders(query.get('X-Amz-SignedHeaders') ?? ''),
  };
  return {
    form: 'presigned',
    scope,
    time,
    timeText: dateText,
    signature: query.get('X-Amz-Signature') ?? '',
    expires,
    ...(token === undefined ? {} : { token }),
    ...(payloadHash === undefined ? {} : { payloadHash }),
  };
}

function readCredential(text: string) {
  const parts = text.split('/');
  if (parts.length !== 5 || parts.some((p) => p === '')) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'`,
    );
  }
  const [accessKeyId, date, region, service, terminator] = parts as [string, string, string, string, string];
  if (terminator !== 'aws4_request') {
    throw mismatch(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  }
  if (!/^\d{8}$/.test(date)) {
    throw mismatch(`Date in Credential scope must be in format YYYYMMDD, got '${date}'.`);
  }
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw mismatch('Credential should be scoped to a valid region.');
  return { accessKeyId, date, region, service };
}

function readSignedHeaders(text: string): string[] {
  const names = text.split(';');
  if (names.some((n) => n === '' || n !== n.toLowerCase())) {
    throw incomplete(
      `SignedHeaders must be lower-case header names, separated by semicolons, got '${text}'.`,
    );
  }
  if (new Set(names).size !== names.length) throw incomplete(`SignedHeaders has a name twice: '${text}'.`);
  return names;
}
