import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCloud } from '../services/index.ts';
import { hashBytes } from './canonical.ts';
import { Headers, type WireRequest } from './http.ts';
import { loadModel, services } from './model.ts';
import { sign } from './testing/signing.ts';
import { testRandom } from './testing.ts';
import { createWire } from './wire.ts';

/** `WIRE_FUZZ_RUNS=200000 npx vitest run src/sandbox/wire/fuzz` for the long run. */
const runs = Number(process.env['WIRE_FUZZ_RUNS'] ?? 2_000);
const now = Date.parse('2026-11-23T20:00:00Z');

interface Seed {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const form = (service: string, body: string): Seed => ({
  service,
  method: 'POST',
  path: '/',
  query: {},
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body,
});
const seeds: readonly Seed[] = [
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
  { service: 's3', method: 'GET', path: '/', query: { 'max-buckets': '3' }, headers: {}, body: '' },
  { service: 's3', method: 'DELETE', path: '/bucket-one', query: {}, headers: {}, body: '' },
  {
    service: 's3',
    method: 'PUT',
    path: '/bucket-one',
    query: { tagging: '' },
    headers: {},
    body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
  },
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

const mutant = fc.record({
  seed: fc.constantFrom(...seeds),
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

const code = /<Code>([A-Za-z.]+)<\/Code>|"__type":"([A-Za-z]+)"/;

test(`${runs} mutated requests: answered or refused by name, never a 500`, {
  timeout: 3_600_000,
}, async () => {
  const cloud = createCloud({ clock: { now: () => now }, random: testRandom() });
  const key = cloud.createAccount('489157521585');
  const bugs: unknown[] = [];
  const wire = createWire({
    cloud,
    clock: { now: () => now },
    random: testRandom(),
    onBug: (e) => bugs.push(e),
  });
  await Promise.all(services.map(loadModel));
  const seen = new Map<string, number>();
  let made = 0;
  await fc.assert(
    fc.asyncProperty(mutant, async (m) => {
      made += 1;
      // Unbounded state would slow the long run down, not test more.
      if (made % 500 === 0) cloud.takeRecords();
      const request = await mutate(m, key);
      const response = await wire(request);
      const text = String(response.body);
      expect(
        response.status,
        `${text}\n${String(bugs.map((b) => (b instanceof Error ? b.stack : b)).at(-1))}`,
      ).not.toBe(500);
      if (response.status >= 300) {
        const found = code.exec(text);
        expect(found, text).not.toBeNull();
        const name = found?.[1] ?? found?.[2] ?? '';
        seen.set(name, (seen.get(name) ?? 0) + 1);
      } else seen.set('ok', (seen.get('ok') ?? 0) + 1);
    }),
    { numRuns: runs, endOnFailure: true },
  );
  if (runs > 10_000) console.log(Object.fromEntries([...seen].sort(([, a], [, b]) => b - a)));
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

type Mutant = typeof mutant extends fc.Arbitrary<infer T> ? T : never;

async function mutate(
  m: Mutant,
  key: { accessKeyId: string; secretAccessKey: string },
): Promise<WireRequest> {
  const { seed } = m;
  const body = apply(seed.body, m.body);
  const headers = { ...seed.headers };
  if (m.target !== undefined) headers['x-amz-target'] = headerSafe(m.target);
  // The same bytes for signer and wire: a lone surrogate has none of its own.
  const bytes = Buffer.from(body);
  if (seed.service === 's3') headers['x-amz-content-sha256'] = hashBytes(bytes);
  const path = targetSafe(apply(seed.path, m.path));
  const plain = {
    method: m.method ?? seed.method,
    path: path.startsWith('/') ? path : `/${path}`,
    query:
      m.query === null ? seed.query : { ...seed.query, [wellFormed(m.query[0])]: wellFormed(m.query[1]) },
    headers,
    body: bytes.toString(),
  };
  const request = await sign(plain, { service: seed.service, now, credentials: key });
  const raw: string[] = [];
  for (const name of request.headers.names()) {
    if (name === 'authorization' && !m.signed) continue;
    const value = request.headers.get(name) ?? '';
    raw.push(name, name === 'authorization' ? headerSafe(apply(value, m.authorization)) : value);
  }
  if (m.after !== null) raw.push(m.after[0], headerSafe(m.after[1]));
  return { ...request, headers: new Headers(raw) };
}

const wellFormed = (text: string): string => Buffer.from(text).toString();
