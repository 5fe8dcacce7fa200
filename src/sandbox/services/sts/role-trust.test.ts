import { beforeEach, describe, expect, it } from 'vitest';
import { allow, trust } from '../testing.ts';
import { ADMIN, CrossAccountRig, DENIED, ROLE, SECURITY, WORKLOAD } from './testing.ts';

let rig: CrossAccountRig;
beforeEach(() => {
  rig = new CrossAccountRig();
});

describe('the trust policy', () => {
  it('lets in whom it names, across accounts, when the identity policy allows it too', () => {
    rig.makeRole(trust(ADMIN));
    const { Credentials, AssumedRoleUser } = rig.assume(rig.admin);
    expect(Credentials.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(AssumedRoleUser.Arn).toBe(`arn:aws:sts::${WORKLOAD}:assumed-role/SecurityAuditRole/audit`);
    expect(AssumedRoleUser.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:audit$/);
    expect(rig.sts(Credentials, 'GetCallerIdentity')).toMatchObject({
      Account: WORKLOAD,
      Arn: AssumedRoleUser.Arn,
    });
  });

  it('alone is not enough across accounts', () => {
    rig.makeRole(trust(ADMIN));
    rig.iam(rig.security, 'DeleteUserPolicy', { UserName: 'security-admin', PolicyName: 'own' });
    expect(rig.refused(rig.admin)).toBe(DENIED);
  });

  it('refuses everybody else in the same words as a role that does not exist', () => {
    rig.makeRole(trust(ADMIN));
    const other = rig.user(rig.security, 'other', allow('sts:AssumeRole'));
    const text = rig.refused(other);
    expect(text).toBe(DENIED.replace('security-admin', 'other'));
    rig.iam(rig.workload, 'DeleteRole', { RoleName: 'SecurityAuditRole' });
    expect(rig.refused(other)).toBe(text);
  });

  it('compares role ARNs with path and case', () => {
    rig.makeRole(trust(ADMIN));
    expect(
      rig.refused(rig.admin, {
        RoleArn: ROLE.toLowerCase().replace('securityauditrole', 'securityAuditRole'),
      }),
    ).toContain('not authorized');
    expect(rig.refused(rig.admin, { RoleArn: ROLE.replace('role/', 'role/other/') })).toContain(
      'not authorized',
    );
  });

  it('demands the ExternalId', () => {
    rig.makeRole(trust(ADMIN, { StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' } }));
    expect(rig.refused(rig.admin)).toBe(DENIED);
    expect(rig.refused(rig.admin, { ExternalId: 'myuniquesecretvalue123' })).toBe(DENIED);
    expect(rig.assume(rig.admin, { ExternalId: 'MyUniqueSecretValue123' }).Credentials).toBeDefined();
  });

  it('takes effect as soon as it is changed', () => {
    rig.makeRole(trust(ADMIN));
    rig.assume(rig.admin);
    rig.iam(rig.workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: trust(ADMIN, { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }),
    });
    expect(rig.refused(rig.admin)).toBe(DENIED);
    const input = { RoleArn: ROLE, RoleSessionName: 'audit' };
    expect(rig.call(rig.admin, 'sts', 'AssumeRole', input, { sourceIp: '198.51.100.7' })).toBeDefined();
  });

  it('forgets a principal that is deleted: its namesake is not trusted, and the policy shows the id', () => {
    rig.makeRole(trust(ADMIN));
    const shown = () =>
      decodeURIComponent(
        rig.iam<{ Role: { AssumeRolePolicyDocument: string } }>(rig.workload, 'GetRole', {
          RoleName: 'SecurityAuditRole',
        }).Role.AssumeRolePolicyDocument,
      );
    expect(shown()).toBe(trust(ADMIN));
    const { User } = rig.iam<{ User: { UserId: string } }>(rig.security, 'GetUser', {
      UserName: 'security-admin',
    });
    rig.iam(rig.security, 'DeleteAccessKey', {
      UserName: 'security-admin',
      AccessKeyId: rig.admin.AccessKeyId,
    });
    rig.iam(rig.security, 'DeleteUserPolicy', { UserName: 'security-admin', PolicyName: 'own' });
    rig.iam(rig.security, 'DeleteUser', { UserName: 'security-admin' });
    const namesake = rig.user(rig.security, 'security-admin', allow('sts:AssumeRole'));
    expect(rig.refused(namesake)).toBe(DENIED);
    expect(shown()).toBe(trust(User.UserId));
    // Saved again with the ARN, it means the new user.
    rig.iam(rig.workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: trust(ADMIN),
    });
    expect(rig.assume(namesake).Credentials).toBeDefined();
  });

  it('forgets a session whose role is deleted, and can still be read, listed and used', () => {
    rig.iam(rig.security, 'CreateRole', {
      RoleName: 'guest',
      AssumeRolePolicyDocument: trust('489157521585'),
    });
    const session = 'arn:aws:sts::489157521585:assumed-role/guest/tom';
    rig.makeRole(trust([session, ADMIN]));
    const { Role } = rig.iam<{ Role: { RoleId: string } }>(rig.security, 'GetRole', { RoleName: 'guest' });
    rig.iam(rig.security, 'DeleteRole', { RoleName: 'guest' });
    const shown = rig.iam<{ Role: { AssumeRolePolicyDocument: string } }>(rig.workload, 'GetRole', {
      RoleName: 'SecurityAuditRole',
    }).Role.AssumeRolePolicyDocument;
    expect(decodeURIComponent(shown)).toBe(trust([Role.RoleId, ADMIN]));
    expect(rig.iam(rig.workload, 'ListRoles')).toMatchObject({ Roles: [{ RoleName: 'SecurityAuditRole' }] });
    expect(rig.assume(rig.admin).Credentials).toBeDefined();
  });

  it('follows a user who is renamed', () => {
    rig.makeRole(trust(ADMIN));
    rig.iam(rig.security, 'UpdateUser', { UserName: 'security-admin', NewUserName: 'chief' });
    expect(rig.assume(rig.admin).Credentials).toBeDefined();
  });
});

describe('who may not assume roles at all', () => {
  it('the root user', () => {
    rig.makeRole(trust(SECURITY));
    expect(rig.refused(rig.security)).toBe('AccessDenied: Roles may not be assumed by root accounts.');
  });

  it('a session whose boundary does not allow it', () => {
    rig.makeRole(trust(ADMIN));
    const { Policy } = rig.iam<{ Policy: { Arn: string } }>(rig.security, 'CreatePolicy', {
      PolicyName: 'bounds',
      PolicyDocument: JSON.stringify(allow('iam:*')),
    });
    const bound = { UserName: 'security-admin', PermissionsBoundary: Policy.Arn };
    rig.iam(rig.security, 'PutUserPermissionsBoundary', bound);
    expect(rig.refused(rig.admin)).toBe(DENIED);
    rig.iam(rig.security, 'DeleteUserPermissionsBoundary', { UserName: 'security-admin' });
    expect(rig.assume(rig.admin).Credentials).toBeDefined();
  });
});
