import { describe, expect, it } from 'vitest';
import { compile } from './index.ts';
import { assumeRole, file, operator, workedExample } from './testing/fixtures.ts';
import type { AuthRequest, NamedPolicy } from './types.ts';

const read: AuthRequest = {
  principal: operator,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/x',
  context: {},
};
const allow = (condition: object): NamedPolicy =>
  file('p.json', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition as never }],
  });

/** A document that the parser would refuse, made from one that it accepts. */
function damaged(
  policy: NamedPolicy,
  change: (s: NamedPolicy['document']['statements'][number]) => object,
): NamedPolicy {
  const { document } = policy;
  return {
    ...policy,
    document: { ...document, statements: document.statements.map((s) => ({ ...s, ...change(s) })) },
  };
}

describe('fails closed on documents that no parser lets through', () => {
  const plain = (effect: 'Allow' | 'Deny') =>
    file('p.json', { Version: '2012-10-17', Statement: [{ Effect: effect, Action: '*', Resource: '*' }] });
  const cases: [string, (s: NamedPolicy['document']['statements'][number]) => object][] = [
    ['no Action', () => ({ action: undefined })],
    ['no Resource', () => ({ resource: undefined })],
    [
      'an unknown operator',
      (s) => ({
        conditions: [{ operator: 'StringMatches', ifExists: false, key: 'k', values: [], span: s.span }],
      }),
    ],
    [
      'a malformed number',
      (s) => ({
        conditions: [
          {
            operator: 'NumericNotEquals',
            ifExists: true,
            key: 'k',
            values: [{ value: '120abc', span: s.span }],
            span: s.span,
          },
        ],
      }),
    ],
    [
      'an operator called __proto__',
      (s) => ({
        conditions: [{ operator: '__proto__', ifExists: true, key: 'k', values: [], span: s.span }],
      }),
    ],
  ];
  it.each(cases)('%s: an Allow never applies, a Deny always does', (_name, change) => {
    expect(compile({ identity: [plain('Allow')] }).authorize(read).allowed).toBe(true);
    expect(compile({ identity: [damaged(plain('Allow'), change)] }).explain(read).allowed).toBe(false);
    expect(
      compile({ identity: [plain('Allow'), damaged(plain('Deny'), change)] }).authorize(read).because,
    ).toBe('explicit-deny');
  });

  it('NotPrincipal with Allow grants nobody anything', () => {
    const parsed = file('r.json', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', NotPrincipal: { AWS: '111122223333' }, Action: '*', Resource: '*' }],
    });
    const resource = damaged(parsed, () => ({ effect: 'Allow' }));
    expect(compile({ resource }).authorize(read).allowed).toBe(false);
  });
});

describe('empty lists', () => {
  const all = allow({});
  it('a path through the organization without any level grants nothing', () => {
    for (const set of [{ scps: [] }, { rcps: [] }, { scps: [[]] }, { rcps: [[]] }]) {
      const authorizer = compile({ identity: [all], ...set });
      expect(authorizer.authorize(read).allowed).toBe(false);
      const layer = 'scps' in set ? 'scp' : 'rcp';
      expect(authorizer.explain(read).refusals).toMatchObject([{ layer, because: 'implicit-deny' }]);
    }
    expect(compile({ identity: [all], scps: [[all], []] }).explain(read).text).toContain('at level 2');
    expect(compile({ identity: [all], scps: [] }).explain(read).text).toContain('has no level');
    expect(compile({ identity: [all], scps: [[all]] }).authorize(read).allowed).toBe(true);
  });

  it('a multivalued key of empty values is null, so that Null closes what ForAllValues leaves open', () => {
    const policy = allow({
      'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' },
      Null: { 'aws:TagKeys': 'false' },
    });
    const asked = (keys: readonly string[]) =>
      compile({ identity: [policy] }).explain({ ...read, context: { 'aws:TagKeys': keys } });
    expect(asked(['team']).allowed).toBe(true);
    for (const keys of [[], [''], ['', '']]) expect(asked(keys).allowed).toBe(false);
    expect(asked(['']).text).toContain('aws:TagKeys is empty; Null needs it present');
  });
});

