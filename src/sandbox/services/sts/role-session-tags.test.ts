import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, trust } from '../testing.ts';
import { ADMIN, type Assumed, CrossAccountRig, ROLE, WORKLOAD } from './testing.ts';

let rig: CrossAccountRig;
beforeEach(() => {
  rig = new CrossAccountRig();
});

describe('tags and source identity', () => {
  const open = (...actions: string[]) => trust([ADMIN, WORKLOAD], undefined, ['sts:AssumeRole', ...actions]);
  const onward = () =>
    rig.iam(rig.workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'onward',
      PolicyDocument: JSON.stringify(allow(['sts:*', 'iam:ListRoles'])),
    });

  it('need sts:TagSession in the trust', () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    rig.makeRole(open());
    expect(rig.refused(rig.admin, { Tags })).toContain(
      'is not authorized to perform: sts:TagSession on resource: ',
    );
    rig.iam(rig.workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: open('sts:TagSession'),
    });
    expect(rig.assume(rig.admin, { Tags }).Credentials).toBeDefined();
    rig.iam(rig.security, 'PutUserPolicy', {
      UserName: 'security-admin',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
    });
    expect(rig.refused(rig.admin, { Tags })).toContain('sts:TagSession');
    expect(rig.assume(rig.admin).Credentials).toBeDefined();
  });

  it('transitive tags stay through the chain and cannot be overridden; others end', () => {
    rig.makeRole(open('sts:TagSession'));
    onward();
    const first = rig.assume(rig.admin, {
      Tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'cost', Value: '7' },
      ],
      TransitiveTagKeys: ['team'],
    }).Credentials;
    const caller = (keys: Keys) => {
      const found = rig.cloud.findCredentials(keys.AccessKeyId, keys.SessionToken, rig.now);
      return found.ok ? found.caller.session?.tags : undefined;
    };
    expect(caller(first)).toEqual({ team: 'blue', cost: '7' });
    expect(caller(rig.assume(first).Credentials)).toEqual({ team: 'blue' });
    expect(rig.refused(first, { Tags: [{ Key: 'Team', Value: 'red' }] })).toMatch(/^InvalidParameterValue/);
    expect(rig.refused(rig.admin, { Tags: [], TransitiveTagKeys: ['team'] })).toMatch(
      /^InvalidParameterValue/,
    );
  });

  it('session tags are principal tags, above those of the role', () => {
    rig.makeRole(open('sts:TagSession'), { Tags: [{ Key: 'Team', Value: 'red' }] });
    rig.iam(rig.workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'read',
      PolicyDocument: JSON.stringify(
        allow('iam:ListRoles', '*', { StringEquals: { 'aws:PrincipalTag/team': 'red' } }),
      ),
    });
    expect(rig.iam(rig.assume(rig.admin).Credentials, 'ListRoles')).toBeDefined();
    const blue = rig.assume(rig.admin, { Tags: [{ Key: 'team', Value: 'blue' }] }).Credentials;
    expect(rig.refusal(blue, 'iam', 'ListRoles')).toContain('not authorized');
  });

  it('the source identity needs sts:SetSourceIdentity, stays through the chain and cannot be changed', () => {
    rig.makeRole(open());
    expect(rig.refused(rig.admin, { SourceIdentity: 'alice' })).toContain('sts:SetSourceIdentity');
    rig.iam(rig.workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: open('sts:SetSourceIdentity'),
    });
    onward();
    const first = rig.sts<Assumed & { SourceIdentity: string }>(rig.admin, 'AssumeRole', {
      RoleArn: ROLE,
      RoleSessionName: 'audit',
      SourceIdentity: 'alice',
    });
    expect(first.SourceIdentity).toBe('alice');
    expect(rig.assume(first.Credentials)).toMatchObject({ SourceIdentity: 'alice' });
    expect(rig.refused(first.Credentials, { SourceIdentity: 'mallory' })).toMatch(/^ValidationError/);
  });
});
