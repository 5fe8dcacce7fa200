import { beforeEach, describe, expect, it } from 'vitest';
import type { Keys } from '../../testing.ts';
import { ADMIN, REGION, SetsRig, TARGETS, TEMPLATE } from './testing.ts';

const [one, two, three, four] = TARGETS;
const SERVICE = 'member.org.stacksets.cloudformation.amazonaws.com';
const EXECUTOR = /^stacksets-exec-[0-9a-f]{32}$/;

let rig: SetsRig;
let root: string;
let red: string;
/** Below red. */
let pink: string;
let blue: string;

const org = <T = Record<string, unknown>>(operation: string, input: object = {}, keys: Keys = rig.admin): T =>
  rig.call<T>(keys, 'organizations', operation, input);

const unit = (ParentId: string, Name: string): string =>
  org<{ OrganizationalUnit: { Id: string } }>('CreateOrganizationalUnit', { ParentId, Name })
    .OrganizationalUnit.Id;

function join(account: string, DestinationParentId: string): void {
  const { Handshake } = org<{ Handshake: { Id: string } }>('InviteAccountToOrganization', {
    Target: { Id: account, Type: 'ACCOUNT' },
  });
  org('AcceptHandshake', { HandshakeId: Handshake.Id }, rig.target(account));
  if (DestinationParentId !== root) move(account, root, DestinationParentId);
}

const move = (AccountId: string, SourceParentId: string, DestinationParentId: string) =>
  org('MoveAccount', { AccountId, SourceParentId, DestinationParentId });

const managed = { PermissionModel: 'SERVICE_MANAGED', AutoDeployment: { Enabled: false } };
const automatic = {
  PermissionModel: 'SERVICE_MANAGED',
  AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
};
const at = (...OrganizationalUnitIds: string[]) => ({
  DeploymentTargets: { OrganizationalUnitIds },
  Regions: [REGION],
});
const accounts = () => rig.instances().map((text) => text.slice(0, 12));

beforeEach(() => {
  rig = new SetsRig();
  org('CreateOrganization', { FeatureSet: 'ALL' });
  root = org<{ Roots: { Id: string }[] }>('ListRoots').Roots[0]?.Id ?? '';
  red = unit(root, 'red');
  pink = unit(red, 'pink');
  blue = unit(root, 'blue');
  join(one, red);
  join(two, pink);
  join(three, blue);
  rig.cfn('ActivateOrganizationsAccess');
});

describe('trusted access', () => {
  it('is activated for StackSets: Organizations alone does not do', () => {
    rig.cfn('DeactivateOrganizationsAccess');
    expect(rig.cfn('DescribeOrganizationsAccess')).toEqual({ Status: 'DISABLED' });
    org('EnableAWSServiceAccess', { ServicePrincipal: SERVICE });
    const create = {
      StackSetName: 'audit',
      TemplateBody: TEMPLATE,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      ...managed,
    };
    expect(rig.refused('CreateStackSet', create)).toBe(
      'ValidationError: You must enable organizations access to operate a service managed stack set',
    );
    rig.cfn('ActivateOrganizationsAccess');
    expect(rig.cfn('DescribeOrganizationsAccess')).toEqual({ Status: 'ENABLED' });
    rig.cfn('CreateStackSet', create);
    org('DisableAWSServiceAccess', { ServicePrincipal: SERVICE });
    expect(rig.refused('CreateStackInstances', { StackSetName: 'audit', ...at(red) })).toMatch(
      /You must enable organizations access/,
    );
  });

  it('is for the management account alone', () => {
    expect(rig.refused('ActivateOrganizationsAccess', {}, rig.target(one))).toMatch(
      /^InvalidOperationException/,
    );
    expect(
      rig.refused(
        'CreateStackSet',
        {
          StackSetName: 'audit',
          TemplateBody: TEMPLATE,
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          ...managed,
        },
        rig.target(one),
      ),
    ).toMatch(/You must be the management account or delegated admin account/);
  });
});

