import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PolicyKind, parsePolicy, printPolicyJson } from './index.ts';
import { policyJson } from './testing.ts';

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = (statement: object, rest: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', ...rest, Statement: [statement] });
const codes = (text: string, kind?: PolicyKind) =>
  parsePolicy(text, kind === undefined ? {} : { kind }).diagnostics.map((d) => d.code);
const first = (text: string, kind?: PolicyKind) =>
  parsePolicy(text, kind === undefined ? {} : { kind }).diagnostics[0];
const when = (operator: string, value: unknown, key = 'aws:x') =>
  policy({ ...allow, Condition: { [operator]: { [key]: value } } });

describe('parsePolicy', () => {
  it('reads one statement or a list, one value or a list', () => {
    const one = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: allow }));
    const list = parsePolicy(policy({ ...allow, Action: ['s3:GetObject'] }));
    expect(one.ok && one.value.statements[0]?.action?.map((a) => a.value)).toEqual(['s3:GetObject']);
    expect(list.ok && list.value.statements[0]?.action?.map((a) => a.value)).toEqual(['s3:GetObject']);
  });

  it('reads an absent Version as 2008-10-17 and says that it was absent', () => {
    const result = parsePolicy(JSON.stringify({ Statement: allow }));
    expect(result.ok && result.value).toMatchObject({ version: '2008-10-17' });
    expect(result.ok && result.value.versionSpan).toBeUndefined();
  });

  it('keeps the forms of principals apart', () => {
    const star = parsePolicy(policy({ ...allow, Principal: '*' }));
    const map = parsePolicy(policy({ ...allow, Principal: { AWS: '*' } }));
    expect(star.ok && star.value.statements[0]?.principal?.kind).toBe('star');
    expect(map.ok && map.value.statements[0]?.principal).toMatchObject({
      kind: 'map',
      AWS: [{ value: '*' }],
    });
  });

  it('places every value', () => {
    const text =
      '{\n  "Version": "2012-10-17",\n  "Statement": {"Effect": "Allow",\n    "Action": ["s3:Get*", "s3:Put*"], "Resource": "*"}\n}';
    const result = parsePolicy(text);
    const span = result.ok ? result.value.statements[0]?.action?.[1]?.span : undefined;
    expect(span?.start).toMatchObject({ line: 4, column: 27 });
    expect(text.slice(span?.start.offset, span?.end.offset)).toBe('"s3:Put*"');
  });

  it.each([
    [policy({ ...allow, Effect: 'allow' }), 'invalid-effect', 'write "Allow"'],
    [policy({ effect: 'Allow', Action: 's3:*', Resource: '*' }), 'element-case', 'write "Effect"'],
    [policy({ Effect: 'Allow', Action: 's3:*', resource: '*' }), 'element-case', 'write "Resource"'],
    [policy({ Effect: 'Allow', Acton: 's3:*', Resource: '*' }), 'unknown-element', 'write "Action"'],
    [policy({ ...allow, Extra: 1 }), 'unknown-element', 'a statement can hold'],
    [policy({ Action: 's3:*', Resource: '*' }), 'missing-element', 'add "Effect"'],
    [policy({ Effect: 'Allow', Resource: '*' }), 'missing-element', 'add "Action"'],
    [policy({ ...allow, NotAction: 's3:*' }), 'exclusive-elements', 'keep one'],
    [policy({ ...allow, NotResource: '*' }), 'exclusive-elements', 'keep one'],
    [policy({ ...allow, Action: 'AssumeRole' }), 'action-format', 'service:AssumeRole'],
    [policy({ ...allow, Action: 's3 :Get' }), 'action-format', 'service:Name'],
    [policy({ ...allow, Action: 's*:Get' }), 'action-format', 'no wildcards'],
    [policy({ ...allow, Action: [] }), 'empty-list', 'at least one'],
    [policy({ ...allow, Action: 7 }), 'wrong-type', '"7"'],
    [policy({ ...allow, Resource: 'bucket' }), 'resource-format', 'whole ARN'],
    [policy({ ...allow, Resource: '**' }), 'resource-format', 'write "*"'],
    [policy({ ...allow, Sid: 1 }), 'wrong-type', '"1"'],
    [policy(allow, { Version: '2012-10-18' }), 'invalid-version', '2012-10-17'],
    [policy(allow, { version: '2012-10-17' }), 'element-case', 'write "Version"'],
    [policy({ ...allow, Principal: 'arn:aws:iam::111122223333:root' }), 'principal-format', '{"AWS":'],
    [policy({ ...allow, Principal: { aws: '*' } }), 'element-case', 'write "AWS"'],
    [policy({ ...allow, Principal: {} }), 'principal-format', 'at least one'],
    [
      policy({ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }),
      'principal-format',
      'aws:PrincipalArn',
    ],
    [
      policy({ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:group/g' } }),
      'principal-format',
      'users',
    ],
    [policy({ ...allow, Principal: { AWS: '12345' } }), 'principal-format', '12 digits'],
    [policy({ ...allow, Principal: { AWS: 123456789012 } }), 'wrong-type', '"123456789012"'],
    [policy({ ...allow, Principal: { AWS: 'ec2.amazonaws.com' } }), 'principal-format', '"Service"'],
    [policy({ ...allow, Principal: { Service: 'ec2' } }), 'principal-format', 'ec2.amazonaws.com'],
    [policy({ ...allow, Principal: { CanonicalUser: 'x' } }), 'principal-format', '64'],
    [when('StringEqual', 'a'), 'unknown-operator', '"StringEquals"'],
    [when('StringEqualIfExist', 'a'), 'unknown-operator', '"StringEqualsIfExists"'],
    [when('NullIfExists', 'true'), 'unknown-operator', 'Null takes no IfExists'],
    [when('ForAllValue:StringLike', 'a'), 'unknown-operator', '"ForAllValues:StringLike"'],
    [when('Bool', 'yes'), 'invalid-boolean', '"true"'],
    [when('Null', ''), 'invalid-boolean', '"true"'],
    [when('NumericEquals', '120abc'), 'invalid-number', '"3600"'],
    [when('NumericEquals', ''), 'invalid-number', '"3600"'],
    [when('NumericLessThan', '${aws:x}'), 'invalid-number', 'string and ARN'],
    [when('DateLessThan', '2026-02-30'), 'invalid-date', 'ISO 8601'],
    [when('DateLessThan', '23.11.2026'), 'invalid-date', 'ISO 8601'],
    [when('IpAddress', '203.0.113.0/33'), 'invalid-cidr', '203.0.113.0/24'],
    [when('NotIpAddress', '203.0.113.*'), 'invalid-cidr', 'wildcards'],
    [when('IpAddress', 'fe80::1%eth0'), 'invalid-cidr', '2001:db8::/32'],
    [when('BinaryEquals', 'a'), 'invalid-binary', 'encode'],
    [when('StringEquals', []), 'empty-list', 'at least one'],
    [when('StringEquals', null), 'wrong-type', 'a string'],
    [when('StringEquals', { a: 'b' }), 'wrong-type', 'a string'],
    [policy({ ...allow, Condition: { StringEquals: 'x' } }), 'wrong-type', '{"key": "value"}'],
    [
      policy({ ...allow, Condition: { Bool: { a: 'true' }, bool: { a: 'false' } } }),
      'duplicate-key',
      'merge',
    ],
    ['{"Version":"2012-10-17","Statement":[]}', 'empty-list', 'at least one'],
    ['{"Version":"2012-10-17"}', 'missing-element', 'Statement'],
    ['[]', 'wrong-type', 'object'],
  ])('refuses %s: %s', (text, code, help) => {
    const result = parsePolicy(text);
    expect(result.ok).toBe(false);
    const found = result.diagnostics.find((d) => d.code === code);
    expect(found, JSON.stringify(result.diagnostics)).toBeDefined();
    expect(found?.span).toBeDefined();
    expect(found?.help).toContain(help);
  });

  it('reads on after a misspelled element', () => {
    expect(codes('{"Version":"2012-10-17","statement":[{"effect":"Alow","Action":"s3:*"}]}')).toEqual([
      'element-case',
      'element-case',
      'invalid-effect',
    ]);
  });

  it('refuses a Sid that is taken, and points at the other', () => {
    const text = JSON.stringify(
      {
        Version: '2012-10-17',
        Statement: [
          { Sid: 'A', ...allow },
          { Sid: 'A', ...allow },
        ],
      },
      null,
      1,
    );
    expect(first(text)).toMatchObject({ code: 'duplicate-sid', message: expect.stringContaining('line 4') });
    expect(
      codes(
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Sid: '', ...allow },
            { Sid: '', ...allow },
          ],
        }),
      ),
    ).toEqual([]);
  });

  it('takes numbers and booleans in conditions as the strings that AWS makes of them', () => {
    const result = parsePolicy(
      policy({ ...allow, Condition: { Bool: { 'aws:x': true }, NumericLessThan: { 'aws:y': [3600, '5'] } } }),
    );
    expect(
      result.ok && result.value.statements[0]?.conditions.map((c) => c.values.map((v) => v.value)),
    ).toEqual([['true'], ['3600', '5']]);
    expect(result.diagnostics.map((d) => [d.code, d.severity])).toEqual([
      ['coerced-value', 'info'],
      ['coerced-value', 'info'],
    ]);
  });

  it('reads operators in their parts and canonical spelling', () => {
    const result = parsePolicy(when('foranyvalue:stringlikeifexists', 'a*'));
    expect(result.ok && result.value.statements[0]?.conditions[0]).toMatchObject({
      qualifier: 'ForAnyValue',
      operator: 'StringLike',
      ifExists: true,
    });
    expect(result.diagnostics.map((d) => d.code)).toEqual(['operator-case']);
  });

  it.each([
    ['identity', { ...allow, Principal: '*' }, 'forbidden-element'],
    ['identity', { Effect: 'Allow', Action: 's3:*' }, 'missing-element'],
    ['session', { ...allow, NotPrincipal: '*' }, 'forbidden-element'],
    ['scp', { ...allow, Principal: '*' }, 'forbidden-element'],
    ['trust', { Effect: 'Allow', Action: 'sts:AssumeRole' }, 'missing-element'],
    [
      'trust',
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*', Resource: '*' },
      'forbidden-element',
    ],
    ['trust', { Effect: 'Deny', Action: 'sts:AssumeRole', NotPrincipal: '*' }, 'forbidden-element'],
    ['trust', { Effect: 'Allow', Action: '*', Principal: '*' }, 'trust-action'],
    ['resource', allow, 'missing-element'],
    [
      'rcp',
      { Effect: 'Deny', Principal: { AWS: '111122223333' }, Action: 's3:*', Resource: '*' },
      'rcp-principal',
    ],
    ['rcp', { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }, 'rcp-allow'],
    ['rcp', { Effect: 'Deny', Principal: '*', NotAction: 's3:*', Resource: '*' }, 'forbidden-element'],
    ['identity', { ...allow, Sid: 'Not allowed' }, 'sid-characters'],
    ['identity', { ...allow, Resource: 'arn:aws:s3:::b/\u4e2d' }, 'document-character'],
  ] as const)('as %s policy refuses %j: %s, and only as such', (kind, statement, code) => {
    expect(codes(policy(statement), kind)).toContain(code);
    expect(codes(policy(statement))).toEqual([]);
  });

  it('takes for each kind what AWS documents for it', () => {
    const enter = {
      Effect: 'Allow',
      Principal: { AWS: '111122223333' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    };
    expect(codes(policy(enter), 'trust')).toEqual([]);
    expect(codes(policy({ ...allow, Sid: 'May contain spaces', Principal: '*' }), 'resource')).toEqual([]);
    expect(codes(policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }), 'rcp')).toEqual([]);
    expect(
      codes(policy({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::b' }), 'scp'),
    ).toEqual([]);
    expect(codes(policy(allow, { Id: 'x' }), 'identity')).toEqual(['forbidden-element']);
    expect(codes(policy({ ...allow, Principal: '*' }, { Id: 'x y' }), 'resource')).toEqual([]);
  });

  it('never throws, and places every diagnostic inside of the text', () => {
    const mutated = fc
      .tuple(
        policyJson('resource').map(printPolicyJson),
        fc.nat(),
        fc.nat(20),
        fc.string({ unit: 'binary', maxLength: 4 }),
      )
      .map(
        ([text, at, cut, insert]) =>
          text.slice(0, at % text.length) + insert + text.slice((at % text.length) + cut),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const result = parsePolicy(text, { kind: 'trust', file: 'x.json' });
        const misplaced = result.diagnostics.filter(({ file, span }) => {
          const [start, end] = [span?.start.offset ?? 0, span?.end.offset ?? 0];
          return file !== 'x.json' || start > end || end > text.length;
        });
        expect(misplaced).toEqual([]);
        expect(result.ok).toBe(!result.diagnostics.some((d) => d.severity === 'error'));
      }),
      { numRuns: 300 },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('reads 10,000 statements and hostile values', () => {
    const statement = Array.from({ length: 10_000 }, (_, i) => ({
      Sid: `S${i}`,
      ...allow,
      Resource: `arn:aws:s3:::b${i}/*`,
    }));
    const result = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), {
      kind: 'identity',
    });
    expect(result.ok && result.value.statements.length).toBe(10_000);
    for (const text of [
      '*'.repeat(100_000),
      'a*'.repeat(50_000),
      '\u{1F600}'.repeat(50_000),
      '${'.repeat(50_000),
    ]) {
      expect(parsePolicy(policy({ ...allow, Resource: `arn:aws:s3:::${text}` })).ok).toBe(true);
      expect(parsePolicy(when('StringLike', text)).ok).toBe(true);
      for (const operator of ['NumericEquals', 'DateEquals', 'IpAddress', 'Bool', 'BinaryEquals']) {
        expect(parsePolicy(when(operator, `${text}!`)).ok).toBe(false);
      }
      expect(parsePolicy(policy({ ...allow, Action: `s3:${text}!` })).ok).toBe(false);
      expect(parsePolicy(policy({ ...allow, [text]: 1 })).ok).toBe(false);
    }
  });
});
