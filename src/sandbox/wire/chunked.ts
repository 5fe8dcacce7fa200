import { AwsError } from '../types.ts';
import { hashBytes, hashText } from './canonical.ts';
import { Headers, type WireRequest } from './http.ts';
import type { Signature } from './signature.ts';
import { type SigningKey, signingKey } from './verify.ts';

const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNED_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** More than any header block of ours. Bytes. */
const LONGEST_LINE = 16 * 1024;

const incomplete = (): AwsError =>
  new AwsError(
    'IncompleteBody',
    'The request body terminated unexpectedly: it is no well-formed aws-chunked body.',
  );
const mismatch = (): AwsError =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    403,
  );

/**
 * The request with its `aws-chunked` body unpacked and the trailing headers among the others; any other request as it
 * is. Each chunk carries a signature over the one before, the first over the request's own.
 * Nobody's request (without `signed`) can't have signed chunks.
 * Throws SignatureDoesNotMatch for a chunk that isn't signed so, IncompleteBody for a body that isn't whole.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, …/sigv4-streaming-trailers.html
 */
export function unchunked(
  request: WireRequest,
  signed?: { readonly signature: Signature; readonly secret: string },
): WireRequest {
  const form = request.headers.get('x-amz-content-sha256');
  if (form?.startsWith('STREAMING-') !== true) return request;
  if (form !== SIGNED && form !== SIGNED_TRAILER && form !== UNSIGNED_TRAILER) {
    throw new AwsError('NotImplemented', `Bodies of the form ${form} are not implemented.`, 501, 'Receiver');
  }
  if (form !== UNSIGNED_TRAILER && signed === undefined) throw mismatch();
  const check =
    form === UNSIGNED_TRAILER || signed === undefined
      ? undefined
      : new ChunkSignatures(signed.signature, signed.secret);
  const { body } = request;
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf('\r\n', at);
    if (end === -1 || end - at > LONGEST_LINE) throw incomplete();
    const text = body.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const [, hex = '', , chunkSignature] =
      /^([0-9a-fA-F]{1,8})(;chunk-signature=([0-9a-f]{64}))?$/.exec(line()) ?? [];
    if (hex === '') throw incomplete();
    const size = Number.parseInt(hex, 16);
    if (at + size > body.length) throw incomplete();
    const chunk = body.subarray(at, at + size);
    check?.chunk(chunk, chunkSignature);
    at += size;
    if (size === 0) break;
    chunks.push(chunk);
    if (line() !== '') throw incomplete();
  }
  const trailers = readTrailers(body, at, line);
  if (form === SIGNED_TRAILER) check?.trailers(trailers);
  const whole = Buffer.concat(chunks);
  const declared = request.headers.get('x-amz-decoded-content-length');
  if (declared === undefined || Number(declared) !== whole.length) throw incomplete();
  return { ...request, body: whole, headers: withTrailers(request.headers, form === SIGNED ? [] : trailers) };
}

type Trailer = readonly [name: string, value: string];

function readTrailers(body: Buffer, from: number, line: () => string): readonly Trailer[] {
  const trailers: Trailer[] = [];
  for (let left = body.length - from; left > 0; ) {
    const text = line();
    if (text === '') break;
    const colon = text.indexOf(':');
    if (colon <= 0) throw incomplete();
    trailers.push([text.slice(0, colon).toLowerCase().trim(), text.slice(colon + 1).trim()]);
    left -= text.length + 2;
  }
  return trailers;
}

/** Only checksums may come behind the body, and only those that `x-amz-trailer` announces. */
function withTrailers(headers: Headers, trailers: readonly Trailer[]): Headers {
  const announced = (headers.get('x-amz-trailer') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const raw = [...headers.raw];
  for (const [name, value] of trailers) {
    if (name === 'x-amz-trailer-signature') continue;
    if (!announced.includes(name) || !name.startsWith('x-amz-checksum-')) {
      throw new AwsError(
        'MalformedTrailerError',
        'The request contained trailing data that was not well-formed or did not conform to our published schema.',
      );
    }
    raw.push(name, value);
  }
  return new Headers(raw);
}

/** The chain of signatures through one body. */
class ChunkSignatures {
  readonly #key: SigningKey;
  readonly #scope: string;
  #previous: string;

  constructor(signature: Signature, secret: string) {
    const { date, region, service } = signature.scope;
    const { timeText } = signature;
    this.#key = signingKey(secret, signature);
    this.#scope = `${timeText}\n${date}/${region}/${service}/aws4_request`;
    this.#previous = signature.signature;
  }

  chunk(bytes: Buffer, signed: string | undefined): void {
    this.#verify(
      `AWS4-HMAC-SHA256-PAYLOAD\n${this.#scope}\n${this.#previous}\n${hashText('')}\n${hashBytes(bytes)}`,
      signed,
    );
  }

  trailers(all: readonly Trailer[]): void {
    const signed = all.find(([name]) => name === 'x-amz-trailer-signature')?.[1];
    const text = all
      .filter(([name]) => name !== 'x-amz-trailer-signature')
      .map(([name, value]) => `${name}:${value}\n`)
      .join('');
    this.#verify(`AWS4-HMAC-SHA256-TRAILER\n${this.#scope}\n${this.#previous}\n${hashText(text)}`, signed);
  }

  #verify(stringToSign: string, signed: string | undefined): void {
    if (signed === undefined || !this.#key.verifies(stringToSign, signed)) throw mismatch();
    this.#previous = signed;
  }
}