describe('a service-managed stack set', () => {
  it('deploys to an OU and those below it, with roles that it makes itself', () => {
    rig.createSet(managed);
    expect(rig.run('CreateStackInstances', at(red))).toBe('SUCCEEDED');
    expect(accounts()).toEqual([one, two]);
    expect(rig.roles(two)).toEqual(
      expect.arrayContaining([
        'Audit',
        'AWSServiceRoleForCloudFormationStackSetsOrgMember',
        expect.stringMatching(EXECUTOR),
      ]),
    );
    expect(rig.roles(three)).not.toContain('Audit');
    const { StackSet } = rig.cfn<{ StackSet: object }>('DescribeStackSet', { StackSetName: 'audit' });
    expect(StackSet).toMatchObject({
      OrganizationalUnitIds: [red],
      ExecutionRoleName: expect.stringMatching(EXECUTOR),
      AdministrationRoleARN: `arn:aws:iam::${ADMIN}:role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin`,
    });
    const { Summaries } = rig.cfn<{ Summaries: object[] }>('ListStackInstances', { StackSetName: 'audit' });
    expect(Summaries).toMatchObject([{ OrganizationalUnitId: red }, { OrganizationalUnitId: red }]);
  });

  it("works as no role of an account's own that has the name of its service-linked role", () => {
    const NAME = 'AWSServiceRoleForCloudFormationStackSetsOrg';
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ADMIN, Service: [SERVICE, 'stacksets.cloudformation.amazonaws.com'] },
          Action: 'sts:AssumeRole',
        },
      ],
    });
    const own = (RoleName: string, keys: Keys) =>
      rig.iam(keys, 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    rig.createSet(managed);
    own(`${NAME}Member`, rig.target(one));
    rig.run('CreateStackInstances', at(red));
    expect(rig.instances()[0]).toContain(`Service role name ${NAME}Member has been taken in this account`);
    expect(rig.roles(one)).not.toContain('Audit');
    expect(rig.run('CreateStackInstances', at(pink))).toBe('SUCCEEDED');
    rig.run('DeleteStackInstances', { ...at(pink), RetainStacks: false });
    rig.cfn('DeleteStackInstances', { StackSetName: 'audit', ...at(red), RetainStacks: true });
    rig.pass(10_000);
    rig.cfn('DeleteStackSet', { StackSetName: 'audit' });
    rig.iam(rig.root, 'DeleteServiceLinkedRole', { RoleName: `${NAME}Admin` });
    own(`${NAME}Admin`, rig.root);
    rig.createSet(managed);
    expect(rig.run('CreateStackInstances', at(blue))).toBe('FAILED');
    expect(rig.roles(three).filter((name) => EXECUTOR.test(name))).toEqual([]);
  });

  it('holds on to its service-linked roles', () => {
    const NAME = 'AWSServiceRoleForCloudFormationStackSetsOrg';
    const set = rig.createSet(managed);
    rig.run('CreateStackInstances', at(red));
    const remove = (keys: Keys, RoleName: string) => {
      const task = rig.iam<{ DeletionTaskId: string }>(keys, 'DeleteServiceLinkedRole', { RoleName });
      return rig.iam<object>(keys, 'GetServiceLinkedRoleDeletionStatus', task);
    };
    const used = (resource: unknown) => ({
      Status: 'FAILED',
      Reason: { RoleUsageList: [{ Region: REGION, Resources: [resource] }] },
    });
    expect(remove(rig.root, `${NAME}Admin`)).toMatchObject(used(expect.stringContaining(`stackset/${set}`)));
    expect(remove(rig.target(one), `${NAME}Member`)).toMatchObject(
      used(expect.stringMatching(`:${one}:stack/StackSet-audit-`)),
    );
    expect(rig.roles(one)).toContain(`${NAME}Member`);
    rig.run('DeleteStackInstances', { ...at(red), RetainStacks: false });
    expect(remove(rig.target(one), `${NAME}Member`)).toEqual({ Status: 'SUCCEEDED' });
    expect(rig.roles(one)).not.toContain(`${NAME}Member`);
    rig.cfn('DeleteStackSet', { StackSetName: 'audit' });
    expect(remove(rig.root, `${NAME}Admin`)).toEqual({ Status: 'SUCCEEDED' });
  });

  it('never deploys to the management account', () => {
    rig.createSet(managed);
    rig.run('CreateStackInstances', at(root));
    expect(accounts().sort()).toEqual([one, two, three]);
  });

  it('takes no accounts without their OUs, nor a self-managed set any OU', () => {
    rig.createSet(managed);
    const create = (more: object) =>
      rig.refused('CreateStackInstances', { StackSetName: 'audit', Regions: [REGION], ...more });
    expect(create({ Accounts: [one] })).toMatch(/can only have OrganizationalUnit as target/);
    expect(create({ DeploymentTargets: { Accounts: [one] } })).toMatch(/OrganizationalUnitIds/);
    expect(create({ DeploymentTargets: { OrganizationalUnitIds: ['ou-none-11111111'] } })).toMatch(
      /ou-none-11111111/,
    );
    expect(create({ DeploymentTargets: { OrganizationalUnitIds: [red], Accounts: [one] } })).toMatch(
      /AccountFilterType/,
    );
    expect(
      create({
        DeploymentTargets: { OrganizationalUnitIds: [red], Accounts: [one], AccountFilterType: 'UNION' },
      }),
    ).toMatch(/UNION/);
    rig.selfManaged([]);
    rig.createSet({ StackSetName: 'own' });
    expect(create({ StackSetName: 'own', ...at(red) })).toMatch(/SELF_MANAGED/);
  });

  it('filters the accounts of its OUs', () => {
    rig.createSet(managed);
    const filtered = (AccountFilterType: string, Accounts: string[]) => ({
      DeploymentTargets: { OrganizationalUnitIds: [root], Accounts, AccountFilterType },
      Regions: [REGION],
    });
    // An account that isn't in the OUs isn't reached by naming it.
    rig.run('CreateStackInstances', filtered('INTERSECTION', [one, four, ADMIN]));
    expect(accounts()).toEqual([one]);
    rig.run('CreateStackInstances', filtered('DIFFERENCE', [one, three]));
    expect(accounts()).toEqual([one, two]);
    const both = {
      DeploymentTargets: { OrganizationalUnitIds: [pink], Accounts: [one], AccountFilterType: 'UNION' },
    };
    rig.run('DeleteStackInstances', { ...both, Regions: [REGION], RetainStacks: false });
    expect(accounts()).toEqual([]);
  });

  it('cannot be made self-managed while it has instances', () => {
    rig.createSet(managed);
    rig.run('CreateStackInstances', at(red));
    const update = {
      StackSetName: 'audit',
      UsePreviousTemplate: true,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    };
    expect(rig.refused('UpdateStackSet', { ...update, PermissionModel: 'SELF_MANAGED' })).toMatch(
      /PermissionModel cannot be modified/,
    );
  });

  it('is limited by SCPs of its members like everybody there', () => {
    org('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const { Policy } = org<{ Policy: { PolicySummary: { Id: string } } }>('CreatePolicy', {
      Name: 'no-roles',
      Description: '',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'cloudformation:CreateStack', Resource: '*' }],
      }),
    });
    org('AttachPolicy', { PolicyId: Policy.PolicySummary.Id, TargetId: pink });
    rig.createSet(managed);
    const id = rig.start('CreateStackInstances', at(red));
    rig.pass(10_000);
    expect(rig.results(id)[0]).toBe(`${one} SUCCEEDED`);
    expect(rig.results(id)[1]).toMatch(/FAILED .*service control policy/);
  });
});