describe('what needs no permission', () => {
  const denyAll = file('p.json', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  });
  const authorizer = compile({ identity: [denyAll], scps: [[denyAll]] });
  const session = {
    type: 'role-session',
    arn: 'arn:aws:sts::489157521585:assumed-role/R/s',
    roleArn: 'arn:aws:iam::489157521585:role/R',
    roleId: 'AROAEXAMPLE0000000001',
    sessionName: 's',
    accountId: '489157521585',
  } as const;

  it('is GetCallerIdentity for whoever signs, and GetSessionToken for users, whatever is denied', () => {
    for (const action of ['sts:GetCallerIdentity', 'STS:getsessiontoken']) {
      const told = authorizer.explain({ ...read, action, resource: '*' });
      expect(told).toMatchObject({ allowed: true, refusals: [], statements: [] });
      expect(told.text).toContain('needs no permission');
      expect(authorizer.authorize({ ...read, action, resource: '*' }).allowed).toBe(true);
    }
  });

  it('is not GetSessionToken for sessions, nor anything for the anonymous', () => {
    const asked = (action: string, principal: AuthRequest['principal']) =>
      authorizer.authorize({ ...read, principal, action, resource: '*' }).allowed;
    expect(asked('sts:GetCallerIdentity', session)).toBe(true);
    expect(asked('sts:GetSessionToken', session)).toBe(false);
    expect(asked('sts:GetCallerIdentity', { type: 'anonymous' })).toBe(false);
    expect(asked('sts:GetFederationToken', operator)).toBe(false);
  });
});

it('explanations show control characters of a request and obey none', () => {
  const policy = allow({ StringEquals: { 'aws:PrincipalTag/x': 'y' } });
  const evil = '\u001b[2J\nAllowed: everything\u202e';
  const told = compile({ identity: [policy] }).explain({
    ...read,
    resource: `arn:aws:s3:::b/${evil}`,
    context: { 'aws:PrincipalTag/x': evil },
  });
  expect(told.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(told.text.split('\n').filter((line) => line.startsWith('Allowed'))).toEqual([]);
  expect(JSON.stringify([told.refusals, told.all])).not.toContain('\u202e');
});

describe('context', () => {
  it('counts the first of two spellings, whatever the policy writes', () => {
    const context = { 'AWS:SOURCEIP': '198.51.100.1', 'aws:SourceIp': '203.0.113.7' };
    for (const key of ['aws:SourceIp', 'AWS:SOURCEIP', 'aws:sourceip'])
      expect(
        compile({ identity: [allow({ IpAddress: { [key]: '203.0.113.0/24' } })] }).authorize({
          ...read,
          context,
        }).allowed,
      ).toBe(false);
  });

  it('prefers the request’s own value to the implied one', () => {
    const one = compile({ identity: [allow({ StringEquals: { 'aws:username': 'other' } })] });
    expect(one.authorize(read).allowed).toBe(false);
    expect(one.authorize({ ...read, context: { 'AWS:Username': 'other' } }).allowed).toBe(true);
  });

  it('does not read inherited keys', () => {
    const inherited = Object.create({ 'k:x': 'y' }) as Record<string, string>;
    expect(
      compile({ identity: [allow({ StringEquals: { 'k:x': 'y' } })] }).authorize({
        ...read,
        context: inherited,
      }).allowed,
    ).toBe(false);
  });

  it('takes __proto__ and constructor for keys like any other', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const one = compile({ identity: [allow(JSON.parse(`{"StringEquals":{"${key}":"y"}}`))] });
      expect(one.authorize(read).allowed).toBe(false);
      expect(one.authorize({ ...read, context: JSON.parse(`{"${key}":"y"}`) }).allowed).toBe(true);
    }
    expect(({} as Record<string, unknown>)['y']).toBeUndefined();
  });

  it('does not match a CIDR that the request calls its address', () => {
    const one = compile({ identity: [allow({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })] });
    expect(one.authorize({ ...read, context: { 'aws:SourceIp': '203.0.113.7/32' } }).allowed).toBe(false);
    expect(one.authorize({ ...read, context: { 'aws:SourceIp': '::ffff:203.0.113.7' } }).allowed).toBe(false);
  });
});

