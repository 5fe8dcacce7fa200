import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { Headers, type WireRequest } from '../http.ts';
import { testKey } from '../testing.ts';
import { uriEncode } from '../text.ts';

/** A request before signing; `query` holds decoded values, `path` is as on the wire. */
export interface Plain {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

export interface SignOptions {
  readonly service: string;
  readonly region?: string;
  readonly now: number;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly presign?: { expiresIn: number };
}

/** Signs with the SDK's own signer: the oracle of our verifier. */
export async function sign(plain: Plain, options: SignOptions): Promise<WireRequest> {
  const s3 = options.service === 's3';
  const signer = new SignatureV4({
    service: options.service,
    region: options.region ?? 'us-east-1',
    credentials: options.credentials ?? testKey,
    sha256: Sha256,
    uriEscapePath: !s3,
    applyChecksum: s3,
  });
  // As S3's request presigner does: the body of a presigned URL is open.
  const open: Record<string, string> =
    s3 && options.presign ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {};
  const message = {
    ...plain,
    protocol: 'http:',
    hostname: '127.0.0.1',
    headers: { host: '127.0.0.1:4599', ...plain.headers, ...open },
  };
  const signingDate = new Date(options.now);
  const signed = options.presign
    ? await signer.presign(message, { signingDate, expiresIn: options.presign.expiresIn })
    : await signer.sign(message, { signingDate });
  const query = Object.entries(signed.query ?? {})
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(String(value))}`)
    .join('&');
  return {
    method: plain.method,
    path: plain.path,
    query,
    headers: new Headers(Object.entries(signed.headers).flat()),
    body: Buffer.from(plain.body),
    peer: '127.0.0.1',
  };
}

/** The same request with other headers. */
export function withHeaders(request: WireRequest, change: (raw: string[]) => string[]): WireRequest {
  const raw = [...request.headers.names()].flatMap((n) =>
    (request.headers.all(n) ?? []).flatMap((v) => [n, v]),
  );
  return { ...request, headers: new Headers(change(raw)) };
}

export const setHeader = (request: WireRequest, name: string, value: string | undefined): WireRequest =>
  withHeaders(request, (raw) => {
    const kept = raw.flatMap((n, i) => (i % 2 === 0 && n !== name ? [n, raw[i + 1] as string] : []));
    return value === undefined ? kept : [...kept, name, value];
  });
