import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const SECURITY = '489157521585';
const WORKLOAD = '657654036224';
const ROLE = `arn:aws:iam::${WORKLOAD}:role/SecurityAuditRole`;
const ADMIN = `arn:aws:iam::${SECURITY}:user/security-admin`;
const DENIED = `AccessDenied: User: ${ADMIN} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`;

type Assumed = {
  Credentials: Keys & { Expiration: Date };
  AssumedRoleUser: { Arn: string; AssumedRoleId: string };
};

let rig: Rig;
let security: Keys;
let workload: Keys;
let admin: Keys;

const assume = (keys: Keys, more: object = {}): Assumed =>
  rig.sts<Assumed>(keys, 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 'audit', ...more });
const refused = (keys: Keys, more: object = {}): string =>
  rig.refusal(keys, 'sts', 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 'audit', ...more });
const makeRole = (AssumeRolePolicyDocument: string, more: object = {}) =>
  rig.iam(workload, 'CreateRole', { RoleName: 'SecurityAuditRole', AssumeRolePolicyDocument, ...more });

beforeEach(() => {
  rig = new Rig();
  security = rig.account(SECURITY);
  workload = rig.account(WORKLOAD);
  admin = rig.user(
    security,
    'security-admin',
    allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], `arn:aws:iam::*:role/*`),
  );
});

