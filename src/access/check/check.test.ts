import { describe, expect, it } from 'vitest';
import { checkAccess, loadAccess } from '../index.ts';
import { base } from '../load.cases.ts';

const calm = base
  .replace('allow: [ec2:Describe*]', 'allow: [ec2:Describe*]\n      deny: [ec2:TerminateInstances]')
  .replace('  bob: {}\n', '')
  .replace('trust: { roles: Hop }', 'trust: { roles: Hop }\n    permissions: { managed: SecurityAudit }')
  .concat('  businessHours: { timeZone: UTC }\n  notify: [{ email: a@b.co }]\n');

function codes(text: string): string[] {
  const result = loadAccess(text);
  expect(result.diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  return result.ok ? checkAccess(result.value).map((d) => d.code) : [];
}

describe('checkAccess', () => {
  it('has nothing to say about a careful definition', () => {
    expect(codes(calm)).toEqual([]);
  });

  it.each([
    ['ec2:Describe*', '"*"', ['wildcard-grant', 'escalation', 'blinding']],
    ['ec2:Describe*', '"*:*"', ['wildcard-grant', 'escalation', 'blinding']],
    ['ec2:Describe*', '"iam:*"', ['wildcard-grant', 'escalation']],
    ['ec2:Describe*', 'IAM:passrole', ['escalation']],
    ['ec2:Describe*', 'cloudtrail:Stop*', ['blinding']],
    // A Deny with a condition or on some resources leaves the action open.
    [
      '[ec2:Describe*]\n      deny: [ec2:TerminateInstances]',
      '[iam:PassRole]\n      deny: [{ actions: iam:PassRole, resources: "arn:aws:iam::*:role/x" }]',
      ['escalation'],
    ],
    ['[ec2:Describe*]\n      deny: [ec2:TerminateInstances]', '[iam:PassRole]\n      deny: ["iam:*"]', []],
    ['\n      deny: [ec2:TerminateInstances]', '', ['no-explicit-deny']],
    ['managed: SecurityAudit', 'managed: AdministratorAccess', ['admin-policy']],
    ['    permissions: { managed: SecurityAudit }\n', '', ['idle-role']],
    ['permissions:\n      allow', 'session: 4h\n    permissions:\n      allow', ['long-session']],
    ['operators: alice', 'operators: alice\n      mfa: none', ['operator-path-without-mfa']],
    ['operators: alice', 'operators: alice\n      networks: office', []],
    ['[203.0.113.0/24]', '[0.0.0.0/0]', ['network-everywhere']],
    ['[203.0.113.0/24]', '[203.0.113.0/24, 0.0.0.0/1, 128.0.0.0/1]', ['network-everywhere']],
    ['[203.0.113.0/24]', '["::/1"]', ['network-everywhere']],
    ['[203.0.113.0/24]', '[10.0.0.0/8, "2001:db8::/32"]', []],
    [
      'trust: { roles: Hop }',
      'trust: [{ roles: Hop }, { accounts: ["999988887777"], externalId: abc }]',
      ['weak-external-id'],
    ],
    [
      'trust: { roles: Hop }',
      'trust: [{ roles: Hop }, { accounts: ["999988887777"], externalId: 7f3c2a90-acme }]',
      [],
    ],
    [
      'trust: { roles: Hop }',
      'trust: [{ roles: Hop }, { accounts: ["999988887777"], externalId: { prefix: acme- } }]',
      ['derived-external-id'],
    ],
    [
      'trust: { roles: Hop }',
      'trust: [{ roles: Hop }, { accounts: ["999988887777"], externalId: 7f3c2a90-acme, mfa: required }]',
      ['third-party-mfa'],
    ],
    ['  knownNetworks: [office]\n', '', ['no-known-networks']],
    ['  businessHours: { timeZone: UTC }\n', '', ['no-business-hours']],
    ['  notify: [{ email: a@b.co }]\n', '', ['nobody-notified']],
    ['groups:', '  carl: { mfa: tablet }\ngroups:', ['idle-operator']],
  ])('%s → %s', (from, to, expected) => {
    const text = calm.replace(from, to);
    expect(text).not.toBe(calm);
    expect(codes(text)).toEqual(expected);
  });

  it('prefers the organization to an ExternalId among own accounts', () => {
    const text = calm.replace('operators: alice', 'operators: alice\n      externalId: abcdefgh');
    expect(codes(text)).toEqual([]);
    expect(codes(text.replace('security: hub', 'security: hub\norganization: o-a1b2c3d4e5'))).toEqual([
      'external-id-inside-organization',
    ]);
  });
});