describe('automatic deployment', () => {
  it('gives accounts that join the defaults of the set, not the overrides of others', () => {
    rig.createSet(automatic);
    rig.run('CreateStackInstances', {
      ...at(red),
      ParameterOverrides: [{ ParameterKey: 'ExternalId', ParameterValue: 'special' }],
    });
    expect(rig.trustOf(one)).toContain('special');
    join(four, pink);
    expect(accounts()).toEqual([one, two]);
    rig.pass(5_000);
    expect(rig.instances()).toContain(`${four} CURRENT/SUCCEEDED`);
    expect(rig.trustOf(four)).toContain('shared-id');
    expect(rig.trustOf(four)).not.toContain('special');
  });

  it('takes stacks away from accounts that leave, unless they are retained', () => {
    rig.createSet(automatic);
    rig.run('CreateStackInstances', at(red));
    move(one, red, blue);
    rig.pass(5_000);
    expect(accounts()).toEqual([two]);
    expect(rig.roles(one)).not.toContain('Audit');
    rig.run('UpdateStackSet', {
      UsePreviousTemplate: true,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
    });
    move(two, pink, blue);
    rig.pass(5_000);
    expect(accounts()).toEqual([]);
    expect(rig.roles(two)).toContain('Audit');
  });

  it('keeps an account that moves between OUs of one target', () => {
    rig.createSet(automatic);
    rig.run('CreateStackInstances', at(red));
    move(one, red, pink);
    rig.pass(5_000);
    const { Summaries } = rig.cfn<{ Summaries: object[] }>('ListStackSetOperations', {
      StackSetName: 'audit',
    });
    expect(Summaries).toHaveLength(1);
  });

  it('moves an account from one set to another with the same names', () => {
    rig.createSet(automatic);
    rig.createSet({ ...automatic, StackSetName: 'other' });
    rig.run('CreateStackInstances', at(red));
    rig.start('CreateStackInstances', { ...at(blue), StackSetName: 'other' });
    rig.pass(5_000);
    move(one, red, blue);
    rig.pass(10_000);
    expect(accounts()).toEqual([two]);
    expect(rig.instances({ StackSetName: 'other' })).toContain(`${one} CURRENT/SUCCEEDED`);
  });

  it('does nothing when it is off, and lists its targets', () => {
    rig.createSet(managed);
    rig.run('CreateStackInstances', at(red, blue));
    move(three, blue, root);
    join(four, red);
    rig.pass(5_000);
    expect(accounts()).toEqual([one, two, three]);
    const targets = () =>
      rig.cfn<{ Summaries: object[] }>('ListStackSetAutoDeploymentTargets', { StackSetName: 'audit' })
        .Summaries;
    expect(targets()).toEqual([
      { OrganizationalUnitId: red, Regions: [REGION] },
      { OrganizationalUnitId: blue, Regions: [REGION] },
    ]);
    rig.run('DeleteStackInstances', { ...at(blue), RetainStacks: false });
    expect(accounts()).toEqual([one, two]);
    expect(targets()).toEqual([{ OrganizationalUnitId: red, Regions: [REGION] }]);
  });

  it('comes after the sets that it depends on', () => {
    rig.createSet({ ...automatic, StackSetName: 'base' });
    const { StackSetARN } = rig.cfn<{ StackSet: { StackSetARN: string } }>('DescribeStackSet', {
      StackSetName: 'base',
    }).StackSet;
    const template = TEMPLATE.replace('RoleName: Audit', 'RoleName: Second');
    rig.createSet({
      ...automatic,
      AutoDeployment: { ...automatic.AutoDeployment, DependsOn: [StackSetARN] },
      TemplateBody: template,
    });
    rig.run('CreateStackInstances', at(red));
    rig.start('CreateStackInstances', { ...at(red), StackSetName: 'base' });
    rig.pass(5_000);
    join(four, red);
    rig.pass(10_000);
    const born = (StackSetName: string) =>
      rig.cfn<{ Summaries: { CreationTimestamp: Date; EndTimestamp: Date }[] }>('ListStackSetOperations', {
        StackSetName,
      }).Summaries[0];
    const [base, dependent] = [born('base'), born('audit')];
    expect(dependent?.CreationTimestamp.getTime()).toBeGreaterThanOrEqual(
      base?.EndTimestamp.getTime() ?? Infinity,
    );
    expect(rig.roles(four)).toEqual(expect.arrayContaining(['Audit', 'Second']));
  });

  it('follows accounts out of the organization', () => {
    rig.createSet(automatic);
    rig.run('CreateStackInstances', at(red));
    org('RemoveAccountFromOrganization', { AccountId: one });
    rig.pass(5_000);
    expect(accounts()).toEqual([two]);
  });
});