describe('the trust policy', () => {
  it('lets in whom it names, across accounts, when the identity policy allows it too', () => {
    makeRole(trust(ADMIN));
    const { Credentials, AssumedRoleUser } = assume(admin);
    expect(Credentials.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(AssumedRoleUser.Arn).toBe(`arn:aws:sts::${WORKLOAD}:assumed-role/SecurityAuditRole/audit`);
    expect(AssumedRoleUser.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:audit$/);
    expect(rig.sts(Credentials, 'GetCallerIdentity')).toMatchObject({
      Account: WORKLOAD,
      Arn: AssumedRoleUser.Arn,
    });
  });

  it('alone is not enough across accounts', () => {
    makeRole(trust(ADMIN));
    rig.iam(security, 'DeleteUserPolicy', { UserName: 'security-admin', PolicyName: 'own' });
    expect(refused(admin)).toBe(DENIED);
  });

  it('refuses everybody else in the same words as a role that does not exist', () => {
    makeRole(trust(ADMIN));
    const other = rig.user(security, 'other', allow('sts:AssumeRole'));
    const text = refused(other);
    expect(text).toBe(DENIED.replace('security-admin', 'other'));
    rig.iam(workload, 'DeleteRole', { RoleName: 'SecurityAuditRole' });
    expect(refused(other)).toBe(text);
  });

  it('compares role ARNs with path and case', () => {
    makeRole(trust(ADMIN));
    expect(
      refused(admin, { RoleArn: ROLE.toLowerCase().replace('securityauditrole', 'securityAuditRole') }),
    ).toContain('not authorized');
    expect(refused(admin, { RoleArn: ROLE.replace('role/', 'role/other/') })).toContain('not authorized');
  });

  it('demands the ExternalId', () => {
    makeRole(trust(ADMIN, { StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' } }));
    expect(refused(admin)).toBe(DENIED);
    expect(refused(admin, { ExternalId: 'myuniquesecretvalue123' })).toBe(DENIED);
    expect(assume(admin, { ExternalId: 'MyUniqueSecretValue123' }).Credentials).toBeDefined();
  });

  it('takes effect as soon as it is changed', () => {
    makeRole(trust(ADMIN));
    assume(admin);
    rig.iam(workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: trust(ADMIN, { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }),
    });
    expect(refused(admin)).toBe(DENIED);
    const input = { RoleArn: ROLE, RoleSessionName: 'audit' };
    expect(rig.call(admin, 'sts', 'AssumeRole', input, { sourceIp: '198.51.100.7' })).toBeDefined();
  });

  it('forgets a principal that is deleted: its namesake is not trusted, and the policy shows the id', () => {
    makeRole(trust(ADMIN));
    const shown = () =>
      decodeURIComponent(
        rig.iam<{ Role: { AssumeRolePolicyDocument: string } }>(workload, 'GetRole', {
          RoleName: 'SecurityAuditRole',
        }).Role.AssumeRolePolicyDocument,
      );
    expect(shown()).toBe(trust(ADMIN));
    const { User } = rig.iam<{ User: { UserId: string } }>(security, 'GetUser', {
      UserName: 'security-admin',
    });
    rig.iam(security, 'DeleteAccessKey', { UserName: 'security-admin', AccessKeyId: admin.AccessKeyId });
    rig.iam(security, 'DeleteUserPolicy', { UserName: 'security-admin', PolicyName: 'own' });
    rig.iam(security, 'DeleteUser', { UserName: 'security-admin' });
    const namesake = rig.user(security, 'security-admin', allow('sts:AssumeRole'));
    expect(refused(namesake)).toBe(DENIED);
    expect(shown()).toBe(trust(User.UserId));
    // Saved again with the ARN, it means the new user.
    rig.iam(workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: trust(ADMIN),
    });
    expect(assume(namesake).Credentials).toBeDefined();
  });

  it('forgets a session whose role is deleted, and can still be read, listed and used', () => {
    rig.iam(security, 'CreateRole', { RoleName: 'guest', AssumeRolePolicyDocument: trust('489157521585') });
    const session = 'arn:aws:sts::489157521585:assumed-role/guest/tom';
    makeRole(trust([session, ADMIN]));
    const { Role } = rig.iam<{ Role: { RoleId: string } }>(security, 'GetRole', { RoleName: 'guest' });
    rig.iam(security, 'DeleteRole', { RoleName: 'guest' });
    const shown = rig.iam<{ Role: { AssumeRolePolicyDocument: string } }>(workload, 'GetRole', {
      RoleName: 'SecurityAuditRole',
    }).Role.AssumeRolePolicyDocument;
    expect(decodeURIComponent(shown)).toBe(trust([Role.RoleId, ADMIN]));
    expect(rig.iam(workload, 'ListRoles')).toMatchObject({ Roles: [{ RoleName: 'SecurityAuditRole' }] });
    expect(assume(admin).Credentials).toBeDefined();
  });

  it('follows a user who is renamed', () => {
    makeRole(trust(ADMIN));
    rig.iam(security, 'UpdateUser', { UserName: 'security-admin', NewUserName: 'chief' });
    expect(assume(admin).Credentials).toBeDefined();
  });
});

describe('MFA', () => {
  const condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

  it('is demanded, checked, and good once', () => {
    makeRole(trust(ADMIN, condition));
    const { serial, code } = rig.mfa(security, 'security-admin');
    expect(serial).toBe(`arn:aws:iam::${SECURITY}:mfa/pixel1`);
    expect(refused(admin)).toBe(DENIED);
    const used = code();
    expect(assume(admin, { SerialNumber: serial, TokenCode: used }).Credentials).toBeDefined();
    expect(refused(admin, { SerialNumber: serial, TokenCode: used })).toMatch(
      /^AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code/,
    );
    rig.now += 30_000;
    expect(assume(admin, { SerialNumber: serial, TokenCode: code() }).Credentials).toBeDefined();
  });

  it('uses a code up across all operations', () => {
    makeRole(trust(ADMIN, condition));
    const { serial, code } = rig.mfa(security, 'security-admin');
    const used = code();
    rig.sts(admin, 'GetSessionToken', { SerialNumber: serial, TokenCode: used });
    expect(refused(admin, { SerialNumber: serial, TokenCode: used })).toContain(
      'invalid MFA one time pass code',
    );
  });

  it('takes the codes next to the present one, and no others', () => {
    makeRole(trust(ADMIN, condition));
    const { serial, code } = rig.mfa(security, 'security-admin');
    const codeIn = (steps: number) => {
      rig.now += steps * 30_000;
      const text = code();
      rig.now -= steps * 30_000;
      return text;
    };
    rig.now += 300_000;
    expect(refused(admin, { SerialNumber: serial, TokenCode: codeIn(2) })).toContain('invalid MFA');
    expect(refused(admin, { SerialNumber: serial, TokenCode: codeIn(-2) })).toContain('invalid MFA');
    expect(assume(admin, { SerialNumber: serial, TokenCode: codeIn(1) }).Credentials).toBeDefined();
    expect(assume(admin, { SerialNumber: serial, TokenCode: codeIn(-1) }).Credentials).toBeDefined();
  });

  it("refuses another user's device, half an answer, and a device that is deactivated", () => {
    makeRole(trust(ADMIN, condition));
    const own = rig.mfa(security, 'security-admin');
    rig.user(security, 'other');
    const others = rig.mfa(security, 'other', 'pixel2');
    expect(refused(admin, { SerialNumber: others.serial, TokenCode: others.code() })).toContain(
      'MultiFactorAuthentication failed',
    );
    expect(refused(admin, { SerialNumber: own.serial })).toContain('must provide both');
    expect(refused(admin, { TokenCode: own.code() })).toContain('must provide both');
    rig.iam(security, 'DeactivateMFADevice', { UserName: 'security-admin', SerialNumber: own.serial });
    expect(refused(admin, { SerialNumber: own.serial, TokenCode: own.code() })).toContain(
      'unable to validate',
    );
  });

  it('of GetSessionToken opens role after role, of the assumed role none', () => {
    makeRole(trust([ADMIN, WORKLOAD], condition));
    const { serial, code } = rig.mfa(security, 'security-admin');
    const { Credentials: session } = rig.sts<{ Credentials: Keys }>(admin, 'GetSessionToken', {
      SerialNumber: serial,
      TokenCode: code(),
    });
    const first = assume(session).Credentials;
    expect(assume(session).Credentials).toBeDefined();
    rig.iam(workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'onward',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
    });
    expect(refused(first)).toContain('is not authorized to perform: sts:AssumeRole');
  });

  it('has an age, in seconds', () => {
    makeRole(trust(ADMIN, { ...condition, NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }));
    const { serial, code } = rig.mfa(security, 'security-admin');
    const { Credentials: session } = rig.sts<{ Credentials: Keys }>(admin, 'GetSessionToken', {
      SerialNumber: serial,
      TokenCode: code(),
    });
    rig.now += 3_599_000;
    expect(assume(session).Credentials).toBeDefined();
    rig.now += 1_000;
    expect(refused(session)).toBe(DENIED);
  });
});

describe('the session', () => {
  it('ends after an hour by default, on the virtual clock', () => {
    makeRole(trust(ADMIN));
    const { Credentials } = assume(admin);
    expect(Credentials.Expiration).toEqual(new Date(rig.now + 3_600_000));
    rig.now += 3_599_000;
    expect(rig.sts(Credentials, 'GetCallerIdentity')).toBeDefined();
    rig.now += 1_000;
    expect(rig.refusal(Credentials, 'sts', 'GetCallerIdentity')).toBe(
      'ExpiredToken: The security token included in the request is expired',
    );
  });

  it("lasts at most the role's maximum", () => {
    makeRole(trust(ADMIN), { MaxSessionDuration: 7_200 });
    expect(assume(admin, { DurationSeconds: 7_200 }).Credentials).toBeDefined();
    expect(refused(admin, { DurationSeconds: 7_201 })).toBe(
      'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  });

  it('lasts at most an hour when it is chained', () => {
    makeRole(trust([ADMIN, WORKLOAD]), { MaxSessionDuration: 43_200 });
    rig.iam(workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'onward',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
    });
    const { Credentials } = assume(admin, { DurationSeconds: 43_200 });
    expect(assume(Credentials, { DurationSeconds: 3_600 }).Credentials).toBeDefined();
    expect(refused(Credentials, { DurationSeconds: 3_601 })).toBe(
      'ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  });

  it('is dead when its role is deleted, also when a namesake appears', () => {
    makeRole(trust(ADMIN));
    const { Credentials } = assume(admin);
    rig.iam(workload, 'DeleteRole', { RoleName: 'SecurityAuditRole' });
    expect(rig.refusal(Credentials, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
    makeRole(trust(ADMIN));
    expect(rig.refusal(Credentials, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
  });

  it('does not accept a token with any character changed, cut or added, or of another session', () => {
    makeRole(trust(ADMIN));
    const { Credentials: a } = assume(admin);
    const { Credentials: b } = assume(admin);
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
    makeRole(trust(ADMIN));
    const put = (PolicyName: string, document: object) =>
      rig.iam(workload, 'PutRolePolicy', {
        RoleName: 'SecurityAuditRole',
        PolicyName,
        PolicyDocument: JSON.stringify(document),
      });
    put('read', allow('iam:ListRoles'));
    const { Credentials: before } = assume(admin);
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
    expect(rig.iam(assume(admin).Credentials, 'ListRoles')).toBeDefined();
  });

  it('can be narrowed by session policies, never widened', () => {
    makeRole(trust(ADMIN));
    rig.iam(workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'read',
      PolicyDocument: JSON.stringify(allow(['iam:ListRoles', 'iam:ListUsers'])),
    });
    const { Credentials } = assume(admin, {
      Policy: JSON.stringify(allow(['iam:ListUsers', 'iam:CreateUser'])),
    });
    expect(rig.iam(Credentials, 'ListUsers')).toBeDefined();
    expect(rig.refusal(Credentials, 'iam', 'ListRoles')).toContain('because no session policy allows');
    expect(rig.refusal(Credentials, 'iam', 'CreateUser', { UserName: 'x' })).toContain('not authorized');
    const { Credentials: wide } = assume(admin, {
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    });
    expect(rig.iam(wide, 'ListRoles')).toBeDefined();
    expect(rig.refusal(wide, 'iam', 'ListPolicies')).toContain('because no identity-based policy allows');
    expect(refused(admin, { PolicyArns: [{ arn: `arn:aws:iam::${WORKLOAD}:policy/none` }] })).toMatch(
      /^MalformedPolicyDocument/,
    );
    expect(refused(admin, { Policy: '{' })).toMatch(/^MalformedPolicyDocument/);
  });
});

describe('tags and source identity', () => {
  const open = (...actions: string[]) => trust([ADMIN, WORKLOAD], undefined, ['sts:AssumeRole', ...actions]);
  const onward = () =>
    rig.iam(workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'onward',
      PolicyDocument: JSON.stringify(allow(['sts:*', 'iam:ListRoles'])),
    });

  it('need sts:TagSession in the trust', () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    makeRole(open());
    expect(refused(admin, { Tags })).toContain('is not authorized to perform: sts:TagSession on resource: ');
    rig.iam(workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: open('sts:TagSession'),
    });
    expect(assume(admin, { Tags }).Credentials).toBeDefined();
    rig.iam(security, 'PutUserPolicy', {
      UserName: 'security-admin',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
    });
    expect(refused(admin, { Tags })).toContain('sts:TagSession');
    expect(assume(admin).Credentials).toBeDefined();
  });

  it('transitive tags stay through the chain and cannot be overridden; others end', () => {
    makeRole(open('sts:TagSession'));
    onward();
    const first = assume(admin, {
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
    expect(caller(assume(first).Credentials)).toEqual({ team: 'blue' });
    expect(refused(first, { Tags: [{ Key: 'Team', Value: 'red' }] })).toMatch(/^InvalidParameterValue/);
    expect(refused(admin, { Tags: [], TransitiveTagKeys: ['team'] })).toMatch(/^InvalidParameterValue/);
  });

  it('session tags are principal tags, above those of the role', () => {
    makeRole(open('sts:TagSession'), { Tags: [{ Key: 'Team', Value: 'red' }] });
    rig.iam(workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'read',
      PolicyDocument: JSON.stringify(
        allow('iam:ListRoles', '*', { StringEquals: { 'aws:PrincipalTag/team': 'red' } }),
      ),
    });
    expect(rig.iam(assume(admin).Credentials, 'ListRoles')).toBeDefined();
    const blue = assume(admin, { Tags: [{ Key: 'team', Value: 'blue' }] }).Credentials;
    expect(rig.refusal(blue, 'iam', 'ListRoles')).toContain('not authorized');
  });

  it('the source identity needs sts:SetSourceIdentity, stays through the chain and cannot be changed', () => {
    makeRole(open());
    expect(refused(admin, { SourceIdentity: 'alice' })).toContain('sts:SetSourceIdentity');
    rig.iam(workload, 'UpdateAssumeRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyDocument: open('sts:SetSourceIdentity'),
    });
    onward();
    const first = rig.sts<Assumed & { SourceIdentity: string }>(admin, 'AssumeRole', {
      RoleArn: ROLE,
      RoleSessionName: 'audit',
      SourceIdentity: 'alice',
    });
    expect(first.SourceIdentity).toBe('alice');
    expect(assume(first.Credentials)).toMatchObject({ SourceIdentity: 'alice' });
    expect(refused(first.Credentials, { SourceIdentity: 'mallory' })).toMatch(/^ValidationError/);
  });
});

describe('who may not assume roles at all', () => {
  it('the root user', () => {
    makeRole(trust(SECURITY));
    expect(refused(security)).toBe('AccessDenied: Roles may not be assumed by root accounts.');
  });

  it('a session whose boundary does not allow it', () => {
    makeRole(trust(ADMIN));
    const { Policy } = rig.iam<{ Policy: { Arn: string } }>(security, 'CreatePolicy', {
      PolicyName: 'bounds',
      PolicyDocument: JSON.stringify(allow('iam:*')),
    });
    const bound = { UserName: 'security-admin', PermissionsBoundary: Policy.Arn };
    rig.iam(security, 'PutUserPermissionsBoundary', bound);
    expect(refused(admin)).toBe(DENIED);
    rig.iam(security, 'DeleteUserPermissionsBoundary', { UserName: 'security-admin' });
    expect(assume(admin).Credentials).toBeDefined();
  });
});
