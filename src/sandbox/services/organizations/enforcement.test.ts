import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../types.ts';
import { allow, type Keys, trust } from '../testing.ts';
import { deny, MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from './testing.ts';

let rig: OrganizationRig;
beforeEach(() => {
  rig = new OrganizationRig();
  rig.enable('SERVICE_CONTROL_POLICY');
  rig.enable('RESOURCE_CONTROL_POLICY');
});

const byScp = /^AccessDenied: .*with an explicit deny in a service control policy$/;
const byRcp = /^AccessDenied: .*with an explicit deny in a resource control policy$/;

describe('a service control policy', () => {
  it('limits the root user of a member account, wherever on the path it stands', () => {
    const unit = rig.unit('prod');
    rig.move(MEMBER, rig.rootId, unit);
    for (const target of [rig.rootId, unit, MEMBER]) {
      const PolicyId = rig.policy('SERVICE', target, deny('iam:CreateUser'));
      expect(rig.refusal(rig.member, 'iam', 'CreateUser', { UserName: 'x' })).toMatch(byScp);
      rig.org('DetachPolicy', { PolicyId, TargetId: target });
    }
    rig.iam(rig.member, 'CreateUser', { UserName: 'x' });
  });

  it('beats AdministratorAccess, and the administrator of the account cannot lift it', () => {
    rig.policy('SERVICE', MEMBER, deny(['iam:DeleteUser', 'organizations:LeaveOrganization']));
    const admin = rig.user(rig.member, 'admin', allow('*'));
    rig.user(rig.member, 'victim');
    expect(rig.refusal(admin, 'iam', 'DeleteUser', { UserName: 'victim' })).toMatch(byScp);
    expect(rig.refusal(admin, 'organizations', 'LeaveOrganization')).toMatch(byScp);
    expect(rig.refusal(rig.member, 'organizations', 'LeaveOrganization')).toMatch(byScp);
    for (const operation of ['DetachPolicy', 'AttachPolicy'])
      expect(
        rig.refusal(admin, 'organizations', operation, { PolicyId: 'p-FullAWSAccess', TargetId: MEMBER }),
      ).toBe("AccessDeniedException: You don't have permissions to access this resource.");
  });

  it('does not limit the management account', () => {
    rig.policy('SERVICE', rig.rootId, deny('*'));
    rig.iam(rig.management, 'CreateUser', { UserName: 'x' });
    expect(rig.refusal(rig.member, 'iam', 'CreateUser', { UserName: 'x' })).toMatch(byScp);
  });

  it('must allow on every level: an allow list on an OU refuses what it leaves out', () => {
    const unit = rig.unit('prod');
    rig.move(MEMBER, rig.rootId, unit);
    rig.policy('SERVICE', unit, { Effect: 'Allow', Action: 's3:*', Resource: '*' });
    rig.org('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: unit });
    expect(rig.refusal(rig.member, 'iam', 'ListUsers')).toMatch(byScp);
    rig.call(rig.member, 's3', 'ListBuckets');
    rig.move(MEMBER, unit, rig.rootId);
    rig.iam(rig.member, 'ListUsers');
  });

  it('reaches sessions that were issued before it was attached, at the next call', () => {
    const { admin } = rig.created('prod');
    rig.iam(admin, 'ListUsers');
    rig.policy('SERVICE', rig.rootId, deny('iam:ListUsers'));
    expect(rig.refusal(admin, 'iam', 'ListUsers')).toMatch(byScp);
  });

  it('takes part as it now reads: an update works at once, and disabling the type ends it', () => {
    const PolicyId = rig.policy('SERVICE', MEMBER, deny('iam:ListUsers'));
    expect(rig.refusal(rig.member, 'iam', 'ListUsers')).toMatch(byScp);
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: [deny('iam:ListRoles')] });
    rig.org('UpdatePolicy', { PolicyId, Content });
    rig.iam(rig.member, 'ListUsers');
    expect(rig.refusal(rig.member, 'iam', 'ListRoles')).toMatch(byScp);
    rig.org('DisablePolicyType', { RootId: rig.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    rig.iam(rig.member, 'ListRoles');
  });

  it('limits a caller from the organization in accounts outside of it, too', () => {
    rig.iam(rig.stranger, 'CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust(MEMBER) });
    const user = rig.user(rig.member, 'u', allow('sts:*'));
    const input = { RoleArn: `arn:aws:iam::${STRANGER}:role/R`, RoleSessionName: 'xx' };
    rig.sts(user, 'AssumeRole', input);
    rig.policy(
      'SERVICE',
      rig.rootId,
      deny('sts:AssumeRole', { StringNotEqualsIfExists: { 'aws:ResourceOrgID': rig.organizationId } }),
    );
    expect(rig.refusal(user, 'sts', 'AssumeRole', input)).toMatch(byScp);
    rig.iam(rig.management, 'CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust(MEMBER) });
    rig.sts(user, 'AssumeRole', { ...input, RoleArn: `arn:aws:iam::${MANAGEMENT}:role/R` });
  });
});

describe('a resource control policy', () => {
  const perimeter = () => ({
    Principal: '*',
    ...deny('sts:AssumeRole', {
      StringNotEqualsIfExists: { 'aws:PrincipalOrgID': rig.organizationId },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    }),
  });

  it('keeps strangers out of a role that trusts them, and lets the organization in', () => {
    rig.iam(rig.member, 'CreateRole', {
      RoleName: 'Open',
      AssumeRolePolicyDocument: trust([STRANGER, MANAGEMENT]),
    });
    const input = { RoleArn: `arn:aws:iam::${MEMBER}:role/Open`, RoleSessionName: 'xx' };
    const outside = rig.user(rig.stranger, 'u', allow('sts:*'));
    const inside = rig.user(rig.management, 'u', allow('sts:*'));
    rig.sts(outside, 'AssumeRole', input);
    rig.policy('RESOURCE', rig.rootId, perimeter());
    expect(rig.refusal(outside, 'sts', 'AssumeRole', input)).toMatch(byRcp);
    rig.sts(inside, 'AssumeRole', input);
  });

  it('protects no resource of the management account', () => {
    rig.iam(rig.management, 'CreateRole', {
      RoleName: 'Open',
      AssumeRolePolicyDocument: trust(STRANGER),
    });
    rig.policy('RESOURCE', rig.rootId, perimeter());
    const outside = rig.user(rig.stranger, 'u', allow('sts:*'));
    rig.sts(outside, 'AssumeRole', {
      RoleArn: `arn:aws:iam::${MANAGEMENT}:role/Open`,
      RoleSessionName: 'xx',
    });
  });

  describe('before a bucket that is open to the world', () => {
    const Bucket = 'open-to-all';
    const anonymous: Partial<Call> = { caller: { principal: { type: 'anonymous' }, accountId: '' } };
    const read = (keys: Keys, facts: Partial<Call> = {}) =>
      rig.call(keys, 's3', 'ListObjectsV2', { Bucket }, facts);

    beforeEach(() => {
      rig.call(rig.member, 's3', 'CreateBucket', { Bucket });
      rig.call(rig.member, 's3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: {} });
      const open = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}` };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [open] });
      rig.call(rig.member, 's3', 'PutBucketPolicy', { Bucket, Policy });
    });

    it('keeps out strangers and callers without a name, and lets the organization in', () => {
      const outside = rig.user(rig.stranger, 'u', allow('*'));
      const inside = rig.user(rig.management, 'u', allow('*'));
      read(outside);
      read(outside, anonymous);
      rig.policy('RESOURCE', rig.rootId, {
        ...perimeter(),
        Action: 's3:*',
      });
      expect(() => read(outside)).toThrow('Access Denied');
      expect(() => read(outside, anonymous)).toThrow('Access Denied');
      read(inside);
    });

    it('stands alone there: the service control policies of the bucket’s account limit only its own people', () => {
      rig.policy('SERVICE', MEMBER, deny('s3:*'));
      read(rig.user(rig.stranger, 'u', allow('*')));
      read(rig.user(rig.management, 'u', allow('*')));
      expect(() => read(rig.member)).toThrow('service control policy');
    });

    it('falls away when the account leaves', () => {
      const outside = rig.user(rig.stranger, 'u', allow('*'));
      rig.policy('RESOURCE', rig.rootId, { Principal: '*', ...deny('s3:*') });
      rig.policy('SERVICE', rig.rootId, deny('s3:*'));
      expect(() => read(outside)).toThrow('Access Denied');
      expect(() => read(rig.member)).toThrow('with an explicit deny');
      rig.call(rig.member, 'organizations', 'LeaveOrganization');
      read(outside);
      read(rig.member);
    });
  });

  it('concerns only the services that support it: IAM is none of them', () => {
    rig.policy('RESOURCE', rig.rootId, { Principal: '*', ...deny('*') });
    rig.iam(rig.member, 'ListUsers');
    expect(rig.refusal(rig.member, 's3', 'CreateBucket', { Bucket: 'data' })).toMatch(byRcp);
  });
});

describe('keys of the organization', () => {
  /** A role of the stranger that lets in by condition, and a user of the member who tries. */
  const door = (Condition: object): { user: Keys; enter: () => string } => {
    rig.iam(rig.stranger, 'CreateRole', {
      RoleName: 'Door',
      AssumeRolePolicyDocument: trust('*', Condition),
    });
    const user = rig.user(rig.member, 'visitor', allow('sts:AssumeRole'));
    const input = { RoleArn: `arn:aws:iam::${STRANGER}:role/Door`, RoleSessionName: 'xx' };
    return {
      user,
      enter: () => {
        try {
          rig.sts(user, 'AssumeRole', input);
          return 'in';
        } catch {
          return 'out';
        }
      },
    };
  };

  it('aws:PrincipalOrgID lets members in, and an account that is removed no more, at once', () => {
    const { enter } = door({ StringEquals: { 'aws:PrincipalOrgID': rig.organizationId } });
    expect(enter()).toBe('in');
    rig.org('RemoveAccountFromOrganization', { AccountId: MEMBER });
    expect(enter()).toBe('out');
    rig.join(rig.member, MEMBER);
    expect(enter()).toBe('in');
    rig.call(rig.member, 'organizations', 'LeaveOrganization');
    expect(enter()).toBe('out');
  });

  it('aws:PrincipalOrgPaths follows the account through the tree', () => {
    const prod = rig.unit('prod');
    const deep = rig.unit('deep', prod);
    const path = `${rig.organizationId}/${rig.rootId}/${prod}/`;
    const { enter } = door({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': [`${path}*`] } });
    expect(enter()).toBe('out');
    rig.move(MEMBER, rig.rootId, deep);
    expect(enter()).toBe('in');
    rig.move(MEMBER, deep, prod);
    expect(enter()).toBe('in');
    rig.move(MEMBER, prod, rig.unit('production'));
    expect(enter()).toBe('out');
  });

  it('a path of a sibling whose name begins alike does not match a path that ends in a slash', () => {
    const prod = rig.unit('prod');
    rig.move(MEMBER, rig.rootId, prod);
    const { enter } = door({
      'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': [`${rig.organizationId}/${rig.rootId}/`] },
    });
    expect(enter()).toBe('out');
  });

  it('callers cannot bring them along as tags of the session or the request', () => {
    rig.org('RemoveAccountFromOrganization', { AccountId: MEMBER });
    const { user, enter } = door({ StringEquals: { 'aws:PrincipalOrgID': rig.organizationId } });
    const Tags = [{ Key: 'aws:PrincipalOrgID', Value: rig.organizationId }];
    const tag = { UserName: 'visitor', Tags };
    expect(rig.refusal(rig.member, 'iam', 'TagUser', tag)).toMatch(/^InvalidInput/);
    expect(enter()).toBe('out');
    expect(
      rig.refusal(user, 'sts', 'AssumeRole', {
        RoleArn: `arn:aws:iam::${STRANGER}:role/Door`,
        RoleSessionName: 'xx',
        Tags,
      }),
    ).toMatch(/^AccessDenied/);
  });

  it('aws:ResourceOrgID and aws:ResourceOrgPaths tell where the resource belongs', () => {
    const user = rig.user(
      rig.management,
      'u',
      allow('sts:AssumeRole', '*', {
        StringEquals: { 'aws:ResourceOrgID': rig.organizationId },
        'ForAnyValue:StringLike': {
          'aws:ResourceOrgPaths': [`${rig.organizationId}/${rig.rootId}/*`],
        },
      }),
    );
    for (const [keys, id] of [
      [rig.member, MEMBER],
      [rig.stranger, STRANGER],
    ] as const) {
      rig.iam(keys, 'CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust(MANAGEMENT) });
      const input = { RoleArn: `arn:aws:iam::${id}:role/R`, RoleSessionName: 'xx' };
      if (id === MEMBER) rig.sts(user, 'AssumeRole', input);
      else expect(rig.refusal(user, 'sts', 'AssumeRole', input)).toMatch(/^AccessDenied/);
    }
  });
});
