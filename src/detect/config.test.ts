import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type Access,
  type Account,
  loadAccess,
  type Operator,
  type Role,
  type TrustEntry,
  trustPolicy,
} from '../access/index.ts';
import { createDetector, detectConfig } from './index.ts';
import {
  ADMIN,
  ATTACKER,
  denied,
  goodTrust,
  ROLE,
  SECURITY,
  trustUpdate,
  WORKLOAD,
} from './testing/records.ts';

const account = (name: string, id: string): Account => ({ name, id, profile: name, tags: {} });
const security = account('security', SECURITY);
const workload = account('workload', WORKLOAD);
const admin: Operator = { name: 'security-admin', account: security, arn: ADMIN, accessKey: true };
const entry = (change: Partial<TrustEntry>): TrustEntry => ({
  operators: [],
  roles: [],
  accounts: [],
  services: [],
  mfa: { required: false },
  networks: [],
  organizationOnly: false,
  sourceIdentity: false,
  sessionName: 'any',
  ...change,
});
const externalId = { kind: 'fixed', value: 'MyUniqueSecretValue123' } as const;
const role: Role = {
  name: 'SecurityAuditRole',
  path: '/',
  description: '',
  accounts: [workload],
  trust: [
    entry({ operators: [admin], externalId, mfa: { required: true } }),
    entry({ accounts: ['111122223333'], externalId }),
    entry({ services: ['lambda.amazonaws.com'] }),
  ],
  maxSessionDuration: 3600,
  permissions: { managed: [] },
  tags: {},
};
const access: Access = {
  name: 'two-accounts',
  partition: 'aws',
  region: 'us-east-1',
  security,
  accounts: [security, workload],
  operators: [admin],
  groups: [],
  networks: [],
  roles: [role],
  paths: [],
  monitoring: {
    businessHours: { timeZone: 'UTC', days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' },
    knownNetworks: [{ name: 'office', cidrs: ['198.51.100.0/24'] }],
    failedAssumeRole: { count: 3, window: 300 },
    sharedRole: { count: 3, window: 3600 },
    notify: [],
  },
};

test('what is normal comes from the definition: roles, who may enter, under which conditions', () => {
  const config = detectConfig(access);
  expect(config).toMatchObject({
    knownNetworks: ['198.51.100.0/24'],
    roles: [ROLE],
    trusted: { [ROLE]: [ADMIN, '111122223333', 'lambda.amazonaws.com'] },
    guards: {
      [ROLE]: {
        [ADMIN]: { externalId: true, mfa: true },
        '111122223333': { externalId: true, mfa: false },
        'lambda.amazonaws.com': { externalId: false, mfa: false },
      },
    },
  });
});

test('a vendor account by its root ARN is as defined, without its ExternalId it is not', () => {
  const [statement] = goodTrust.Statement;
  const vendor = { ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:root' } };
  const severity = (Condition: unknown) => {
    const detector = createDetector(detectConfig(access));
    detector.add(trustUpdate({ ...goodTrust, Statement: [statement, { ...vendor, Condition }] }));
    return detector.finish()[0]?.severity;
  };
  expect(severity({ StringEquals: { 'sts:ExternalId': 'x1' } })).toBe('low');
  expect(severity({})).toBe('critical');
});

test('the attack on the definition', () => {
  const detector = createDetector(detectConfig(access));
  for (const minute of [15, 16, 17])
    detector.add(denied({ time: `2026-11-23T03:${minute}:00Z`, from: ATTACKER }));
  expect(detector.finish().map((finding) => finding.rule)).toContain('failed-assume-role');
});

test.each(['two-accounts', 'organization'])('the trust that examples/%s derives is as defined', (name) => {
  const read = (path: string) =>
    readFileSync(new URL(`../../examples/${name}/${path}`, import.meta.url), 'utf8');
  const loaded = loadAccess(read('access.yaml'), { readFile: read });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((d) => d.message).join());
  const access = loaded.value;
  const config = detectConfig(access);
  for (const role of access.roles)
    for (const account of role.accounts) {
      const detector = createDetector(config);
      const more = { recipientAccountId: account.id };
      detector.add(trustUpdate(trustPolicy(role, account, access), { roleName: role.name, more }));
      expect([role.name, detector.finish().map((f) => f.severity)]).toEqual([role.name, ['low']]);
    }
});
