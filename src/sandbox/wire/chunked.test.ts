import { describe, expect, it } from 'vitest';
import { AwsError } from '../types.ts';
import { unchunked } from './chunked.ts';
import { Headers } from './http.ts';
import type { Signature } from './signature.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const signature = (seed: string): Signature => ({
  form: 'header',
  scope: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    date: '20130524',
    region: 'us-east-1',
    service: 's3',
    signedHeaders: ['host'],
  },
  signature: seed,
  time: Date.parse('2013-05-24T00:00:00Z'),
  timeText: '20130524T000000Z',
});

const request = (form: string, body: string, length: number, more: string[] = []) => ({
  method: 'PUT',
  path: '/examplebucket/chunkObject.txt',
  query: '',
  headers: new Headers([
    'x-amz-content-sha256',
    form,
    'x-amz-decoded-content-length',
    String(length),
    ...more,
  ]),
  body: Buffer.from(body),
  peer: '127.0.0.1',
});

/** The code of the refusal. */
function refusal(form: string, body: string, length: number, seed: string, more: string[] = []): string {
  try {
    unchunked(request(form, body, length, more), { signature: signature(seed), secret: SECRET });
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  throw new Error('it was taken');
}

const first = 'a'.repeat(65_536);
const second = 'a'.repeat(1_024);

describe('a body signed chunk by chunk (the example of "Transferring payload in multiple chunks")', () => {
  const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const seed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
  const body = (two = second) =>
    [
      '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      first,
      '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      two,
      '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
      '',
      '',
    ].join('\r\n');

  it('is unpacked', () => {
    const read = unchunked(request(SIGNED, body(), 66_560), { signature: signature(seed), secret: SECRET });
    expect(read.body.toString()).toBe(first + second);
  });

  it('is refused when a chunk was changed, reordered, left out or not signed', () => {
    expect(refusal(SIGNED, body(`${second.slice(1)}b`), 66_560, seed)).toBe('SignatureDoesNotMatch');
    expect(refusal(SIGNED, body(), 66_560, seed.replace('4', '5'))).toBe('SignatureDoesNotMatch');
    const cut = body().slice(body().indexOf('400;'));
    expect(refusal(SIGNED, cut, 1_024, seed)).toBe('SignatureDoesNotMatch');
    expect(refusal(SIGNED, body().replace(/;chunk-signature=[0-9a-f]{64}/g, ''), 66_560, seed)).toBe(
      'SignatureDoesNotMatch',
    );
  });

  it('is refused when it breaks off or has another length than it says', () => {
    expect(refusal(SIGNED, body().slice(0, 1_000), 66_560, seed)).toBe('IncompleteBody');
    expect(refusal(SIGNED, body().slice(0, body().indexOf('0;chunk-signature=b6')), 66_560, seed)).toBe(
      'IncompleteBody',
    );
    expect(refusal(SIGNED, body(), 66_561, seed)).toBe('IncompleteBody');
    expect(refusal(SIGNED, 'nonsense\r\n', 5, seed)).toBe('IncompleteBody');
  });
});

describe('a body with a signed trailer (the example of "with trailing headers")', () => {
  const FORM = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
  const body = (sum = 'sOO8/Q==') =>
    [
      '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      first,
      '400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      second,
      '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      `x-amz-checksum-crc32c:${sum}`,
      'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
      '',
      '',
    ].join('\r\n');
  const announced = ['x-amz-trailer', 'x-amz-checksum-crc32c'];

  it('is unpacked, its checksum among the headers', () => {
    const read = unchunked(request(FORM, body(), 66_560, announced), {
      signature: signature(seed),
      secret: SECRET,
    });
    expect(read.body.length).toBe(66_560);
    expect(read.headers.get('x-amz-checksum-crc32c')).toBe('sOO8/Q==');
  });

  it('is refused when the trailer was changed', () => {
    expect(refusal(FORM, body('AAAAAA=='), 66_560, seed, announced)).toBe('SignatureDoesNotMatch');
  });
});

describe('an unsigned body with a trailer', () => {
  const FORM = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const body = (trailer: string) => `5\r\nhello\r\n0\r\n${trailer}\r\n\r\n`;

  it('may carry the checksums that it announces, and nothing else', () => {
    const announced = ['x-amz-trailer', 'x-amz-checksum-crc32'];
    const read = unchunked(request(FORM, body('x-amz-checksum-crc32:NhCmhg=='), 5, announced), {
      signature: signature(''),
      secret: SECRET,
    });
    expect([read.body.toString(), read.headers.get('x-amz-checksum-crc32')]).toEqual(['hello', 'NhCmhg==']);
    expect(refusal(FORM, body('x-amz-acl:public-read'), 5, '', announced)).toBe('MalformedTrailerError');
    expect(refusal(FORM, body('x-amz-acl:public-read'), 5, '', ['x-amz-trailer', 'x-amz-acl'])).toBe(
      'MalformedTrailerError',
    );
  });

  it('of a kind that is not implemented is refused', () => {
    expect(refusal('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', '', 0, '')).toBe('NotImplemented');
  });
});
