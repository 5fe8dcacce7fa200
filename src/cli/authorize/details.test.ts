import { describe, expect, it } from 'vitest';
import { Asker } from './ask.ts';
import { parseDetails } from './details-file.ts';
import { DetailsWorld } from './details-world.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 15);
const operator = 'arn:aws:iam::489157521585:user/people/security-admin';
const auditRole = 'arn:aws:iam::657654036224:role/audit/SecurityAuditRole';
const session = 'arn:aws:sts::657654036224:assumed-role/SecurityAuditRole/me';
const boundaryArn = 'arn:aws:iam::657654036224:policy/Bounds';

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource });
const encoded = (document: object) => encodeURIComponent(JSON.stringify(document));
const managed = (Arn: string, ...documents: [id: string, current: boolean, document: unknown][]) => ({
  Arn,
  PolicyName: Arn.split('/').at(-1),
  PolicyVersionList: documents.map(([VersionId, IsDefaultVersion, Document]) => ({
    VersionId,
    IsDefaultVersion,
    Document,
  })),
});

const security = {
  UserDetailList: [
    {
      Path: '/people/',
      UserName: 'security-admin',
      UserId: 'AIDAEXAMPLEADMIN',
      Arn: operator,
      GroupList: ['Auditors'],
      AttachedManagedPolicies: [],
      Tags: [{ Key: 'team', Value: 'security' }],
    },
    { UserName: 'guest', UserId: 'AIDAEXAMPLEGUEST', Arn: 'arn:aws:iam::489157521585:user/guest', Tags: [] },
  ],
  GroupDetailList: [
    {
      GroupName: 'auditors',
      GroupId: 'AGPAEXAMPLE',
      Arn: 'arn:aws:iam::489157521585:group/auditors',
      GroupPolicyList: [{ PolicyName: 'assume', PolicyDocument: policy(allow('sts:AssumeRole', auditRole)) }],
    },
  ],
  RoleDetailList: [],
  Policies: [],
};
const workload = {
  RoleDetailList: [
    {
      RoleName: 'SecurityAuditRole',
      RoleId: 'AROAEXAMPLEAUDIT',
      Arn: auditRole,
      AssumeRolePolicyDocument: encoded(
        policy({
          Effect: 'Allow',
          // As IAM stores a principal that was saved by ARN and whose user was made anew since.
          Principal: { AWS: ['AIDAEXAMPLEADMIN'] },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'security' } },
        }),
      ),
      RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: policy(allow(['ec2:Describe*', 's3:*'])) }],
      AttachedManagedPolicies: [{ PolicyName: 'Extra', PolicyArn: 'arn:aws:iam::aws:policy/Extra' }],
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn },
      Tags: [],
    },
  ],
  Policies: [
    managed(
      'arn:aws:iam::aws:policy/Extra',
      ['v1', false, encoded(policy(allow('*')))],
      ['v2', true, encoded(policy(allow('iam:GetUser')))],
    ),
    managed(boundaryArn, ['v1', true, policy(allow(['ec2:*', 'iam:*']))]),
  ],
};

const none = { identityFiles: false, resourceFile: false, boundaryFile: false };

function asker(files: readonly object[] = [security, workload], options = none): Asker {
  const details = files.map((file) => {
    const read = parseDetails(JSON.stringify(file), 'details.json');
    if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
    return read.value;
  });
  return new Asker(new DetailsWorld(details, options), {}, NOW);
}
const enter = { action: 'sts:AssumeRole', resource: auditRole, context: {} };
const ask = (principal: string, action: string, resource = '*') =>
  asker().explain({ principal, action, resource, context: {} });

describe('accounts as they are', () => {
  it('lets in by group, unique id and tag across accounts, and nobody else', () => {
    expect(asker().explain({ ...enter, principal: operator }).decision).toBe('allow');
    const guest = asker().explain({ ...enter, principal: 'arn:aws:iam::489157521585:user/guest' });
    expect(guest.decision).toBe('deny');
    expect(guest.result.refusals.map((r) => r.layer)).toEqual(['identity', 'trust']);
    expect(guest.result.text).toContain(`trust policy of ${auditRole}:`);
  });

  it('gives a session the policies of its role, by name, with the default versions and the boundary', () => {
    expect(ask(session, 'ec2:DescribeVpcs').decision).toBe('allow');
    expect(ask(session, 'iam:GetUser').decision).toBe('allow');
    // Version v1 of Extra allowed it, and is not the default.
    expect(ask(session, 'iam:DeleteUser').decision).toBe('deny');
    const bounded = ask(session, 's3:ListAllMyBuckets');
    expect([bounded.decision, bounded.result.layer]).toEqual(['deny', 'boundary']);
  });

  it.each([
    [
      'arn:aws:iam::489157521585:user/people/security-admn',
      auditRole,
      /no such user.*489157521585/,
      /people\/security-admin/,
    ],
    ['arn:aws:iam::111122223333:user/x', auditRole, /no details/, /--details/],
    [operator, 'arn:aws:iam::657654036224:role/SecurityAuditRol', /no such role/, /audit\/SecurityAuditRole/],
    [operator, 'arn:aws:iam::111122223333:role/x', /no details/, /--details/],
  ])('%s into %s: says what is unknown', (principal, resource, message, help) => {
    const question = { ...enter, principal, resource };
    expect(() => asker().explain(question)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), help: expect.stringMatching(help) }),
    );
  });

  it('does not decide without a policy that is attached, nor without the boundary', () => {
    for (const missing of [0, 1]) {
      const file = { ...workload, Policies: workload.Policies.filter((_, i) => i !== missing) };
      const question = { principal: session, action: 'ec2:DescribeVpcs', resource: '*', context: {} };
      expect(() => asker([file]).explain(question)).toThrow(/whose text the details lack/);
    }
  });

  it.each([
    ['', 'details-json'],
    ['[]', 'details-shape'],
    ['{}', 'details-shape'],
    ['{"RoleDetailList": [{"RoleName": "x"}]}', 'details-shape'],
    ['{"UserDetailList": {"__proto__": 1}}', 'details-shape'],
  ])('%j is no output of get-account-authorization-details', (text, code) => {
    const read = parseDetails(text, 'd.json');
    expect(read).toMatchObject({ ok: false, diagnostics: [{ code, file: 'd.json' }] });
  });

  it('warns of a single page', () => {
    const read = parseDetails(JSON.stringify({ ...security, IsTruncated: true }), 'd.json');
    expect(read.diagnostics.map((d) => d.code)).toEqual(['details-truncated']);
  });

  it.each(['%7B%22', '%E0%A4%A', '{"Statement": 1}'])('refuses the document %j with words', (document) => {
    const [role] = workload.RoleDetailList;
    const file = { ...workload, RoleDetailList: [{ ...role, AssumeRolePolicyDocument: document }] };
    expect(() => asker([security, file]).explain({ ...enter, principal: operator })).toThrow(
      /document in the details/,
    );
  });
});
