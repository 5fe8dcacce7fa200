import { describe, expect, it } from 'vitest';
import { compile } from './index.ts';
import { assumeRole, auditRole, file, operator, trustPolicy, workedExample } from './testing/fixtures.ts';

const example = compile(workedExample);

describe('explain', () => {
  it('names file, line, condition and actual value of a denied AssumeRole', () => {
    const { text, refusals } = example.explain(
      assumeRole({
        'sts:ExternalId': 'wrong',
        'aws:MultiFactorAuthPresent': undefined,
        'aws:MultiFactorAuthAge': '4000',
      }),
    );
    expect(text).toMatchInlineSnapshot(`
      "Denied: sts:AssumeRole on arn:aws:iam::657654036224:role/SecurityAuditRole for arn:aws:iam::489157521585:user/security-admin
        trust policy (no allow)
          trust-policy.json:13 statement 1 "Operators": sts:ExternalId is "wrong"; StringEquals needs "MyUniqueSecretValue123"
          trust-policy.json:16 statement 1 "Operators": aws:MultiFactorAuthPresent is absent; Bool needs "true"
          trust-policy.json:19 statement 1 "Operators": aws:MultiFactorAuthAge is "4000"; NumericLessThan needs "3600"
          to change it: make all 3 of these match, in the request or in trust-policy.json:4 statement 1 "Operators""
    `);
    expect(refusals).toHaveLength(1);
  });

  it('says of an allowed request which statements grant', () => {
    expect(example.explain(assumeRole()).text).toMatchInlineSnapshot(`
      "Allowed: sts:AssumeRole on arn:aws:iam::657654036224:role/SecurityAuditRole for arn:aws:iam::489157521585:user/security-admin
        assume-policy.json:4 statement 1: it applies (identity-based policy)
        trust-policy.json:4 statement 1 "Operators": it applies: sts:ExternalId is "MyUniqueSecretValue123", aws:MultiFactorAuthPresent is "true", aws:MultiFactorAuthAge is "60" (trust policy)"
    `);
  });

  it('lists every layer that refuses on its own, in order of evaluation', () => {
    const { refusals, text, layer } = compile({
      ...workedExample,
      identity: [],
      boundary: file('boundary.json', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
      }),
      scps: [
        [
          file('scp.json', {
            Version: '2012-10-17',
            Statement: [{ Sid: 'NoRoles', Effect: 'Deny', Action: 'sts:*', Resource: '*' }],
          }),
        ],
      ],
    }).explain(assumeRole({ 'sts:ExternalId': 'wrong' }));
    expect(layer).toBe('scp');
    expect(refusals.map((r) => [r.layer, r.because])).toEqual([
      ['scp', 'explicit-deny'],
      ['scp', 'implicit-deny'],
      ['boundary', 'implicit-deny'],
      ['identity', 'implicit-deny'],
      ['trust', 'implicit-deny'],
    ]);
    expect(text).toContain('scp.json:4 statement 1 "NoRoles": it applies');
    expect(text).toContain('remove or narrow scp.json:4 statement 1 "NoRoles"');
    expect(text).toContain('there is no identity-based policy');
    expect(text).toContain(`add an Allow for sts:AssumeRole on ${auditRole} to the permissions boundary`);
  });

  it('says at which level of the organization no policy allows', () => {
    const full = file('full.json', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const { refusals } = compile({ ...workedExample, scps: [[full], []] }).explain(assumeRole());
    expect(refusals).toEqual([
      {
        layer: 'scp',
        because: 'implicit-deny',
        why: 'at level 2 of the organization (1 is the root) no service control policy allows sts:AssumeRole',
      },
    ]);
  });

  const why = (statement: object, request = assumeRole()) =>
    compile({
      resource: file('p.json', { Version: '2012-10-17', Statement: [statement as never] }),
    }).explain(request).all[0]?.why;
  const base = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };

  it.each([
    [{ ...base, Action: 'sts:TagSession' }, 'action sts:AssumeRole is not sts:TagSession'],
    [{ ...base, Action: undefined, NotAction: 'sts:*' }, 'NotAction leaves out sts:AssumeRole'],
    [{ ...base, Resource: 'arn:aws:s3:::a' }, `resource ${auditRole} is not arn:aws:s3:::a`],
    [{ ...base, NotResource: auditRole }, `NotResource leaves out ${auditRole}`],
    [
      { ...base, Principal: { AWS: 'arn:aws:iam::111122223333:user/x' } },
      `principal ${operator.arn} is not arn:aws:iam::111122223333:user/x`,
    ],
    [
      { ...base, Condition: { StringNotEquals: { 'sts:ExternalId': ['MyUniqueSecretValue123', 'b'] } } },
      'sts:ExternalId is "MyUniqueSecretValue123"; StringNotEquals needs anything but "MyUniqueSecretValue123" or "b"',
    ],
    [
      { ...base, Condition: { Null: { 'aws:MultiFactorAuthAge': 'true' } } },
      'aws:MultiFactorAuthAge is present; Null needs it absent',
    ],
    [
      { ...base, Condition: { Null: { 'aws:TokenIssueTime': 'false' } } },
      'aws:TokenIssueTime is absent; Null needs it present',
    ],
    [
      { ...base, Condition: { StringEquals: { 'sts:ExternalId': '${aws:PrincipalTag/team}' } } },
      'sts:ExternalId is "MyUniqueSecretValue123"; StringEquals needs "${aws:PrincipalTag/team}" (variable aws:PrincipalTag/team has no value)',
    ],
    [
      { ...base, Condition: { 'ForAnyValue:StringLikeIfExists': { 'sts:ExternalId': 'x*' } } },
      'sts:ExternalId is "MyUniqueSecretValue123"; ForAnyValue:StringLikeIfExists needs "x*"',
    ],
  ])('%j', (statement, expected) => {
    expect(why(statement)).toBe(expected);
  });

  it('shows an implied key with the value it has', () => {
    expect(why({ ...base, Condition: { StringEquals: { 'aws:username': 'root' } } })).toBe(
      'aws:username is "security-admin"; StringEquals needs "root"',
    );
  });
});

