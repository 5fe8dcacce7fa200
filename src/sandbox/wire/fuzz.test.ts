import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCloud } from '../services/index.ts';
import { hashBytes } from './canonical.ts';
import { readCbor } from './cbor-read.ts';
import { Headers, type WireRequest, type WireResponse } from './http.ts';
import { loadModel, services } from './model.ts';
import { readSignature } from './signature.ts';
import { examples, type Seed } from './testing/examples.ts';
import { sign } from './testing/signing.ts';
import { testRandom } from './testing.ts';
import { createWire } from './wire.ts';

/** `WIRE_FUZZ_RUNS=200000 npx vitest run src/sandbox/wire/fuzz` for the long run: some minutes. */
const runs = Number(process.env['WIRE_FUZZ_RUNS'] ?? 2_000);
const now = Date.parse('2026-11-23T20:00:00Z');
/** Requests that may fill one cloud: without bound they would slow the long run down, not test more. */
const LIFE = 2_000;
/** ms of CPU: nothing that a request may hold takes this long, and a machine that stands still uses none. */
const HANGS = 2_000;

const form = (service: string, body: string): Seed => ({
  service,
  method: 'POST',
  path: '/',
  query: {},
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from(body),
});
const written: readonly Seed[] = [
  form('sts', 'Action=GetCallerIdentity&Version=2011-06-15'),
  form(
    'sts',
    'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A657654036224%3Arole%2FR&RoleSessionName=me&Tags.member.1.Key=a&Tags.member.1.Value=b&DurationSeconds=900',
  ),
  form(
    'sts',
    'Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900&SerialNumber=arn:aws:iam::489157521585:mfa/p&TokenCode=123456',
  ),
  form(
    'iam',
    'Action=CreateUser&Version=2010-05-08&UserName=u&Path=%2Fa%2F&Tags.member.1.Key=k&Tags.member.1.Value=v',
  ),
  form(
    'iam',
    'Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D',
  ),
  form('iam', 'Action=ListUsers&Version=2010-05-08&MaxItems=5&Marker=x'),
  form(
    'ec2',
    'Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=a&Filter.1.Value.1=b&InstanceId.1=i-1&MaxResults=5',
  ),
  form('ec2', 'Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1&DryRun=true'),
  {
    ...form(
      'cloudtrail',
      '{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"x"}],"StartTime":1.5,"MaxResults":3}',
    ),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CloudTrail_20131101.LookupEvents',
    },
  },
  {
    service: 's3',
    method: 'GET',
    path: '/',
    query: { 'max-buckets': '3' },
    headers: {},
    body: Buffer.alloc(0),
  },
  { service: 's3', method: 'DELETE', path: '/bucket-one', query: {}, headers: {}, body: Buffer.alloc(0) },
  {
    service: 's3',
    method: 'PUT',
    path: '/bucket-one',
    query: { tagging: '' },
    headers: {},
    body: Buffer.from('<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'),
  },
  { service: 's3', method: 'PUT', path: '/bucket-one', query: {}, headers: {}, body: Buffer.alloc(0) },
  {
    service: 's3',
    method: 'PUT',
    path: '/bucket-one/key',
    query: {},
    headers: {},
    body: Buffer.from('plain'),
  },
  {
    service: 's3',
    method: 'GET',
    path: '/bucket-one/key',
    query: {},
    headers: { range: 'bytes=1-2' },
    body: Buffer.alloc(0),
  },
  ...[
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  ].map(
    (streaming): Seed => ({
      service: 's3',
      method: 'PUT',
      path: '/bucket-one/chunked',
      query: {},
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '10',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      body: Buffer.from('hello wire'),
      streaming,
    }),
  ),
];

const piece = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    '&',
    '=',
    '.',
    '%',
    '%zz',
    '%FF',
    '\0',
    '<!DOCTYPE a>',
    ']]>',
    '{',
    '"',
    '[[[[',
    '.1',
    '.member.',
    '999999999999',
    '-1',
    'NaN',
    '1e999',
    '__proto__',
    'constructor',
    'Action=',
    '../',
    '//',
    'é',
    '\ud800',
    'A'.repeat(2_000),
    '.member.1'.repeat(40),
  ),
);
/** Where text is cut and what is put there. */
const edit = fc.record({ at: fc.nat(400), cut: fc.nat(12), put: piece });
const apply = (text: string, edits: readonly { at: number; cut: number; put: string }[]): string =>
  edits.reduce((t, { at, cut, put }) => {
    const i = at % (t.length + 1);
    return t.slice(0, i) + put + t.slice(i + cut);
  }, text);

