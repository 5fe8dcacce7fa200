import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashBytes } from './canonical.ts';
import type { WireRequest, WireResponse } from './http.ts';
import { type Plain, setHeader, sign, withHeaders } from './testing/signing.ts';
import { callerIdentity, testCloud, testKey, testRandom, testSession } from './testing.ts';
import { uriEncode } from './text.ts';
import { createWire } from './wire.ts';

const now = Date.parse('2026-11-23T20:00:00Z');
const minute = 60_000;

function setUp(at = now) {
  const cloud = testCloud({
    'sts:GetCallerIdentity': callerIdentity,
    's3:ListBuckets': () => ({}),
    's3:DeleteBucket': () => ({}),
  });
  const wire = createWire({ cloud, clock: { now: () => at }, random: testRandom() });
  return { cloud, send: async (request: WireRequest): Promise<WireResponse> => wire(request) };
}

const whoAmI: Plain = {
  method: 'POST',
  path: '/',
  query: {},
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
};
const listBuckets: Plain = { method: 'GET', path: '/', query: {}, headers: {}, body: '' };
const bare = (request: WireRequest) => setHeader(request, 'authorization', undefined);
const authorization = (request: WireRequest, change: (text: string) => string) =>
  setHeader(request, 'authorization', change(request.headers.get('authorization') ?? ''));

