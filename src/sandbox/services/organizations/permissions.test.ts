import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys } from '../testing.ts';
import { deny, MEMBER, OrganizationRig, STRANGER } from './testing.ts';

let rig: OrganizationRig;
beforeEach(() => {
  rig = new OrganizationRig();
  rig.enable('SERVICE_CONTROL_POLICY');
  rig.enable('RESOURCE_CONTROL_POLICY');
});

describe('organizations:PolicyType', () => {
  const only = (type: string) =>
    allow(['organizations:AttachPolicy', 'organizations:DetachPolicy'], '*', {
      StringEquals: { 'organizations:PolicyType': type },
    });
  const attach = (keys: Keys, PolicyId: string) =>
    rig.call(keys, 'organizations', 'AttachPolicy', { PolicyId, TargetId: MEMBER });

  it('lets an administrator of SCPs attach and detach them, and no RCPs', () => {
    const scp = rig.policy('SERVICE', undefined, deny('s3:*'));
    const rcp = rig.policy('RESOURCE', undefined, { Principal: '*', ...deny('s3:*') });
    const admin = rig.user(rig.management, 'scps', only('SERVICE_CONTROL_POLICY'));
    attach(admin, scp);
    rig.call(admin, 'organizations', 'DetachPolicy', { PolicyId: scp, TargetId: MEMBER });
    expect(() => attach(admin, rcp)).toThrow('not authorized to perform: organizations:AttachPolicy');
  });
});

describe('tags of what is created', () => {
  const Tags = [{ Key: 'tier', Value: 'prod' }];
  const scp = JSON.stringify({ Version: '2012-10-17', Statement: [deny('s3:*')] });
  const everything = () =>
    [
      ['CreateAccount', { AccountName: 'x', Email: 'x@corp.example' }, 'account'],
      ['CreateOrganizationalUnit', { ParentId: rig.rootId, Name: 'x' }, 'ou'],
      [
        'CreatePolicy',
        { Name: 'x', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: scp },
        'policy',
      ],
      ['InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id: STRANGER } }, 'account'],
      [
        'PutResourcePolicy',
        {
          Content: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: '*', Action: 'organizations:ListRoots', Resource: '*' },
            ],
          }),
        },
        'resourcepolicy',
      ],
    ] as const;

  it('need organizations:TagResource beside the permission to create', () => {
    const names = everything().map(([name]) => `organizations:${name}`);
    const maker = rig.user(rig.management, 'maker', allow(names));
    const tagger = rig.user(rig.management, 'tagger', allow([...names, 'organizations:TagResource']));
    for (const [operation, input] of everything()) {
      expect(rig.refusal(maker, 'organizations', operation, { ...input, Tags })).toContain(
        'is not authorized to perform: organizations:TagResource on resource: arn:aws:organizations::',
      );
      rig.call(tagger, 'organizations', operation, { ...input, Tags });
    }
    rig.call(maker, 'organizations', 'CreateOrganizationalUnit', { ParentId: rig.rootId, Name: 'plain' });
  });

  it('are limited by resource, key and value there', () => {
    const names = everything().map(([name]) => `organizations:${name}`);
    for (const [operation, input, kind] of everything()) {
      const only = (name: string, resource: string, Condition: object) =>
        rig.user(rig.management, `${operation}-${name}`, {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: names, Resource: '*' },
            { Effect: 'Allow', Action: 'organizations:TagResource', Resource: resource, Condition },
          ],
        });
      const arn = (of: string) => `arn:aws:organizations::111111111111:${of}/${rig.organizationId}/*`;
      const value = (text: string) => ({ StringEquals: { 'aws:RequestTag/tier': text } });
      const keys = (key: string) => ({ 'ForAllValues:StringEquals': { 'aws:TagKeys': [key] } });
      for (const [name, resource, condition] of [
        ['value', arn(kind), value('test')],
        ['keys', arn(kind), keys('other')],
        ['kind', arn('root'), keys('tier')],
      ] as const)
        expect(
          rig.refusal(only(name, resource, condition), 'organizations', operation, { ...input, Tags }),
        ).toContain('organizations:TagResource');
      const right = only('right', arn(kind), { ...value('prod'), ...keys('tier') });
      rig.call(right, 'organizations', operation, { ...input, Tags });
    }
  });
});

describe('the service-linked role of Organizations', () => {
  const NEEDED = /^AccessDeniedForDependencyException: .*iam:CreateServiceLinkedRole/;
  const link = 'iam:CreateServiceLinkedRole';
  const forOrganizations = allow(link, '*', {
    StringEquals: { 'iam:AWSServiceName': 'organizations.amazonaws.com' },
  });

  it('must be in the power of whoever accepts an invitation that brings it', () => {
    const { Handshake } = rig.org<{ Handshake: { Id: string } }>('InviteAccountToOrganization', {
      Target: { Type: 'ACCOUNT', Id: STRANGER },
    });
    const accept = { HandshakeId: Handshake.Id };
    const clerk = rig.user(rig.stranger, 'clerk', allow('organizations:AcceptHandshake'));
    expect(rig.refusal(clerk, 'organizations', 'AcceptHandshake', accept)).toMatch(NEEDED);
    expect(rig.refusal(rig.stranger, 'organizations', 'DescribeOrganization')).toMatch(/NotInUse/);
    rig.iam(rig.stranger, 'PutUserPolicy', {
      UserName: 'clerk',
      PolicyName: 'link',
      PolicyDocument: JSON.stringify(forOrganizations),
    });
    rig.call(clerk, 'organizations', 'AcceptHandshake', accept);
    expect(rig.iam(rig.stranger, 'ListRoles')).toMatchObject({
      Roles: [{ RoleName: 'AWSServiceRoleForOrganizations' }],
    });
    // Where the role is there already nobody has to be able to make it.
    rig.call(rig.stranger, 'organizations', 'LeaveOrganization');
    rig.iam(rig.stranger, 'DeleteUserPolicy', { UserName: 'clerk', PolicyName: 'link' });
    const again = rig.org<{ Handshake: { Id: string } }>('InviteAccountToOrganization', {
      Target: { Type: 'ACCOUNT', Id: STRANGER },
    });
    rig.call(clerk, 'organizations', 'AcceptHandshake', { HandshakeId: again.Handshake.Id });
  });

  it('must be in the power of whoever creates an organization with all features, or approves them', () => {
    const founder = rig.user(rig.stranger, 'founder', allow('organizations:*'));
    expect(rig.refusal(founder, 'organizations', 'CreateOrganization')).toMatch(NEEDED);
    rig.call(founder, 'organizations', 'CreateOrganization', { FeatureSet: 'CONSOLIDATED_BILLING' });
    rig = new OrganizationRig('CONSOLIDATED_BILLING');
    rig.org('EnableAllFeatures');
    const clerk = rig.user(rig.member, 'clerk', allow('organizations:*'));
    const { Handshakes } = rig.call<{ Handshakes: { Id: string }[] }>(
      clerk,
      'organizations',
      'ListHandshakesForAccount',
      { Filter: { ActionType: 'APPROVE_ALL_FEATURES' } },
    );
    const approve = { HandshakeId: Handshakes[0]?.Id };
    expect(rig.refusal(clerk, 'organizations', 'AcceptHandshake', approve)).toMatch(NEEDED);
    rig.call(rig.member, 'organizations', 'AcceptHandshake', approve);
  });
});
