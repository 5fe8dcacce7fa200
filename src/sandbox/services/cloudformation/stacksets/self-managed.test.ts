import { beforeEach, describe, expect, it } from 'vitest';
import { allow } from '../../testing.ts';
import { REGION, SetsRig, TARGETS, TEMPLATE } from './testing.ts';

let rig: SetsRig;
const [one, two, three, four] = TARGETS;
const all = { Accounts: TARGETS, Regions: [REGION] };
const changed = TEMPLATE.replace('RoleName: Audit', 'RoleName: Audit\n      Description: second');

beforeEach(() => {
  rig = new SetsRig();
  rig.selfManaged();
});

describe('a self-managed stack set', () => {
  it('deploys one account after the other, and can be watched', () => {
    rig.createSet();
    const id = rig.start('CreateStackInstances', all);
    expect(rig.status(id)).toBe('RUNNING');
    expect(rig.instances()).toEqual(TARGETS.map((account) => `${account} OUTDATED/PENDING`));
    rig.pass(100);
    expect(rig.instances()).toEqual([
      `${one} OUTDATED/RUNNING`,
      ...[two, three, four].map((account) => `${account} OUTDATED/PENDING`),
    ]);
    rig.pass(10_000);
    expect(rig.results(id)).toEqual(TARGETS.map((account) => `${account} SUCCEEDED`));
    expect(rig.status(id)).toBe('SUCCEEDED');
    expect(rig.instances()).toEqual(TARGETS.map((account) => `${account} CURRENT/SUCCEEDED`));
    expect(rig.trustOf(three)).toContain('shared-id');
  });

  it('ends in seconds, however many accounts come one after the other', () => {
    rig.createSet();
    const regions = ['us-east', 'us-west', 'eu-west', 'ap-northeast', 'ap-southeast'].flatMap((part) =>
      [1, 2].map((n) => `${part}-${n}`),
    );
    // Roles have no Region: only the first stack of an account can make one.
    const id = rig.start('CreateStackInstances', {
      ...all,
      Regions: regions,
      OperationPreferences: { FailureTolerancePercentage: 100, MaxConcurrentCount: 1 },
    });
    rig.pass(6_000);
    expect(rig.status(id)).toBe('SUCCEEDED');
    expect(rig.results(id).filter((text) => text.includes('SUCCEEDED'))).toHaveLength(4);
  });

  it('is described as AWS describes it', () => {
    const id = rig.createSet({ Tags: [{ Key: 'team', Value: 'security' }], Description: 'roles' });
    expect(id).toMatch(/^audit:[0-9a-f-]{36}$/);
    const { StackSet } = rig.cfn<{ StackSet: object }>('DescribeStackSet', { StackSetName: id });
    expect(StackSet).toMatchObject({
      StackSetName: 'audit',
      StackSetId: id,
      StackSetARN: `arn:aws:cloudformation:us-east-1:111111111111:stackset/${id}`,
      Status: 'ACTIVE',
      Description: 'roles',
      TemplateBody: TEMPLATE,
      Parameters: [{ ParameterKey: 'ExternalId', ParameterValue: 'shared-id' }],
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Tags: [{ Key: 'team', Value: 'security' }],
      AdministrationRoleARN: 'arn:aws:iam::111111111111:role/AWSCloudFormationStackSetAdministrationRole',
      ExecutionRoleName: 'AWSCloudFormationStackSetExecutionRole',
      PermissionModel: 'SELF_MANAGED',
      ManagedExecution: { Active: false },
    });
    expect(rig.refused('DescribeStackSet', { StackSetName: 'other' })).toBe(
      'StackSetNotFoundException: StackSet other not found',
    );
  });

  it('is updated with its template, and unchanged instances succeed too', () => {
    rig.createSet();
    rig.run('CreateStackInstances', all);
    const update = { TemplateBody: changed, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    const id = rig.start('UpdateStackSet', update);
    expect(rig.instances()).toEqual(TARGETS.map((account) => `${account} OUTDATED/PENDING`));
    rig.pass(10_000);
    expect(rig.status(id)).toBe('SUCCEEDED');
    const role = rig.iam<{ Role: { Description: string } }>(rig.target(two), 'GetRole', {
      RoleName: 'Audit',
    });
    expect(role.Role.Description).toBe('second');
    const again = rig.start('UpdateStackSet', update);
    rig.pass(10_000);
    expect(rig.results(again)).toEqual(
      TARGETS.map((account) => `${account} SUCCEEDED No updates are to be performed.`),
    );
  });

  it('leaves the accounts that an update does not name outdated', () => {
    rig.createSet();
    rig.run('CreateStackInstances', all);
    const update = { TemplateBody: changed, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    expect(rig.run('UpdateStackSet', { ...update, Accounts: [two], Regions: [REGION] })).toBe('SUCCEEDED');
    expect(rig.instances().map((text) => text.split('/')[0])).toEqual([
      `${one} OUTDATED`,
      `${two} CURRENT`,
      `${three} OUTDATED`,
      `${four} OUTDATED`,
    ]);
    expect(rig.refused('UpdateStackSet', { StackSetName: 'audit', ...update, Accounts: [two] })).toMatch(
      /^ValidationError/,
    );
  });

  it('is deleted when its instances are', () => {
    rig.createSet();
    rig.run('CreateStackInstances', all);
    expect(rig.refused('DeleteStackSet', { StackSetName: 'audit' })).toMatch(/^StackSetNotEmptyException/);
    expect(rig.run('DeleteStackInstances', { ...all, RetainStacks: false })).toBe('SUCCEEDED');
    expect(rig.roles(one)).not.toContain('Audit');
    rig.cfn('DeleteStackSet', { StackSetName: 'audit' });
    const statuses = (Status?: string) =>
      rig.cfn<{ Summaries: { Status: string }[] }>('ListStackSets', { ...(Status && { Status }) }).Summaries;
    expect(statuses()).toMatchObject([{ Status: 'DELETED' }]);
    expect(statuses('ACTIVE')).toEqual([]);
    expect(rig.createSet()).toMatch(/^audit:/);
  });

  it('takes its template from S3 with the rights of the caller, or from a stack', () => {
    rig.call(rig.root, 's3', 'CreateBucket', { Bucket: 'templates-of-ours' });
    rig.call(rig.root, 's3', 'PutObject', {
      Bucket: 'templates-of-ours',
      Key: 'audit.yaml',
      Body: Buffer.from(TEMPLATE),
    });
    const TemplateURL = 'https://templates-of-ours.s3.us-east-1.amazonaws.com/audit.yaml';
    rig.createSet({ TemplateBody: undefined, TemplateURL });
    const weak = rig.user(rig.root, 'weak', allow(['cloudformation:*', 'iam:PassRole']));
    const blind = { StackSetName: 'x', TemplateURL, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    expect(rig.refused('CreateStackSet', blind, weak)).toMatch(/^ValidationError: S3 error: Access Denied/);
    const { StackId } = rig.cfn<{ StackId: string }>('CreateStack', {
      StackName: 'model',
      TemplateBody: changed,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    });
    rig.createSet({ StackSetName: 'from-stack', TemplateBody: undefined, StackId });
    const { StackSet } = rig.cfn<{ StackSet: object }>('DescribeStackSet', { StackSetName: 'from-stack' });
    expect(StackSet).toMatchObject({ TemplateBody: changed });
  });

  it('is refused with what a template needs and lacks', () => {
    const create = (more: object) => rig.refused('CreateStackSet', { StackSetName: 'x', ...more });
    expect(create({ TemplateBody: TEMPLATE })).toBe(
      'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]',
    );
    expect(create({ TemplateBody: '{' })).toMatch(/^ValidationError: Template format error/);
    expect(create({})).toMatch(/^ValidationError: Exactly one of/);
    const named = { TemplateBody: TEMPLATE, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    const parameter = (ParameterKey: string, ParameterValue: string) => ({
      ...named,
      Parameters: [{ ParameterKey, ParameterValue }],
    });
    expect(create(parameter('Nothing', 'x'))).toMatch(/\[Nothing\] do not exist in the template/);
    expect(create(parameter('ExternalId', 'NOT ALLOWED'))).toMatch(/must match pattern/);
    expect(create({ ...named, AutoDeployment: { Enabled: false } })).toMatch(/SELF_MANAGED/);
    expect(create({ ...named, PermissionModel: 'SERVICE_MANAGED' })).toMatch(/^ValidationError/);
  });
});

describe('parameter overrides', () => {
  const override = (ParameterValue: string) => ({
    ParameterOverrides: [{ ParameterKey: 'ExternalId', ParameterValue }],
  });
  const overridesOf = (StackInstanceAccount: string) =>
    rig.cfn<{ StackInstance: { ParameterOverrides: object[] } }>('DescribeStackInstance', {
      StackSetName: 'audit',
      StackInstanceAccount,
      StackInstanceRegion: REGION,
    }).StackInstance.ParameterOverrides;

  beforeEach(() => {
    rig.createSet();
    rig.run('CreateStackInstances', { ...all, Accounts: [one], ...override('of-one') });
    rig.run('CreateStackInstances', { ...all, Accounts: [two] });
  });

  it('are the instance own, and outlast updates of the set', () => {
    expect(rig.trustOf(one)).toContain('of-one');
    expect(rig.trustOf(two)).toContain('shared-id');
    rig.run('UpdateStackSet', {
      UsePreviousTemplate: true,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: [{ ParameterKey: 'ExternalId', ParameterValue: 'new-shared' }],
    });
    expect(rig.trustOf(one)).toContain('of-one');
    expect(rig.trustOf(two)).toContain('new-shared');
    expect(overridesOf(one)).toEqual([{ ParameterKey: 'ExternalId', ParameterValue: 'of-one' }]);
    expect(overridesOf(two)).toEqual([]);
  });

  it('change and go with UpdateStackInstances', () => {
    const where = { Accounts: [one], Regions: [REGION] };
    expect(rig.run('UpdateStackInstances', { ...where, ...override('other') })).toBe('SUCCEEDED');
    expect(rig.trustOf(one)).toContain('other');
    expect(rig.run('UpdateStackInstances', where)).toBe('SUCCEEDED');
    expect(rig.trustOf(one)).toContain('other');
    expect(rig.run('UpdateStackInstances', { ...where, ParameterOverrides: [] })).toBe('SUCCEEDED');
    expect(rig.trustOf(one)).toContain('shared-id');
    expect(overridesOf(one)).toEqual([]);
  });

  it('are of parameters that the template has, and of instances that are there', () => {
    const update = (more: object) =>
      rig.refused('UpdateStackInstances', {
        StackSetName: 'audit',
        Accounts: [one],
        Regions: [REGION],
        ...more,
      });
    expect(update({ ParameterOverrides: [{ ParameterKey: 'No', ParameterValue: '' }] })).toMatch(
      /\[No\] do not exist in the template/,
    );
    expect(update({ Accounts: [three] })).toMatch(/^StackInstanceNotFoundException/);
  });

  it('that the template does not allow fail in their account alone', () => {
    const id = rig.start('UpdateStackInstances', { Accounts: [one], Regions: [REGION], ...override('NO') });
    rig.pass(1_000);
    expect(rig.results(id)).toEqual([`${one} FAILED Parameter 'ExternalId' must match pattern [a-z-]+`]);
    expect(rig.trustOf(one)).toContain('of-one');
  });

  it('go with their parameter when the template loses it', () => {
    const TemplateBody = TEMPLATE.replace(/Parameters:\n.*\n/, '').replace('!Ref ExternalId', 'fixed');
    const changed = { TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    expect(rig.run('UpdateStackSet', changed)).toBe('SUCCEEDED');
    expect(rig.trustOf(one)).toContain('fixed');
    expect(overridesOf(one)).toEqual([]);
  });
});

describe('a stack that its account holds on to', () => {
  const where = { Accounts: [one], Regions: [REGION] };
  const stackId = () => {
    const place = { StackInstanceAccount: one, StackInstanceRegion: REGION };
    const { StackInstance } = rig.cfn<{ StackInstance: { StackId: string } }>('DescribeStackInstance', {
      StackSetName: 'audit',
      ...place,
    });
    return StackInstance.StackId;
  };

  it('by termination protection is not deleted by the set', () => {
    rig.createSet();
    rig.run('CreateStackInstances', where);
    const protect = (EnableTerminationProtection: boolean) =>
      rig.cfn(
        'UpdateTerminationProtection',
        { StackName: stackId(), EnableTerminationProtection },
        rig.target(one),
      );
    protect(true);
    const id = rig.start('DeleteStackInstances', { ...where, RetainStacks: false });
    rig.pass(10_000);
    expect(rig.results(id)[0]).toContain('cannot be deleted while TerminationProtection is enabled');
    expect(rig.roles(one)).toContain('Audit');
    protect(false);
    expect(rig.run('DeleteStackInstances', { ...where, RetainStacks: false })).toBe('SUCCEEDED');
    expect(rig.roles(one)).not.toContain('Audit');
  });

  it('by an update under way is not deleted before that has ended', () => {
    rig.createSet();
    rig.run('CreateStackInstances', where);
    rig.cloud.route('cloudformation', 'PUT', { operationSeconds: 60 }, '');
    const again = { UsePreviousTemplate: true, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    const Tags = [{ Key: 'team', Value: 'red' }];
    rig.cfn('UpdateStack', { StackName: stackId(), ...again, Tags }, rig.target(one));
    const id = rig.start('DeleteStackInstances', { ...where, RetainStacks: false });
    rig.pass(1_000);
    expect(rig.results(id)[0]).toContain('cannot be deleted while in status UPDATE_IN_PROGRESS');
  });
});

it('a Region that AWS does not have gets no stack', () => {
  rig.createSet();
  const where = { StackSetName: 'audit', Accounts: [one], Regions: [REGION, 'us-esat-1'] };
  expect(rig.refused('CreateStackInstances', where)).toBe('ValidationError: Invalid regions: [us-esat-1]');
  expect(rig.instances()).toEqual([]);
});

it('the template of a set is summed up for those who may see it', () => {
  rig.createSet();
  expect(rig.cfn('GetTemplateSummary', { StackSetName: 'audit' })).toMatchObject({
    Parameters: [{ ParameterKey: 'ExternalId', DefaultValue: 'shared-id' }],
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    ResourceTypes: ['AWS::IAM::Role'],
  });
  const other = rig.user(
    rig.root,
    'other',
    allow('cloudformation:GetTemplateSummary', 'arn:aws:cloudformation:*:*:stackset/else:*'),
  );
  expect(rig.refused('GetTemplateSummary', { StackSetName: 'audit' }, other)).toMatch(/^AccessDenied/);
  expect(rig.refused('GetTemplateSummary', { StackSetName: 'audit' }, rig.target(one))).toMatch(
    /^StackSetNotFoundException/,
  );
  expect(rig.refused('GetTemplateSummary', { StackSetName: 'audit', TemplateBody: TEMPLATE })).toContain(
    'exactly one of',
  );
});