describe('a decision', () => {
  it('finds its statements when asked, and when printed as JSON', () => {
    const decision = example.authorize(assumeRole({ 'sts:ExternalId': 'wrong' }));
    expect(decision.statements).toMatchObject([
      { policy: 'trust-policy.json', index: 0, sid: 'Operators', matched: false },
    ]);
    expect(JSON.parse(JSON.stringify(decision))).toMatchObject({
      allowed: false,
      layer: 'trust',
      statements: [{ index: 0 }],
    });
  });

  it('shows both sides when either could have granted', () => {
    const other = { ...operator, arn: 'arn:aws:iam::657654036224:user/x', accountId: '657654036224' };
    const { statements } = compile({
      identity: [
        file('i.json', {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }],
        }),
      ],
      resource: file('r.json', {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' },
        ],
      }),
    }).authorize({ principal: other, action: 's3:GetObject', resource: 'arn:aws:s3:::c/x', context: {} });
    expect(statements.map((s) => s.policy)).toEqual(['i.json', 'r.json']);
  });

  it('is not changed by reusing the authorizer', () => {
    expect(example.authorize(assumeRole({ 'aws:MultiFactorAuthAge': '3600' })).allowed).toBe(false);
    expect(example.authorize(assumeRole()).allowed).toBe(true);
    expect(
      example.authorizeAll([assumeRole(), assumeRole({ 'sts:ExternalId': '' })]).map((d) => d.allowed),
    ).toEqual([true, false]);
    expect(example.authorize(assumeRole()).statements.map((s) => s.policy)).toEqual([
      'assume-policy.json',
      trustPolicy.name,
    ]);
  });
});
