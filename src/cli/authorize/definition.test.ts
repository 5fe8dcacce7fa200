import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAccess } from '../../access/index.ts';
import { DefinitionPlaces } from '../check/definition-places.ts';
import { Asker } from './ask.ts';
import { contextFrom } from './context.ts';
import { DefinitionWorld } from './definition-world.ts';
import { told } from './render.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

function asker(example: string, edit: (text: string) => string = (text) => text): Asker {
  const text = edit(readFileSync(join(examples, example, 'access.yaml'), 'utf8'));
  const loaded = loadAccess(text, {
    file: 'access.yaml',
    readFile: (path) => readFileSync(join(examples, example, path), 'utf8'),
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const places = new DefinitionPlaces('access.yaml', text);
  return new Asker(new DefinitionWorld(loaded.value, { identityFiles: false, places }), {}, 0);
}

const role = 'arn:aws:iam::657654036224:role/SecurityAuditRole';
const good = { externalId: 'MyUniqueSecretValue123', mfa: true, context: [] };
const enter = (principal: string, options: Parameters<typeof contextFrom>[0] = good, resource = role) => ({
  principal,
  action: 'sts:AssumeRole',
  resource,
  context: contextFrom(options),
});

describe('a definition', () => {
  it('names file, line, condition and actual value of a denial, in the policy and in the definition', () => {
    const two = asker('two-accounts');
    expect(two.explain(enter('security-admin')).decision).toBe('allow');
    const answer = two.explain(enter('security-admin', { ...good, externalId: 'guessed' }));
    expect(told(answer)).toMatchInlineSnapshot(`
      "Denied: sts:AssumeRole on arn:aws:iam::657654036224:role/SecurityAuditRole for arn:aws:iam::489157521585:user/security-admin
        trust policy (no allow)
          trust policy of SecurityAuditRole (generated):12 statement 1: sts:ExternalId is "guessed"; StringEquals needs "MyUniqueSecretValue123"
          to change it: make this match, in the request or in trust policy of SecurityAuditRole (generated):4 statement 1
        trust policy of SecurityAuditRole statement 1 comes from access.yaml:35:7 (a trust entry of SecurityAuditRole)"
    `);
  });

  it('points from a permission to its list in the definition', () => {
    const answer = asker('two-accounts').explain({
      principal: 'SecurityAuditRole',
      action: 's3:DeleteBucket',
      resource: 'arn:aws:s3:::logs',
      context: {},
    });
    expect(answer.result.because).toBe('explicit-deny');
    expect(answer.origins).toMatchObject([{ file: 'access.yaml', span: { start: { line: 45 } } }]);
  });

  it('asks for the source identity and for session tags too', () => {
    const target = 'arn:aws:iam::222233334444:role/security/IncidentResponse';
    const stated = {
      mfa: true,
      sourceIp: '203.0.113.9',
      sessionName: 'alice',
      sourceIdentity: 'alice',
      context: [],
    };
    const org = asker('organization');
    const answer = org.explain(enter('alice', stated, target));
    expect([answer.decision, answer.implied.map((i) => i.request.action)]).toEqual([
      'allow',
      ['sts:SetSourceIdentity'],
    ]);
    const tagged = org.explain(enter('alice', { ...stated, context: ['aws:RequestTag/team=red'] }, target));
    expect(tagged.result.allowed).toBe(true);
    expect(tagged.decision).toBe('deny');
    expect(told(tagged)).toMatch(
      /Denied: sts:TagSession.*Denied in all, for the call needs sts:TagSession too/s,
    );
    // Under another's name:
    expect(org.explain(enter('alice', { ...stated, sourceIdentity: 'bob' }, target)).decision).toBe('deny');
  });

  it('knows the path of a session’s role, its organization, and that the root user is no account', () => {
    const target = 'arn:aws:iam::222233334444:role/security/OrgAudit';
    const org = asker('organization');
    expect(org.explain(enter('alice', { mfa: true, context: [] }, target)).decision).toBe('allow');
    const answer = org.explain({
      principal: 'arn:aws:sts::222233334444:assumed-role/OrgAudit/alice',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      context: {},
    });
    expect(answer.result.because).toBe('explicit-deny');
    expect(answer.notes).toEqual([expect.stringMatching(/SecurityAudit.*--identity FILE/)]);
    expect(() => org.explain(enter('111122223333', { context: [] }, target))).toThrow(
      /an account makes no requests/,
    );
  });

  it('judges third parties by the trust policy alone, and says so', () => {
    const scanner = 'arn:aws:sts::999988887777:assumed-role/Scanner/x';
    const target = 'arn:aws:iam::222233334444:role/vendors/VendorScan';
    const org = asker('organization');
    const answer = org.explain(enter(scanner, { externalId: '7f3c2a90-acme-scan', context: [] }, target));
    expect([answer.decision, answer.notes]).toEqual(['allow', [expect.stringMatching(/trust policy alone/)]]);
    expect(org.explain(enter(scanner, { externalId: 'other', context: [] }, target)).decision).toBe('deny');
    expect(org.explain(enter(scanner.replace('9999', '8888'), good, target)).decision).toBe('deny');
    expect(() =>
      org.explain({ principal: scanner, action: 'ec2:RunInstances', resource: '*', context: {} }),
    ).toThrow(/nothing is known of its policies/);
  });

  it('keeps answers apart that share a caller or a role', () => {
    const two = asker('two-accounts');
    const other = 'arn:aws:iam::657654036224:role/SecurityInventoryRole';
    const chained = { externalId: 'MyUniqueInventoryValue456', context: [] };
    const decisions = [
      two.decide(enter('security-admin')),
      two.decide(enter('security-admin', chained, other)),
      two.decide(enter('SecurityAuditOperator', chained, other)),
      two.decide(enter('SecurityAuditOperator')),
      two.decide(enter('security-admin')),
    ].map((a) => a.decision);
    expect(decisions).toEqual(['allow', 'deny', 'allow', 'deny', 'allow']);
  });

  it.each([
    [{ principal: 'security-admn' }, /no such operator/, /security-admin/],
    [{ resource: `${role}x` }, /no role of this definition/, /SecurityAuditRole\?/],
    [{ resource: '*' }, /needs the role's ARN/, /arn:aws:iam/],
    [{ action: 'AssumeRole' }, /not an action/, /ec2:DescribeInstances/],
    [{ action: 's3:*' }, /not an action/, /without wildcards/],
    [{ action: 's3:GetObject', resource: 'bucket/key' }, /not a resource/, /ARN/],
    [{ principal: 'arn:aws:iam::489157521585:user/*' }, /without wildcards/, /user ARN/],
    [{ principal: 'arn:aws:iam::489157521585:role/x' }, /not a form/, /assumed-role\/x\/SESSION/],
  ])('%j is answered with a remedy', (change, message, help) => {
    expect(() => asker('two-accounts').explain({ ...enter('security-admin'), ...change })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), help: expect.stringMatching(help) }),
    );
  });
});
