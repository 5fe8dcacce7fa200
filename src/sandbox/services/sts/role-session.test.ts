import { beforeEach, describe, expect, it } from 'vitest';
import { allow, Rig, trust } from '../testing.ts';
import { ADMIN, CrossAccountRig, WORKLOAD } from './testing.ts';

let rig: CrossAccountRig;
beforeEach(() => {
  rig = new CrossAccountRig();
});

describe('the session', () => {
  it('ends after an hour by default, on the virtual clock', () => {
    rig.makeRole(trust(ADMIN));
    const { Credentials } = rig.assume(rig.admin);
    expect(Credentials.Expiration).toEqual(new Date(rig.now + 3_600_000));
    rig.now += 3_599_000;
    expect(rig.sts(Credentials, 'GetCallerIdentity')).toBeDefined();
    rig.now += 1_000;
    expect(rig.refusal(Credentials, 'sts', 'GetCallerIdentity')).toBe(
      'ExpiredToken: The security token included in the request is expired',
    );
  });

  it("lasts at most the role's maximum", () => {
    rig.makeRole(trust(ADMIN), { MaxSessionDuration: 7_200 });
    expect(rig.assume(rig.admin, { DurationSeconds: 7_200 }).Credentials).toBeDefined();
    expect(rig.refused(rig.admin, { DurationSeconds: 7_201 })).toBe(
      'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  });

  it('lasts at most an hour when it is chained', () => {
    rig.makeRole(trust([ADMIN, WORKLOAD]), { MaxSessionDuration: 43_200 });
    rig.iam(rig.workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'onward',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
    });
    const { Credentials } = rig.assume(rig.admin, { DurationSeconds: 43_200 });
    expect(rig.assume(Credentials, { DurationSeconds: 3_600 }).Credentials).toBeDefined();
    expect(rig.refused(Credentials, { DurationSeconds: 3_601 })).toBe(
      'ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  });

  it('is dead when its role is deleted, also when a namesake appears', () => {
    rig.makeRole(trust(ADMIN));
    const { Credentials } = rig.assume(rig.admin);
    rig.iam(rig.workload, 'DeleteRole', { RoleName: 'SecurityAuditRole' });
    expect(rig.refusal(Credentials, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
    rig.makeRole(trust(ADMIN));
    expect(rig.refusal(Credentials, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
  });

  it('does not accept a token with any character changed, cut or added, or of another session', () => {
    rig.makeRole(trust(ADMIN));
    const { Credentials: a } = rig.assume(rig.admin);
    const { Credentials: b } = rig.assume(rig.admin);
    const token = a.SessionToken ?? '';
    const forged = [
      ...[0, 5, 20, 60, token.length - 5].map(
        (i) => token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1),
      ),
      token.slice(0, -4),
      `${token}AAAA`,
      `${token} `,
      `${token}=`,
      '',
      b.SessionToken,
      new Rig().account(WORKLOAD).AccessKeyId,
    ];
    for (const SessionToken of forged) {
      expect(
        rig.refusal(
          { ...a, ...(SessionToken !== undefined && { SessionToken }) },
          'sts',
          'GetCallerIdentity',
        ),
      ).toBe('InvalidClientTokenId: The security token included in the request is invalid.');
    }
    expect(rig.refusal({ AccessKeyId: a.AccessKeyId }, 'sts', 'GetCallerIdentity')).toMatch(
      /^InvalidClientTokenId/,
    );
    expect(rig.sts(a, 'GetCallerIdentity')).toBeDefined();
  });

  it('is revoked by a deny on aws:TokenIssueTime, later ones are not', () => {
    rig.makeRole(trust(ADMIN));
    const put = (PolicyName: string, document: object) =>
      rig.iam(rig.workload, 'PutRolePolicy', {
        RoleName: 'SecurityAuditRole',
        PolicyName,
        PolicyDocument: JSON.stringify(document),
      });
    put('read', allow('iam:ListRoles'));
    const { Credentials: before } = rig.assume(rig.admin);
    expect(rig.iam(before, 'ListRoles')).toBeDefined();
    rig.now += 1_000;
    put('AWSRevokeOlderSessions', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(rig.now).toISOString() } },
        },
      ],
    });
    expect(rig.refusal(before, 'iam', 'ListRoles')).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
    expect(rig.iam(rig.assume(rig.admin).Credentials, 'ListRoles')).toBeDefined();
  });

  it('can be narrowed by session policies, never widened', () => {
    rig.makeRole(trust(ADMIN));
    rig.iam(rig.workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'read',
      PolicyDocument: JSON.stringify(allow(['iam:ListRoles', 'iam:ListUsers'])),
    });
    const { Credentials } = rig.assume(rig.admin, {
      Policy: JSON.stringify(allow(['iam:ListUsers', 'iam:CreateUser'])),
    });
    expect(rig.iam(Credentials, 'ListUsers')).toBeDefined();
    expect(rig.refusal(Credentials, 'iam', 'ListRoles')).toContain('because no session policy allows');
    expect(rig.refusal(Credentials, 'iam', 'CreateUser', { UserName: 'x' })).toContain('not authorized');
    const { Credentials: wide } = rig.assume(rig.admin, {
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    });
    expect(rig.iam(wide, 'ListRoles')).toBeDefined();
    expect(rig.refusal(wide, 'iam', 'ListPolicies')).toContain('because no identity-based policy allows');
    expect(rig.refused(rig.admin, { PolicyArns: [{ arn: `arn:aws:iam::${WORKLOAD}:policy/none` }] })).toMatch(
      /^MalformedPolicyDocument/,
    );
    expect(rig.refused(rig.admin, { Policy: '{' })).toMatch(/^MalformedPolicyDocument/);
  });
});
