import { beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../state/store.ts';
import { OrganizationRig } from '../organizations/testing.ts';
import { allow, type Keys, Rig, trust } from '../testing.ts';
import { ensureServiceLinkedRole, linkedServices } from './service-linked.ts';

const ACCOUNT = '657654036224';
const NAME = 'AWSServiceRoleForAutoScaling';
const PROTECTED = `UnmodifiableEntity: Cannot perform the operation on the protected role '${NAME}' - this role is only modifiable by AWS`;

let rig: Rig;
let root: Keys;
const refused = (operation: string, input: object) => rig.refusal(root, 'iam', operation, input);
const create = (more: object = {}) =>
  rig.iam<{ Role: { Arn: string } }>(root, 'CreateServiceLinkedRole', {
    AWSServiceName: 'autoscaling.amazonaws.com',
    ...more,
  }).Role;

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('a service-linked role', () => {
  it('has the name, path, trust and policy that its service gives it', () => {
    expect(create().Arn).toBe(
      `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/${NAME}`,
    );
    expect(rig.iam(root, 'ListAttachedRolePolicies', { RoleName: NAME })).toMatchObject({
      AttachedPolicies: [
        { PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy' },
      ],
    });
    expect(create({ CustomSuffix: 'x' }).Arn).toMatch(/AutoScaling_x$/);
  });

  it('is there once, for services that have one', () => {
    create();
    expect(() => create()).toThrow(
      `Service role name ${NAME} has been taken in this account, please try a different suffix.`,
    );
    expect(() => create({ AWSServiceName: 'organizations.amazonaws.com', CustomSuffix: 'x' })).toThrow(
      'Custom suffix is not allowed for organizations.amazonaws.com',
    );
    const longest = 64 - 'AWSServiceRoleForAutoScaling_'.length;
    expect(() => create({ CustomSuffix: 'x'.repeat(longest + 1) })).toThrow(/longer than 64/);
    create({ CustomSuffix: 'x'.repeat(longest) });
    expect(() => create({ AWSServiceName: 'nobody.amazonaws.com' })).toThrow(/nobody/);
    expect(() => create({ AWSServiceName: 'constructor' })).toThrow(/constructor/);
  });

  it('is AWS’s: nobody changes it, attaches its policy elsewhere, or makes one by hand', () => {
    create();
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    for (const [operation, more] of [
      ['DeleteRole', {}],
      ['UpdateAssumeRolePolicy', { PolicyDocument: trust(ACCOUNT) }],
      ['UpdateRole', { MaxSessionDuration: 7_200 }],
      ['AttachRolePolicy', { PolicyArn }],
      [
        'DetachRolePolicy',
        { PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy' },
      ],
      ['PutRolePolicy', { PolicyName: 'p', PolicyDocument: JSON.stringify(allow('*')) }],
      ['DeleteRolePolicy', { PolicyName: 'p' }],
      ['PutRolePermissionsBoundary', { PermissionsBoundary: PolicyArn }],
      ['DeleteRolePermissionsBoundary', {}],
    ] as const) {
      expect(refused(operation, { RoleName: NAME, ...more })).toBe(PROTECTED);
    }
    rig.iam(root, 'UpdateRole', { RoleName: NAME, Description: 'new' });
    rig.iam(root, 'CreateRole', { RoleName: 'own', AssumeRolePolicyDocument: trust(ACCOUNT) });
    expect(
      refused('AttachRolePolicy', {
        RoleName: 'own',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy',
      }),
    ).toBe('PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.');
    for (const Path of ['/aws-service-role/ec2.amazonaws.com/', '/aws-reserved/']) {
      expect(
        refused('CreateRole', { RoleName: 'fake', Path, AssumeRolePolicyDocument: trust(ACCOUNT) }),
      ).toMatch(/^InvalidInput/);
    }
  });

  it('needs iam:CreateServiceLinkedRole for its service', () => {
    const keys = rig.user(
      root,
      'alice',
      allow('iam:CreateServiceLinkedRole', '*', {
        StringEquals: { 'iam:AWSServiceName': 'sso.amazonaws.com' },
      }),
    );
    expect(rig.iam(keys, 'CreateServiceLinkedRole', { AWSServiceName: 'sso.amazonaws.com' })).toBeDefined();
    expect(
      rig.refusal(keys, 'iam', 'CreateServiceLinkedRole', { AWSServiceName: 'cloudtrail.amazonaws.com' }),
    ).toMatch(/^AccessDenied/);
  });

  it('is deleted by a task of its own kind only', () => {
    create();
    rig.iam(root, 'CreateRole', { RoleName: 'own', AssumeRolePolicyDocument: trust(ACCOUNT) });
    expect(refused('DeleteServiceLinkedRole', { RoleName: 'own' })).toMatch(/^NoSuchEntity/);
    const { DeletionTaskId } = rig.iam<{ DeletionTaskId: string }>(root, 'DeleteServiceLinkedRole', {
      RoleName: NAME,
    });
    expect(DeletionTaskId).toMatch(
      /^task\/aws-service-role\/autoscaling.amazonaws.com\/AWSServiceRoleForAutoScaling\//,
    );
    expect(rig.iam(root, 'GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })).toEqual({
      Status: 'SUCCEEDED',
    });
    expect(refused('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: `${DeletionTaskId}x` })).toMatch(
      /^NoSuchEntity/,
    );
    expect(refused('GetRole', { RoleName: NAME })).toMatch(/^NoSuchEntity/);
    create();
  });

  it('is kept while its service needs it', () => {
    const status = (rig: OrganizationRig, keys: Keys) => {
      const RoleName = 'AWSServiceRoleForOrganizations';
      const task = rig.iam<{ DeletionTaskId: string }>(keys, 'DeleteServiceLinkedRole', { RoleName });
      return rig.iam<{ Status: string }>(keys, 'GetServiceLinkedRoleDeletionStatus', task);
    };
    const org = new OrganizationRig();
    expect(status(org, org.member)).toMatchObject({
      Status: 'FAILED',
      Reason: {
        RoleUsageList: [{ Resources: [expect.stringMatching(`organization/${org.organizationId}$`)] }],
      },
    });
    org.iam(org.member, 'GetRole', { RoleName: 'AWSServiceRoleForOrganizations' });
    org.call(org.member, 'organizations', 'LeaveOrganization', {});
    expect(status(org, org.member)).toEqual({ Status: 'SUCCEEDED' });
  });

  it('lets its tags decide who may ask about its deletion', () => {
    create();
    const { DeletionTaskId } = rig.iam<{ DeletionTaskId: string }>(root, 'DeleteServiceLinkedRole', {
      RoleName: NAME,
    });
    create();
    rig.iam(root, 'TagRole', { RoleName: NAME, Tags: [{ Key: 'team', Value: 'red' }] });
    const asker = (team: string) =>
      rig.user(
        root,
        team,
        allow('iam:GetServiceLinkedRoleDeletionStatus', '*', {
          StringEquals: { 'iam:ResourceTag/team': team },
        }),
      );
    const ask = ['iam', 'GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }] as const;
    expect(rig.call(asker('red'), ...ask)).toEqual({ Status: 'SUCCEEDED' });
    expect(rig.refusal(asker('blue'), ...ask)).toMatch(/^AccessDenied/);
  });

  it('can be made for every service in the table, once', () => {
    const store = new Store(
      { now: () => 0 },
      { bytes: (n) => new Uint8Array(n).map(() => Math.random() * 256) },
    );
    store.createAccount(ACCOUNT, undefined);
    for (const service of linkedServices) {
      const role = ensureServiceLinkedRole(store, ACCOUNT, service, 0);
      expect(ensureServiceLinkedRole(store, ACCOUNT, service, 1)).toBe(role);
      expect(role?.attached.size).toBe(1);
    }
  });
});