describe('long policies', () => {
  const long = (effect: 'Allow' | 'Deny') =>
    file('long.json', {
      Version: '2012-10-17',
      Statement: Array.from({ length: 30 }, (_, i) => ({
        Effect: effect,
        Action: 's3:GetObject',
        Resource: [`arn:aws:s3:::team-${i}/\${aws:username}/*`, `arn:aws:s3:::shared-${i}/?`],
      })),
    });
  const at = (resource: string): AuthRequest => ({ ...read, resource });
  const everything = file('all.json', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });

  it.each([
    ['arn:aws:s3:::team-29/security-admin/x', true],
    ['arn:aws:s3:::team-29/other/x', false],
    ['arn:aws:s3:::shared-7/x', true],
    ['arn:aws:s3:::shared-7/xy', false],
    ['arn:aws:s3:::', false],
  ])('find the statement for %s: %s', (resource, applies) => {
    expect(compile({ identity: [long('Allow')] }).authorize(at(resource)).allowed).toBe(applies);
    expect(compile({ identity: [everything, long('Deny')] }).authorize(at(resource)).allowed).toBe(!applies);
  });
});

describe('hostile input', () => {
  it('decides over 10,000 statements', () => {
    const Statement = Array.from({ length: 10_000 }, (_, i) => ({
      Effect: 'Allow' as const,
      Action: `svc${i}:Do*`,
      Resource: `arn:aws:svc:::${i}/*`,
    }));
    const one = compile({ identity: [file('big.json', { Version: '2012-10-17', Statement })] });
    expect(one.authorize({ ...read, action: 'svc9999:DoIt', resource: 'arn:aws:svc:::9999/x' }).allowed).toBe(
      true,
    );
    expect(one.authorize({ ...read, action: 'svc9999:DoIt', resource: 'arn:aws:svc:::9998/x' }).allowed).toBe(
      false,
    );
  });

  it('matches hostile wildcards at once', () => {
    const pattern = `arn:aws:s3:::${'*a'.repeat(5000)}*b`;
    const one = compile({
      identity: [
        file('w.json', {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: pattern }],
        }),
      ],
    });
    expect(one.authorize({ ...read, resource: `arn:aws:s3:::${'a'.repeat(20_000)}` }).allowed).toBe(false);
    expect(one.authorize({ ...read, resource: `arn:aws:s3:::${'a'.repeat(20_000)}b` }).allowed).toBe(true);
  });

  it('takes halves of surrogate pairs and unfinished variables in a request for what they are', () => {
    const one = compile({
      identity: [
        file('p.json', {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::b/?${*}${' }],
        }),
      ],
    });
    expect(one.authorize({ ...read, resource: 'arn:aws:s3:::b/\ud800*${' }).allowed).toBe(true);
    expect(one.authorize({ ...read, resource: 'arn:aws:s3:::b/\ud800x${' }).allowed).toBe(false);
    expect(one.explain({ ...read, resource: 'arn:aws:s3:::b/\ud800x${' }).allowed).toBe(false);
  });

  it('remembers only so many actions and keys, and still decides right beyond them', () => {
    const one = compile({ identity: [allow({ StringEquals: { 'aws:RequestTag/team': 'red' } })] });
    for (let i = 0; i < 10_000; i++)
      one.authorize({ ...read, action: `s3:Action${i}`, context: { [`aws:RequestTag/${i}`]: 'x' } });
    for (const key of ['aws:RequestTag/team', 'AWS:requesttag/TEAM'])
      expect(one.authorize({ ...read, action: 's3:NewOne', context: { [key]: 'red' } }).allowed).toBe(true);
    expect(
      one.authorize({ ...read, action: 's3:NewOne', context: { 'aws:RequestTag/other': 'red' } }).allowed,
    ).toBe(false);
  });
});

it('the worked example: allowed as it stands, refused once any part is taken away', () => {
  const example = compile(workedExample);
  expect(example.authorize(assumeRole())).toMatchObject({
    allowed: true,
    because: 'allowed',
    layer: 'trust',
  });
  for (const key of ['sts:ExternalId', 'aws:MultiFactorAuthPresent', 'aws:MultiFactorAuthAge'])
    expect(example.authorize(assumeRole({ [key]: undefined })).allowed, key).toBe(false);
  expect(compile({ ...workedExample, identity: [] }).authorize(assumeRole()).layer).toBe('identity');
  expect(compile({ ...workedExample, resource: undefined }).authorize(assumeRole()).layer).toBe('trust');
});
