import { gunzipSync } from 'node:zlib';
import { AwsError } from '../types.ts';
import type { WireRequest } from './http.ts';

/** Bytes. Of what is sent, no service takes more. */
const LARGEST = 8 * 1024 * 1024;

/**
 * The request with its gzipped body unpacked; any other request as it is. SDKs compress bodies beyond 10 KB where the
 * model lets them (PutMetricData), and sign the compressed bytes. Throws MalformedInput, also for what would grow
 * beyond all bounds.
 * https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait
 */
export function inflated(request: WireRequest): WireRequest {
  if (request.headers.get('content-encoding')?.trim().toLowerCase() !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: LARGEST }) };
  } catch {
    throw new AwsError('MalformedInput', 'The request body is not the gzip that Content-Encoding promises.');
  }
}