describe('property: what the SDK signs verifies, and nothing else does', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~ +/=&%?#ü€'), minLength: 1, maxLength: 8 });
  const headerValue = fc.string({ unit: fc.constantFrom(...'aZ9 ,;="\''), minLength: 1, maxLength: 12 });
  const plain = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
    path: fc.array(word.map(uriEncode), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
    query: fc.dictionary(
      word.map((w) => `q${w}`),
      word,
      { maxKeys: 4 },
    ),
    headers: fc
      .dictionary(fc.constantFrom('x-amz-foo', 'x-custom', 'content-type', 'range'), headerValue, {
        maxKeys: 3,
      })
      .map((headers) => ({ ...headers })),
    body: fc.string({ maxLength: 40 }),
  });
  const options = fc.record({
    service: fc.constantFrom('sts', 'iam', 's3', 'cloudtrail'),
    region: fc.constantFrom('us-east-1', 'eu-west-1', 'cn-north-1'),
    presign: fc.option(fc.record({ expiresIn: fc.constantFrom(60, 900, 604_800) }), { nil: undefined }),
    credentials: fc.constantFrom(testKey, testSession),
  });
  /** Refusals of the signature stage; what comes after it (no such action …) means that the signature passed. */
  const refusals =
    /SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|AuthorizationHeaderMalformed|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|MissingAuthenticationToken|RequestTimeTooSkewed|XAmzContentSHA256Mismatch|AccessDenied|InvalidRequest/;
  const refused = (response: WireResponse) => refusals.test(String(response.body));
  const presignable = (o: { presign?: unknown }, p: Plain): Plain =>
    o.presign === undefined ? p : { ...p, headers: {} };

  test('signed requests pass', async () => {
    const { send } = setUp();
    await fc.assert(
      fc.asyncProperty(plain, options, async (p, o) => {
        const response = await send(await sign(presignable(o, p), { ...o, now }));
        expect(response.status === 500 || refused(response), String(response.body)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  const mutations: Record<string, (r: WireRequest, p: Plain) => WireRequest | undefined> = {
    method: (r) => ({ ...r, method: r.method === 'GET' ? 'POST' : 'GET' }),
    path: (r) => ({ ...r, path: `${r.path === '/' ? '' : r.path}/x` }),
    'query added': (r) => ({ ...r, query: r.query === '' ? 'zz=1' : `${r.query}&zz=1` }),
    'query removed': (r, p) =>
      Object.keys(p.query).length === 0 ? undefined : { ...r, query: r.query.split('&').slice(1).join('&') },
    'signed header changed': (r) => setHeader(r, 'host', 'evil.example'),
    'signed header removed': (r, p) => {
      const [name] = Object.keys(p.headers);
      return name === undefined ? undefined : setHeader(r, name, undefined);
    },
    'signed header doubled': (r, p) => {
      const [name] = Object.keys(p.headers);
      return name === undefined ? undefined : withHeaders(r, (raw) => [...raw, name, 'more']);
    },
    'unsigned amz header added': (r) => setHeader(r, 'x-amz-acl', 'public-read'),
    body: (r) => {
      // Presigned S3 URLs leave the body open by design.
      const open = r.query.includes('X-Amz-') && r.query.includes('%2Fs3%2F');
      return open ? undefined : { ...r, body: Buffer.concat([r.body, Buffer.from('x')]) };
    },
    signature: (r) => {
      const flip = (text: string) =>
        text.replace(
          /(Signature=)([0-9a-f])/,
          (_, name: string, c: string) => `${name}${c === '0' ? '1' : '0'}`,
        );
      return r.headers.get('authorization') === undefined
        ? { ...r, query: flip(r.query) }
        : authorization(r, flip);
    },
    'region of the scope': (r) =>
      r.headers.get('authorization') === undefined
        ? { ...r, query: r.query.replace(/%2F(us-east-1|eu-west-1|cn-north-1)%2F/, '%2Fap-south-1%2F') }
        : authorization(r, (t) => t.replace(/\/(us-east-1|eu-west-1|cn-north-1)\//, '/ap-south-1/')),
  };

  test.each(Object.entries(mutations))('mutated %s: refused', async (_, mutate) => {
    const { cloud, send } = setUp();
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(plain, options, async (p, o) => {
        const request = presignable(o, p);
        const mutated = mutate(await sign(request, { ...o, now }), request);
        if (mutated === undefined) return;
        tried += 1;
        expect(refused(await send(mutated)), JSON.stringify(mutated)).toBe(true);
      }),
      { numRuns: 80 },
    );
    expect(tried).toBeGreaterThan(2);
    expect(cloud.calls).toEqual([]);
  });

  test('any other secret: refused', async () => {
    const { send } = setUp();
    await fc.assert(
      fc.asyncProperty(plain, options, fc.string({ minLength: 1 }), async (p, o, secretAccessKey) => {
        const request = await sign(presignable(o, p), {
          ...o,
          now,
          credentials: { ...o.credentials, secretAccessKey },
        });
        expect(refused(await send(request))).toBe(true);
      }),
      { numRuns: 80 },
    );
  });
});

describe('each check, and that it does not refuse everything', () => {
  test('an unsigned call is refused, but not where a token is the credential', async () => {
    const { send } = setUp();
    const request = bare(await sign(whoAmI, { service: 'sts', now }));
    expect(await send(request)).toMatchObject({
      status: 403,
      body: expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    });
    const saml = { ...request, body: Buffer.from('Action=AssumeRoleWithSAML&Version=2011-06-15') };
    expect((await send(saml)).body).toContain('NotImplemented');
    expect((await send({ ...saml, body: Buffer.from('Action=AssumeRole&Version=2011-06-15') })).status).toBe(
      403,
    );
  });

  test.each([
    [-15 * minute, 200],
    [-15 * minute - 1000, 403],
    [15 * minute, 200],
    [15 * minute + 1000, 403],
  ])('clock skew of %i ms: %i', async (skew, status) => {
    const { send } = setUp();
    const response = await send(await sign(whoAmI, { service: 'sts', now: now + skew }));
    expect(response.status).toBe(status);
  });

  test('skew in AWS words', async () => {
    const { send } = setUp();
    const late = await send(await sign(whoAmI, { service: 'sts', now: now - 60 * minute }));
    expect(late.body).toContain(
      'Signature expired: 20261123T190000Z is now earlier than 20261123T194500Z (20261123T200000Z - 15 min.)',
    );
    expect(late.body).toContain('<Code>SignatureDoesNotMatch</Code>');
    const early = await send(await sign(whoAmI, { service: 'sts', now: now + 60 * minute }));
    expect(early.body).toContain(
      'Signature not yet current: 20261123T210000Z is still later than 20261123T201500Z (20261123T200000Z + 15 min.)',
    );
    const s3 = await send(await sign(listBuckets, { service: 's3', now: now - 60 * minute }));
    expect(s3).toMatchObject({ status: 403, body: expect.stringContaining('RequestTimeTooSkewed') });
  });

  test('the cloud is told how a request was signed, and when', async () => {
    const { cloud, send } = setUp(now + 5_000);
    const payload = hashBytes(Buffer.alloc(0));
    await send(await sign(listBuckets, { service: 's3', now }));
    await send(await sign(listBuckets, { service: 's3', now, presign: { expiresIn: 60 } }));
    expect(cloud.calls.map(({ call }) => call.signed)).toMatchObject([
      { form: 'header', at: now, payload },
      { form: 'presigned', at: now },
    ]);
  });

  test('presigned: until it expires, not a second longer', async () => {
    const get = {
      ...whoAmI,
      method: 'GET',
      headers: {},
      body: '',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    };
    const url = await sign(get, { service: 'sts', now, presign: { expiresIn: 60 } });
    expect((await setUp(now + 60_000).send(url)).status).toBe(200);
    expect((await setUp(now + 61_000).send(url)).body).toContain('Signature expired');
    expect(
      (await setUp().send(await sign(get, { service: 'sts', now, presign: { expiresIn: 604_800 } }))).status,
    ).toBe(200);
    const longer = { ...url, query: url.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801') };
    expect((await setUp().send(longer)).body).toContain('IncompleteSignature');
  });

  test('the scope must be of the day, complete, and end in aws4_request', async () => {
    const { send } = setUp();
    const request = await sign(whoAmI, { service: 'sts', now });
    const body = async (from: string, to: string) =>
      (await send(authorization(request, (t) => t.replace(from, to)))).body;
    expect(await body('/20261123/', '/20261122/')).toContain(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: &#39;20261122&#39; != &#39;20261123&#39;, from &#39;20261123T200000Z&#39;.',
    );
    expect(await body('aws4_request', 'aws5_request')).toContain('valid terminator');
    expect(await body('/aws4_request', '')).toContain('exactly 5 slash-delimited elements');
    expect(await body('AWS4-HMAC-SHA256 ', 'AWS4-ECDSA-P256-SHA256 ')).toContain('Unsupported AWS');
    expect(await body('host;', '')).toContain('must be a &#39;SignedHeader&#39;');
    expect(await body('Signature=', 'Nothing=')).toContain(
      'Authorization header requires &#39;Signature&#39; parameter.',
    );
  });

  test.each(['authorization', 'x-amz-date', 'x-amz-security-token', 'host'])(
    '%s sent twice: refused',
    async (name) => {
      const { cloud, send } = setUp();
      const request = await sign(whoAmI, { service: 'sts', now, credentials: testSession });
      expect((await send(request)).status).toBe(200);
      const value = request.headers.get(name) ?? '';
      expect((await send(withHeaders(request, (raw) => [...raw, name, value]))).body).toContain(
        'IncompleteSignature',
      );
      expect((await send(withHeaders(request, (raw) => [name, value, ...raw]))).body).toContain(
        'IncompleteSignature',
      );
      expect(cloud.calls).toHaveLength(1);
    },
  );

  test('the security token must be signed, and belong to the key', async () => {
    const { send } = setUp();
    const without = { accessKeyId: testSession.accessKeyId, secretAccessKey: testSession.secretAccessKey };
    const added = setHeader(
      await sign(whoAmI, { service: 'sts', now, credentials: without }),
      'x-amz-security-token',
      testSession.sessionToken,
    );
    expect((await send(added)).body).toContain('not signed');
    const foreign = await sign(whoAmI, {
      service: 'sts',
      now,
      credentials: { ...testSession, sessionToken: 'x' },
    });
    expect((await send(foreign)).body).toContain('InvalidClientTokenId');
    const none = await sign(whoAmI, { service: 'sts', now, credentials: without });
    expect((await send(none)).body).toContain('InvalidClientTokenId');
  });

  test('the signature is what is called so, whatever else the header ends in, and whatever it ended in before', async () => {
    const { send } = setUp();
    const own = (request: WireRequest) =>
      /Signature=(\w+)/.exec(request.headers.get('authorization') ?? '')?.[1];
    const first = await sign(whoAmI, { service: 'sts', now });
    const second = await sign(whoAmI, { service: 'sts', now: now - minute });
    for (const other of [', XSignature=', ', X=Signature=']) {
      const ending = (request: WireRequest) =>
        authorization(request, (text) => text.replace(/\w+$/, `${own(first)}${other}${own(request)}`));
      expect((await send(ending(first))).status).toBe(200);
      const refused = await send(ending(second));
      expect(refused.status).toBe(403);
      expect(refused.body).toContain('SignatureDoesNotMatch');
    }
  });

  test.each(['à', ' \t a \t  b '])('a signed header may be %j, in UTF-8', async (value) => {
    const { send } = setUp();
    const plain = { ...whoAmI, headers: { ...whoAmI.headers, 'x-custom': value } };
    const signed = await sign(plain, { service: 'sts', now });
    const bytes = Buffer.from(value.replace(/[\t ]+/g, '  ')).toString('latin1');
    expect((await send(setHeader(signed, 'x-custom', bytes))).status).toBe(200);
    expect((await send(setHeader(signed, 'x-custom', `${bytes}x`))).status).toBe(403);
  });

  test('header and query form at once: refused', async () => {
    const { send } = setUp();
    const request = await sign(whoAmI, { service: 'sts', now });
    expect((await send({ ...request, query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256' })).body).toContain(
      'Only one auth mechanism',
    );
  });

  test('S3 holds the body to its declared hash; UNSIGNED-PAYLOAD leaves it open there and nowhere else', async () => {
    const { send } = setUp();
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const open = await sign({ ...listBuckets, headers: unsigned }, { service: 's3', now });
    expect((await send({ ...open, body: Buffer.from('any') })).status).toBe(200);
    const closed = await sign(listBuckets, { service: 's3', now });
    expect((await send(closed)).status).toBe(200);
    expect((await send({ ...closed, body: Buffer.from('any') })).body).toContain('XAmzContentSHA256Mismatch');
    for (const [declared, code] of [
      [hashBytes(Buffer.from('other')).toUpperCase(), 'XAmzContentSHA256Mismatch'],
      ['unsigned-payload', 'InvalidArgument'],
      ['FOO', 'InvalidArgument'],
    ] as const) {
      const odd = await sign(
        { ...listBuckets, headers: { 'x-amz-content-sha256': declared } },
        { service: 's3', now },
      );
      expect((await send({ ...odd, body: Buffer.from('any') })).body).toContain(code);
    }
    expect((await send(setHeader(closed, 'x-amz-content-sha256', undefined))).body).toContain(
      'Missing required header',
    );
    const sts = await sign(
      { ...whoAmI, headers: { ...whoAmI.headers, ...unsigned } },
      { service: 'sts', now },
    );
    expect((await send(sts)).body).toContain('SignatureDoesNotMatch');
  });

  test('S3 virtual-host style names the bucket by Host', async () => {
    const { cloud, send } = setUp();
    for (const host of [
      'one.s3.eu-west-1.amazonaws.com',
      'one.s3.amazonaws.com',
      'one.localhost:4599',
      'one.s3.localhost:4599',
    ]) {
      const plain = { ...listBuckets, method: 'DELETE', headers: { host } };
      expect((await send(await sign(plain, { service: 's3', now }))).status).toBe(204);
      expect(cloud.calls.at(-1)?.input).toEqual({ Bucket: 'one' });
    }
  });

  test('unknown action, operation that is not served, unknown service', async () => {
    const { send } = setUp();
    const call = async (service: string, body: string) =>
      send(await sign({ ...whoAmI, body }, { service, now }));
    expect(await call('sts', 'Action=Nope&Version=2011-06-15')).toMatchObject({
      status: 400,
      body: expect.stringContaining(
        '<Code>InvalidAction</Code><Message>Could not find operation Nope for version 2011-06-15',
      ),
    });
    expect(await call('sts', 'Action=GetSessionToken&Version=2011-06-15')).toMatchObject({
      status: 501,
      body: expect.stringContaining('Of sts it serves: GetCallerIdentity.'),
    });
    expect(await call('lambda', '')).toMatchObject({
      status: 501,
      body: expect.stringContaining('It serves: sts, iam'),
    });
    expect((await call('sts', 'Version=2011-06-15')).body).toContain('MissingAction');
    expect((await call('sts', 'Action=GetCallerIdentity&Version=2010-01-01')).body).toContain(
      'InvalidAction',
    );
    expect((await call('sts', 'Action=GetCallerIdentity&Action=X&Version=2011-06-15')).body).toContain(
      'MalformedQueryString',
    );
  });
});