const headerSafe = (text: string): string => text.replace(/[^\x20-\x7e]/g, '~');
/** What may stand on HTTP's request line. */
const targetSafe = (text: string): string => text.replace(/[^\x21-\x7e]/g, '~');

/** Most requests pass most stages, so that every stage gets its share. */
const seldom = <T, N>(arbitrary: fc.Arbitrary<T>, usual: N): fc.Arbitrary<T | N> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

const mutantOf = (seeds: readonly Seed[]) =>
  fc.record({
    seed: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...written) },
      { weight: 3, arbitrary: fc.constantFrom(...seeds) },
    ),
    /** Edited before signing: the signature is good, the content isn't. */
    body: fc.array(edit, { maxLength: 3 }),
    path: seldom(fc.array(edit, { minLength: 1, maxLength: 1 }), []),
    query: seldom(fc.tuple(piece, piece), null),
    method: seldom(fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE'), undefined),
    target: seldom(piece, undefined),
    /** Edited after signing. */
    authorization: seldom(fc.array(edit, { minLength: 1, maxLength: 2 }), []),
    after: seldom(
      fc.tuple(
        fc.constantFrom('x-amz-date', 'x-amz-security-token', 'host', 'content-type', 'x-amz-content-sha256'),
        piece,
      ),
      null,
    ),
    signed: seldom(fc.constant(false), true),
  });

const code = /<Code>([A-Za-z0-9.]+)<\/Code>|"__type":"([A-Za-z0-9.]+)"/;

function codeOf(response: WireResponse): string | undefined {
  if (response.headers['smithy-protocol'] === 'rpc-v2-cbor') {
    const error = readCbor(Buffer.from(response.body)) as { __type?: unknown };
    return typeof error.__type === 'string' ? error.__type : undefined;
  }
  const found = code.exec(String(response.body));
  return found?.[1] ?? found?.[2];
}

test(`${runs} mutated requests: answered or refused by name, never a 500, never a hang`, {
  timeout: 3_600_000,
}, async () => {
  const cloud = createCloud({ clock: { now: () => now }, random: testRandom() });
  await cloud.prepare();
  const bugs: unknown[] = [];
  const failures = new Map<string, string>();
  const wire = createWire({
    cloud,
    clock: { now: () => now },
    random: testRandom(),
    onBug: (e) => bugs.push(e),
  });
  const seeds = examples(await Promise.all(services.map(loadModel)), cloud.serves);
  const seen = new Map<string, number>();
  const count = (name: string) => seen.set(name, (seen.get(name) ?? 0) + 1);
  let key = cloud.createAccount(ACCOUNT);
  let made = 0;
  await fc.assert(
    fc.asyncProperty(mutantOf(seeds), async (m) => {
      made += 1;
      if (made % LIFE === 0) {
        cloud.reset();
        key = cloud.createAccount(ACCOUNT);
      }
      const request = await mutate(m, key);
      const began = process.cpuUsage();
      const response = await wire(request);
      const { user, system } = process.cpuUsage(began);
      const took = (user + system) / 1_000;
      const name = response.status < 300 ? 'ok' : codeOf(response);
      if (response.status === 500 || took > HANGS || name === undefined) {
        const bug = bugs.at(-1);
        const what =
          bug instanceof Error ? String(bug.stack).split('\n').slice(0, 3).join('\n') : `${took} ms`;
        // One of each kind, so that a long run shows them all.
        failures.set(
          what,
          `${what}\n${m.seed.service} ${request.method} ${request.path}?${request.query}\n${request.body}\n${String(response.body)}`,
        );
        return;
      }
      count(name);
      if (name === 'ok') count(`ok ${m.seed.service}`);
    }),
    { numRuns: runs, endOnFailure: true },
  );
  if (runs > 10_000) console.log(Object.fromEntries([...seen].sort(([, a], [, b]) => b - a)));
  expect([...failures.values()]).toEqual([]);
  expect(bugs).toEqual([]);
  // The mutants must reach every stage, else they test only the first one.
  for (const stage of [
    'ok',
    'IncompleteSignature',
    'ValidationError',
    'MalformedInput',
    'MissingAuthenticationToken',
  ]) {
    expect([...seen.keys()]).toContain(stage);
  }
});