describe('a suspended account', () => {
  it('is skipped, and fails nothing', () => {
    rig.createSet(managed);
    rig.run('CreateStackInstances', at(red));
    org('CloseAccount', { AccountId: two });
    const id = rig.start('UpdateStackSet', {
      TemplateBody: TEMPLATE.replace('RoleName: Audit', 'RoleName: Audit\n      Description: second'),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    });
    rig.pass(10_000);
    expect(rig.status(id)).toBe('SUCCEEDED');
    expect(rig.instances()).toEqual([
      `${one} CURRENT/SUCCEEDED`,
      `${two} OUTDATED/SKIPPED_SUSPENDED_ACCOUNT The account is suspended`,
    ]);
  });
});

describe('a delegated administrator', () => {
  beforeEach(() => {
    org('RegisterDelegatedAdministrator', { AccountId: three, ServicePrincipal: SERVICE });
  });
  const delegated = { CallAs: 'DELEGATED_ADMIN' };

  it('works on the sets of the management account', () => {
    const keys = rig.target(three);
    rig.createSet({ ...managed, ...delegated }, keys);
    const id = rig.start('CreateStackInstances', { ...at(red), ...delegated }, keys);
    rig.pass(10_000);
    expect(rig.status(id)).toBe('SUCCEEDED');
    const { StackSet } = rig.cfn<{ StackSet: { StackSetARN: string } }>(
      'DescribeStackSet',
      { StackSetName: 'audit', ...delegated },
      keys,
    );
    expect(StackSet.StackSetARN).toContain(`:${ADMIN}:stackset/`);
    expect(rig.refused('DescribeStackSet', { StackSetName: 'audit' }, keys)).toMatch(
      /^StackSetNotFoundException/,
    );
  });

  it('sees no self-managed set', () => {
    rig.selfManaged([]);
    rig.createSet();
    expect(
      rig.refused('DescribeStackSet', { StackSetName: 'audit', ...delegated }, rig.target(three)),
    ).toMatch(/^StackSetNotFoundException/);
    expect(rig.cfn('ListStackSets', delegated, rig.target(three))).toEqual({ Summaries: [] });
  });

  it('is nobody else', () => {
    const list = (keys: Keys) => rig.refused('ListStackSets', delegated, keys);
    expect(list(rig.target(one))).toBe('ValidationError: Account used is not a delegated administrator');
    expect(list(rig.admin)).toBe('ValidationError: Account used is not a delegated administrator');
    // Without the permission to look, StackSets takes the account for none.
    const blind = rig.user(rig.target(three), 'blind', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' }],
    });
    expect(list(blind)).toBe('ValidationError: Account used is not a delegated administrator');
  });
});
