import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Diagnostic, LineIndex } from '../../base/index.ts';
import { type LintOptions, lintPolicy, type PolicyKind, parsePolicy, printPolicyJson } from '../index.ts';
import { escalatingActions } from '../rules/escalation.ts';
import { rolePassing } from '../rules/pass-role.ts';
import { serviceAliases } from '../rules/service-aliases.ts';
import { policyJson } from '../testing.ts';
import { loadCatalog } from './catalog.ts';

async function lint(text: string, kind: PolicyKind, options: Partial<LintOptions> = {}) {
  const parsed = parsePolicy(text, { file: 'policy.json' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return { document: parsed.value, diagnostics: await lintPolicy(parsed.value, { kind, ...options }) };
}

const line = (d: Diagnostic) =>
  `${d.file}:${d.span?.start.line}:${d.span?.start.column} ${d.severity} ${d.code}: ${d.message}. ${d.help}`;

describe('the worked example', () => {
  it('flags vpc:Describe* in the permission policy, and nothing else', async () => {
    const text = printPolicyJson({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['ec2:Describe*', 'vpc:Describe*', 's3:ListAllMyBuckets', 'iam:GetRole', 'iam:GetUser'],
          Resource: '*',
        },
        {
          Effect: 'Deny',
          Action: ['ec2:TerminateInstances', 's3:DeleteBucket', 'iam:DeleteUser'],
          Resource: '*',
        },
      ],
    });
    const { diagnostics } = await lint(text, 'inline-role');
    expect(diagnostics.map(line)).toMatchInlineSnapshot(`
      [
        "policy.json:8:9 warning unknown-service: "vpc" names no IAM service; VPC actions live under "ec2:". write "ec2:DescribeVpcs", or "ec2:Describe*" for all of them",
      ]
    `);
  });

  it('finds nothing in the trust policy and the assume policy', async () => {
    const trust = printPolicyJson({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::489157521585:user/security-admin' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' },
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          },
        },
      ],
    });
    expect((await lint(trust, 'trust')).diagnostics).toEqual([]);
    const assume = printPolicyJson({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: 'arn:aws:iam::657654036224:role/SecurityAuditRole',
        },
      ],
    });
    expect((await lint(assume, 'inline-user')).diagnostics).toEqual([]);
  });
});

describe('lintPolicy', () => {
  it('takes every valid policy, in order and within the text', async () => {
    const kinds = fc.constantFrom('identity' as const, 'trust' as const, 'resource' as const, 'scp' as const);
    await fc.assert(
      fc.asyncProperty(
        kinds.chain((kind) => policyJson(kind).map((json) => ({ kind, json }))),
        async ({ kind, json }) => {
          const { document, diagnostics } = await lint(printPolicyJson(json), kind);
          const index = new LineIndex(document.text);
          for (const { span } of diagnostics) {
            if (span === undefined) continue;
            expect(index.span(span.start.offset, span.end.offset)).toEqual(span);
            expect(span.end.offset).toBeLessThanOrEqual(document.text.length);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('bounds what it says and does about 10,000 hostile statements', async () => {
    const Statement = Array.from({ length: 10_000 }, (_, i) => ({
      Effect: i % 2 === 0 ? ('Deny' as const) : ('Allow' as const),
      Action: [`ec2:Foo${i}*`, `s3:Get${i}`, `no${i}:*`],
      Resource: `arn:aws:s3:::b${i}/*`,
      ...(i % 4 === 0 ? {} : { Condition: { StringEquals: { [`foo:bar${i}`]: 'x' } } }),
    }));
    const { diagnostics } = await lint(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity');
    expect(diagnostics.length).toBeLessThan(500);
    expect(diagnostics.map((d) => d.message)).toContain(
      '9950 further places with the same problem are not shown',
    );
  });

  it.each([
    ['stars', '*'.repeat(100_000)],
    ['stars between letters', 'a*'.repeat(50_000)],
    ['question marks', '?*'.repeat(50_000)],
    ['letters', 'a'.repeat(100_000)],
  ])('takes hostile %s', async (_, hostile) => {
    const of = (Effect: string, end: string) => ({
      Effect,
      Action: [`ec2:${hostile}${end}`, 'iam:*'],
      Resource: [`arn:aws:s3:::${hostile}${end}`, `arn:aws:iam::${hostile}:role/*`],
      Condition: {
        StringLike: { 'sts:ExternalId': `${hostile}${end}`, [`aws:${hostile}`]: '${'.repeat(1000) },
        StringEquals: { 'sts:ExternalId': hostile },
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${hostile}:role/x` },
      },
    });
    const bare = { Effect: 'Deny', Action: `ec2:${hostile}`, Resource: `arn:aws:s3:::${hostile}c` };
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [of('Allow', 'b'), of('Deny', ''), bare],
    });
    const { diagnostics } = await lint(text, 'identity');
    expect(diagnostics.map((d) => d.code)).toContain('policy-size');
    for (const d of diagnostics) expect(`${d.message}${d.help}`.length).toBeLessThan(1000);
  });
});

describe('what rules name', () => {
  it('exists in the catalogue', async () => {
    const examples = [...serviceAliases.values()].flatMap((a) =>
      a.example === undefined ? [] : [a.example],
    );
    const named = [...escalatingActions, ...rolePassing.map((r) => r.action), ...examples];
    const Action = [...named, ...[...serviceAliases.values()].map((a) => `${a.prefix}:*`)];
    const parsed = parsePolicy(
      JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }),
    );
    if (!parsed.ok) throw new Error('no policy');
    const catalog = await loadCatalog(parsed.value);
    const missing = Action.filter((a) => !catalog.hasAction(a.split(':')[0] ?? '', a.split(':')[1] ?? ''));
    expect(missing).toEqual([]);
    expect([...serviceAliases.keys()].filter((wrong) => catalog.hasService(wrong))).toEqual([]);
  });
});
