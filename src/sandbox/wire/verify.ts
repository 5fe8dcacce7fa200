import { createHmac, timingSafeEqual } from 'node:crypto';
import { Mac } from '../mac.ts';
import { AwsError } from '../types.ts';
import { canonicalRequest, hashBytes, hashText } from './canonical.ts';
import type { WireRequest } from './http.ts';
import { SIGNATURE_LENGTH, type Signature, type SignatureScope } from './signature.ts';
import { compactTime } from './text.ts';

/** How far a signature's time may be from ours, in ms (AWS.md §2). */
export const SKEW_MS = 15 * 60_000;

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const mismatch = (message: string): AwsError => new AwsError('SignatureDoesNotMatch', message, 403);

/**
 * Everything about a signature that needs no secret: scope date, clock skew, what must be signed.
 * Texts are AWS's. Order matters to nobody but readers of the message: any of them refuses.
 */
export function checkFreshness(signature: Signature, now: number): void {
  const { scope, timeText, time, expires } = signature;
  const { date, service } = scope;
  if (timeText.slice(0, 8) !== date) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${timeText.slice(0, 8)}', from '${timeText}'.`,
    );
  }
  const validMs = expires === undefined ? SKEW_MS : expires * 1000;
  if (time < now - validMs) {
    const span = expires === undefined ? '15 min.' : `${expires} sec.`;
    throw new AwsError(
      expires !== undefined && service === 's3' ? 'RequestExpired' : 'SignatureExpired',
      `Signature expired: ${timeText} is now earlier than ${compactTime(now - validMs)} (${compactTime(now)} - ${span})`,
      403,
    );
  }
  if (time > now + SKEW_MS) {
    throw new AwsError(
      'SignatureExpired',
      `Signature not yet current: ${timeText} is still later than ${compactTime(now + SKEW_MS)} (${compactTime(now)} + 15 min.)`,
      403,
    );
  }
}

/** `host` and every `x-amz-*` header that was sent must be signed: else they could be added or swapped on the way. */
export function checkSignedHeaders(request: WireRequest, signature: Signature): void {
  const signed = signature.scope.signedHeaders;
  if (!signed.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of request.headers.names()) {
    if (!name.startsWith('x-amz-') || signed.includes(name)) continue;
    // These two enter the string to sign by their values.
    if (name === 'x-amz-date' || name === 'x-amz-content-sha256') continue;
    throw new AwsError(
      'HeadersNotSigned',
      `There were headers present in the request which were not signed: ${name}`,
      403,
    );
  }
}

/** Throws unless the request was signed with this secret. */
export function verifySignature(request: WireRequest, signature: Signature, secret: string): void {
  const declared = payloadHash(request, signature);
  const canonical = canonicalRequest(request, signature, declared);
  const { date, region, service } = signature.scope;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const stringToSign =
    canonical === undefined
      ? undefined
      : `AWS4-HMAC-SHA256\n${signature.timeText}\n${scope}\n${hashText(canonical)}`;
  if (stringToSign === undefined || !sameSignature(secret, signature, stringToSign)) {
    throw mismatch(explain(canonical, stringToSign));
  }
  if (service === 's3' && isHash(declared) && declared.toLowerCase() !== bodyHash(request)) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

function sameSignature(secret: string, signature: Signature, stringToSign: string): boolean {
  return signingKey(secret, signature).verifies(stringToSign, signature.signature);
}

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text);

const bodyHash = (request: WireRequest): string =>
  request.body.length === 0 ? EMPTY_HASH : hashBytes(request.body);

/**
 * S3 signs what `x-amz-content-sha256` says (a hash, UNSIGNED-PAYLOAD or a streaming marker), other services the body
 * itself: a header that calls their body unsigned does not make it so.
 */
function payloadHash(request: WireRequest, signature: Signature): string {
  if (signature.scope.service !== 's3') return bodyHash(request);
  const declared = signature.payloadHash ?? request.headers.get('x-amz-content-sha256');
  if (declared !== undefined) {
    // Any other text would leave the body unchecked.
    if (isHash(declared) || declared === 'UNSIGNED-PAYLOAD' || declared.startsWith('STREAMING-'))
      return declared;
    throw new AwsError(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.',
    );
  }
  if (signature.form === 'presigned') return 'UNSIGNED-PAYLOAD';
  throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
}

/** AWS's text: it shows what it canonicalized, which is public to whoever sent it, and never the signature. */
function explain(canonical: string | undefined, stringToSign: string | undefined): string {
  const text =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
  if (canonical === undefined || stringToSign === undefined) return text;
  return `${text}\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${stringToSign}'\n`;
}

/** A key that signs, good for a day, region and service. */
export class SigningKey {
  readonly #mac: Mac;

  constructor(key: Uint8Array) {
    this.#mac = new Mac('sha256', key);
  }

  verifies(text: string, signature: string): boolean {
    // What isn't latin1 would be compared by the lower bytes of its characters.
    if (signature.length !== SIGNATURE_LENGTH || given.write(signature, 'utf8') !== SIGNATURE_LENGTH)
      return false;
    expected.write(this.#mac.of(text), 'latin1');
    return timingSafeEqual(expected, given);
  }
}

/** Two signatures in hexadecimal while they are compared. */
const expected = Buffer.alloc(SIGNATURE_LENGTH);
const given = Buffer.alloc(SIGNATURE_LENGTH);

const keys = new Map<string, SigningKey>();
/** Far more than one day's credentials of a sandbox; a bound, so that a stream of scopes can't grow it. */
const MOST_KEYS = 1_000;
const LONGEST_ID = 256;

/** The key of a scope and the secret that it was made of; spares looking it up by a text that has to be made first. */
const keyOfScope = new WeakMap<SignatureScope, { readonly secret: string; readonly key: SigningKey }>();

export function signingKey(secret: string, { scope }: Signature): SigningKey {
  const known = keyOfScope.get(scope);
  if (known?.secret === secret) return known.key;
  const key = derivedKey(secret, scope);
  keyOfScope.set(scope, { secret, key });
  return key;
}

/** Deriving costs four HMACs. */
function derivedKey(secret: string, { date, region, service }: SignatureScope): SigningKey {
  const id = `${date}/${region}/${service}/${secret}`;
  const known = keys.get(id);
  if (known !== undefined) return known;
  let bytes: Buffer = createHmac('sha256', `AWS4${secret}`).update(date).digest();
  for (const part of [region, service, 'aws4_request'])
    bytes = createHmac('sha256', bytes).update(part).digest();
  const key = new SigningKey(bytes);
  if (keys.size >= MOST_KEYS) keys.clear();
  // A scope may say anything: who names a service at length is told so when it isn't served.
  if (id.length <= LONGEST_ID) keys.set(id, key);
  return key;
}
