import { describe, expect, it } from 'vitest';
import { parsePolicy, policySize, printPolicyJson, quotaOf } from '../policy/index.ts';
import { type Access, assumePolicy, externalIdFor, loadAccess } from './index.ts';

const alice = 'arn:aws:iam::111111111111:user/alice';

function load(accounts: number, extra = '', trust = '{ operators: alice, externalId: { prefix: ca- } }') {
  const csv = ['name,id', ...Array.from({ length: accounts }, (_, i) => `a${i},${200_000_000_000 + i}`)].join(
    '\n',
  );
  const text = `version: 1
name: scale
region: us-east-1
security: hub
${extra}
accounts: { hub: { id: "111111111111" } }
accountsFrom: [{ csv: accounts.csv }]
operators: { alice: { mfa: phone } }
roles:
  Audit: { accounts: all, path: /security/, trust: ${trust} }
  Respond: { accounts: all, trust: { operators: alice, sourceIdentity: required } }
`;
  return loadAccess(text, { readFile: () => csv });
}

function value(result: ReturnType<typeof load>): Access {
  if (!result.ok) return expect.fail(JSON.stringify(result.diagnostics.slice(0, 3)));
  return result.value;
}

const resources = (access: Access) =>
  assumePolicy(alice, access).flatMap((p) => p.Statement.flatMap((s) => s.Resource ?? []));

describe('many accounts', () => {
  it('derives an ExternalId from each account', () => {
    const access = value(load(3));
    const audit = access.paths.filter((p) => p.role === 'Audit');
    expect(audit.map((p) => p.externalId)).toEqual(['ca-200000000000', 'ca-200000000001', 'ca-200000000002']);
    expect(externalIdFor(audit[0]!.entry, access.security)).toBe('ca-111111111111');
  });

  it('splits the assume policy without an organization, each part within the quota, nothing lost', () => {
    const result = load(150);
    expect(result.diagnostics.map((d) => [d.severity, d.code])).toEqual([['warning', 'assume-policy-size']]);
    const access = value(result);
    const policies = assumePolicy(alice, access);
    expect(policies.length).toBeGreaterThan(1);
    for (const policy of policies) {
      const text = printPolicyJson(policy);
      expect(policySize(text)).toBeLessThanOrEqual(quotaOf('identity'));
      expect(parsePolicy(text, { kind: 'identity' }).ok).toBe(true);
    }
    expect(resources(access).toSorted()).toEqual(access.paths.map((p) => p.roleArn).toSorted());
  });

  it('refuses more policies than a user can carry', () => {
    const result = load(2500);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((d) => [d.severity, d.code])).toEqual([['error', 'assume-policy-size']]);
    expect(result.diagnostics[0]?.help).toContain('organization');
  });

  it('covers 10,000 accounts of an organization with one policy that stays inside it', () => {
    const access = value(load(10_000, 'organization: o-a1b2c3d4e5'));
    expect(access.paths).toHaveLength(20_000);
    const Condition = { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } };
    expect(assumePolicy(alice, access)).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Resource: 'arn:aws:iam::*:role/security/Audit',
            Condition,
          },
          {
            Effect: 'Allow',
            Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
            Resource: 'arn:aws:iam::*:role/Respond',
            Condition,
          },
        ],
      },
    ]);
  });

  it('warns of a trust policy beyond 2,048 characters, refuses one beyond 8,192', () => {
    const trusted = (n: number) =>
      load(
        250,
        'organization: o-a1b2c3d4e5',
        `{ roles: { role: Respond, accounts: [${Array.from({ length: n }, (_, i) => `a${i}`).join(', ')}] } }`,
      );
    const said = (n: number) => trusted(n).diagnostics.map((d) => [d.severity, d.code]);
    expect(said(20)).toEqual([]);
    expect(said(60)).toEqual([['warning', 'trust-policy-size']]);
    expect(said(220)).toEqual([['error', 'trust-policy-size']]);
  });
});
