import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AwsError } from '../types.ts';
import { bodyLimit } from './body-limit.ts';
import { inflated } from './compressed.ts';
import { Headers, type WireRequest } from './http.ts';

const scope = (service: string) => `AKIAIOSFODNN7EXAMPLE/20261123/us-east-1/${service}/aws4_request`;
const header = (service: string) =>
  new Headers(['Authorization', `AWS4-HMAC-SHA256 Credential=${scope(service)}, SignedHeaders=host`]);
const MB = 1024 * 1024;

test.each([
  ['sts', 1],
  ['cloudformation', 1],
  ['logs', 8],
  ['events', 4],
  ['s3', 64],
  ['constructor', 1],
])('%s reads bodies of %d MB, by header and by presigned URL', (service, mb) => {
  expect(bodyLimit(header(service), '')).toBe(mb * MB);
  const none = new Headers([]);
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope(service))}&X-Amz-Date=x`;
  expect(bodyLimit(none, query)).toBe(mb * MB);
  expect(bodyLimit(none, query.replaceAll('%2F', '/'))).toBe(mb * MB);
});

test('unsigned requests and nonsense get the usual limit, soon', () => {
  for (const query of ['', 'X-Amz-Credential=', `X-Amz-Credential=${'%2F'.repeat(60_000)}`]) {
    expect(bodyLimit(new Headers([]), query)).toBe(MB);
  }
  expect(bodyLimit(new Headers(['authorization', `Credential=${'/'.repeat(60_000)}`]), '')).toBe(MB);
});

const request = (encoding: string | undefined, body: Buffer): WireRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: new Headers(encoding === undefined ? [] : ['Content-Encoding', encoding]),
  body,
  peer: '127.0.0.1',
});

test('a gzipped body is unpacked, any other stays as it is', () => {
  const packed = gzipSync('Action=PutMetricData');
  expect(inflated(request('gzip', packed)).body.toString()).toBe('Action=PutMetricData');
  expect(inflated(request(undefined, packed)).body).toBe(packed);
  expect(inflated(request('aws-chunked', packed)).body).toBe(packed);
});

test.each([
  ['no gzip', Buffer.from('Action=PutMetricData')],
  ['half of one', gzipSync('a'.repeat(10_000)).subarray(0, 20)],
  ['a bomb', gzipSync(Buffer.alloc(64 * MB))],
])('%s is refused by name', (_, body) => {
  expect(() => inflated(request('gzip', body))).toThrow(AwsError);
});