const ACCOUNT = '489157521585';

type Mutant = ReturnType<typeof mutantOf> extends fc.Arbitrary<infer T> ? T : never;

async function mutate(
  m: Mutant,
  key: { accessKeyId: string; secretAccessKey: string },
): Promise<WireRequest> {
  const { seed } = m;
  // Bytes as one character each, so that CBOR too is cut anywhere; what is put there is UTF-8.
  const edits = m.body.map((e) => ({ ...e, put: Buffer.from(e.put).toString('latin1') }));
  const edited = (body: Buffer): Buffer => Buffer.from(apply(body.toString('latin1'), edits), 'latin1');
  const headers = { ...seed.headers };
  if (m.target !== undefined) headers['x-amz-target'] = headerSafe(m.target);
  const bytes = seed.streaming === undefined ? edited(seed.body) : seed.body;
  if (seed.service === 's3') headers['x-amz-content-sha256'] = seed.streaming ?? hashBytes(bytes);
  const path = targetSafe(apply(seed.path, m.path));
  const plain = {
    method: m.method ?? seed.method,
    path: path.startsWith('/') ? path : `/${path}`,
    query:
      m.query === null ? seed.query : { ...seed.query, [wellFormed(m.query[0])]: wellFormed(m.query[1]) },
    headers,
    body: bytes,
  };
  const signed = await sign(plain, { service: seed.service, now, credentials: key });
  // Chunks carry signatures of their own: they are made first, then damaged.
  const request =
    seed.streaming === undefined
      ? signed
      : { ...signed, body: edited(chunked(seed.streaming, signed, key.secretAccessKey)) };
  const raw: string[] = [];
  for (const name of request.headers.names()) {
    if (name === 'authorization' && !m.signed) continue;
    const value = request.headers.get(name) ?? '';
    raw.push(name, name === 'authorization' ? headerSafe(apply(value, m.authorization)) : value);
  }
  if (m.after !== null) raw.push(m.after[0], headerSafe(m.after[1]));
  return { ...request, headers: new Headers(raw) };
}

/** The seed's body in chunks of five bytes. */
function chunked(form: string, request: WireRequest, secret: string): Buffer {
  const signature = readSignature(request);
  if (signature === undefined) return request.body;
  const { date, region, service } = signature.scope;
  const { timeText } = signature;
  let keyBytes: Buffer = createHmac('sha256', `AWS4${secret}`).update(date).digest();
  for (const part of [region, service, 'aws4_request']) {
    keyBytes = createHmac('sha256', keyBytes).update(part).digest();
  }
  let previous = signature.signature;
  const next = (kind: string, hashes: string): string => {
    const text = `AWS4-HMAC-SHA256-${kind}\n${timeText}\n${date}/${region}/${service}/aws4_request\n${previous}\n${hashes}`;
    previous = createHmac('sha256', keyBytes).update(text).digest('hex');
    return previous;
  };
  const isSigned = form !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  let text = '';
  for (const at of [0, 5, 10]) {
    const part = request.body.subarray(at, at + 5);
    const own = isSigned
      ? `;chunk-signature=${next('PAYLOAD', `${hashBytes(Buffer.alloc(0))}\n${hashBytes(part)}`)}`
      : '';
    text += `${part.length.toString(16)}${own}\r\n${part.toString('latin1')}${part.length === 0 ? '' : '\r\n'}`;
  }
  if (form.endsWith('-TRAILER')) {
    const trailer = 'x-amz-checksum-crc32:3oh7xg==';
    text += `${trailer}\r\n`;
    if (isSigned)
      text += `x-amz-trailer-signature:${next('TRAILER', hashBytes(Buffer.from(`${trailer}\n`)))}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}

const wellFormed = (text: string): string => Buffer.from(text).toString();
