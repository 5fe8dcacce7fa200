import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePolicy, printPolicyJson } from '../policy/index.ts';
import {
  type Access,
  assumePolicy,
  checkAccess,
  jsonSchema,
  loadAccess,
  permissionPolicy,
  trustPolicy,
} from './index.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

function load(name: string): Access {
  const folder = `examples/${name}/`;
  const result = loadAccess(read(`${folder}access.yaml`), {
    file: 'access.yaml',
    readFile: (p) => read(folder + p),
  });
  expect(result.diagnostics).toEqual([]);
  if (!result.ok) throw new Error('unreachable');
  return result.value;
}

const roleOf = (access: Access, name: string) =>
  access.roles.find((r) => r.name === name) ?? expect.fail(name);

describe('examples/two-accounts', () => {
  const access = load('two-accounts');
  const [security, workload] = access.accounts;

  it('derives the trust policies', () => {
    const audit = roleOf(access, 'SecurityAuditRole');
    expect(audit.accounts).toEqual([workload]);
    expect(audit.maxSessionDuration).toBe(3600);
    expect(trustPolicy(audit, audit.accounts[0]!, access)).toEqual({
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
    const inventory = roleOf(access, 'SecurityInventoryRole');
    expect(trustPolicy(inventory, inventory.accounts[0]!, access).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::489157521585:role/SecurityAuditOperator' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'MyUniqueInventoryValue456' } },
      },
    ]);
  });

  it('derives the permission policy', () => {
    expect(permissionPolicy(roleOf(access, 'SecurityAuditRole'))?.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['ec2:Describe*', 's3:ListAllMyBuckets', 'iam:GetRole', 'iam:GetUser'],
        Resource: '*',
      },
      {
        Effect: 'Deny',
        Action: ['ec2:TerminateInstances', 's3:DeleteBucket', 'iam:DeleteUser'],
        Resource: '*',
      },
    ]);
    expect(permissionPolicy(roleOf(access, 'SecurityAuditOperator'))).toBeUndefined();
  });

  it('derives who may assume what', () => {
    const statement = (arn: string) => assumePolicy(arn, access).map((p) => p.Statement);
    expect(statement('arn:aws:iam::489157521585:user/security-admin')).toEqual([
      [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: [
            'arn:aws:iam::657654036224:role/SecurityAuditRole',
            'arn:aws:iam::489157521585:role/SecurityAuditOperator',
          ],
        },
      ],
    ]);
    expect(statement('arn:aws:iam::489157521585:role/SecurityAuditOperator')).toEqual([
      [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: 'arn:aws:iam::657654036224:role/SecurityInventoryRole',
        },
      ],
    ]);
    expect(statement('arn:aws:iam::489157521585:user/mallory')).toEqual([]);
  });

  it('resolves people, paths and what is normal', () => {
    expect(security).toMatchObject({ name: 'security', id: '489157521585', profile: 'security-account' });
    expect(access.operators[0]?.mfa?.serialNumber).toBe('arn:aws:iam::489157521585:mfa/pixel1');
    expect(access.paths.map((p) => [p.from.name, p.role, p.mfa, p.externalId, p.duration])).toEqual([
      ['security-admin', 'SecurityAuditRole', true, 'MyUniqueSecretValue123', 3600],
      ['security-admin', 'SecurityAuditOperator', true, undefined, 3600],
      ['SecurityAuditOperator', 'SecurityInventoryRole', false, 'MyUniqueInventoryValue456', 3600],
    ]);
    expect(access.monitoring).toEqual({
      businessHours: { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' },
      knownNetworks: [{ name: 'office', cidrs: ['203.0.113.0/24'] }],
      failedAssumeRole: { count: 3, window: 900 },
      sharedRole: { count: 3, window: 3600 },
      notify: [{ kind: 'email', to: 'security@example.com' }],
    });
  });

  it('raises no warning', () => {
    expect(checkAccess(access)).toEqual([]);
  });
});

describe('examples/organization', () => {
  const access = load('organization');

  it('chooses accounts by unit and tag', () => {
    const names = (role: string) => roleOf(access, role).accounts.map((a) => a.name);
    expect(names('OrgAudit')).toEqual(['log-archive', 'shop-prod', 'shop-test', 'data-prod', 'sandbox']);
    expect(names('IncidentResponse')).toEqual(['shop-prod', 'shop-test', 'data-prod']);
    expect(names('VendorScan')).toEqual(['shop-prod', 'data-prod']);
  });

  it('binds responders to their own name, a fresh proof, and known networks', () => {
    const role = roleOf(access, 'IncidentResponse');
    expect(trustPolicy(role, role.accounts[0]!, access).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::111122223333:user/alice', 'arn:aws:iam::111122223333:user/bob'] },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: {
          StringEquals: {
            'aws:PrincipalOrgID': 'o-a1b2c3d4e5',
            'sts:RoleSessionName': '${aws:username}',
            'sts:SourceIdentity': '${aws:username}',
          },
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          NumericLessThanEquals: { 'aws:MultiFactorAuthAge': '900' },
          IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8:10::/48', '198.51.100.7/32'] },
        },
      },
    ]);
  });

  it('lets the vendor in by ExternalId, and gives it no assume policy of ours', () => {
    const role = roleOf(access, 'VendorScan');
    expect(trustPolicy(role, role.accounts[0]!, access).Statement[0]).toMatchObject({
      Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      Condition: { StringEquals: { 'sts:ExternalId': '7f3c2a90-acme-scan' } },
    });
    expect(assumePolicy('arn:aws:iam::999988887777:root', access)).toEqual([]);
  });

  it('derives policies that the policy room accepts', () => {
    for (const role of access.roles) {
      for (const account of role.accounts) {
        const text = printPolicyJson(trustPolicy(role, account, access));
        expect(parsePolicy(text, { kind: 'trust' }).diagnostics).toEqual([]);
      }
      const inline = permissionPolicy(role);
      if (inline)
        expect(parsePolicy(printPolicyJson(inline), { kind: 'inline-role' }).diagnostics).toEqual([]);
    }
    for (const { arn } of access.operators) {
      for (const policy of assumePolicy(arn, access)) {
        expect(parsePolicy(printPolicyJson(policy), { kind: 'identity' }).diagnostics).toEqual([]);
      }
    }
  });
});

describe('schema/access.schema.json', () => {
  // Stale? `npx vitest run src/access -u` writes it anew.
  it('is what the loader checks', async () => {
    await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../../schema/access.schema.json',
    );
  });
});
