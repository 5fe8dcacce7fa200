import { beforeEach, describe, expect, it } from 'vitest';
import { EXECUTION_ROLE, REGION, SetsRig, serviceTrust, TARGETS, TEMPLATE } from './testing.ts';

let rig: SetsRig;
const [one, two, three, four] = TARGETS;
const all = { Accounts: TARGETS, Regions: [REGION] };
const named = { StackSetName: 'audit' };

/** Makes the execution role of an account unusable. */
const breakAccount = (account: string) =>
  rig.iam(rig.target(account), 'UpdateAssumeRolePolicy', {
    RoleName: EXECUTION_ROLE,
    PolicyDocument: serviceTrust('lambda.amazonaws.com'),
  });

const statuses = (id: string) => rig.results(id).map((text) => text.split(' ').slice(0, 2).join(' '));

beforeEach(() => {
  rig = new SetsRig();
  rig.selfManaged();
});

describe('failure tolerance', () => {
  it('of none stops at the first failure and cancels the rest', () => {
    breakAccount(two);
    rig.createSet();
    const id = rig.start('CreateStackInstances', all);
    rig.pass(10_000);
    expect(rig.status(id)).toBe('FAILED');
    expect(statuses(id)).toEqual([
      `${one} SUCCEEDED`,
      `${two} FAILED`,
      `${three} CANCELLED`,
      `${four} CANCELLED`,
    ]);
    expect(rig.results(id)[2]).toBe(`${three} CANCELLED Cancelled since failure tolerance has exceeded`);
    expect(rig.instances()[2]).toMatch(`${three} OUTDATED/CANCELLED`);
    expect(rig.roles(three)).not.toContain('Audit');
  });

  it('lets so many accounts fail, and the operation succeed', () => {
    breakAccount(two);
    rig.createSet();
    const id = rig.start('CreateStackInstances', {
      ...all,
      OperationPreferences: { FailureTolerancePercentage: 25, MaxConcurrentPercentage: 100 },
    });
    rig.pass(10_000);
    expect(rig.status(id)).toBe('SUCCEEDED');
    expect(statuses(id)).toEqual([
      `${one} SUCCEEDED`,
      `${two} FAILED`,
      `${three} SUCCEEDED`,
      `${four} SUCCEEDED`,
    ]);
    const { StackSetOperation } = rig.cfn<{ StackSetOperation: object }>('DescribeStackSetOperation', {
      ...named,
      OperationId: id,
    });
    expect(StackSetOperation).toMatchObject({ StatusDetails: { FailedStackInstancesCount: 1 } });
  });

  it('that is exceeded in a Region keeps the operation from the next', () => {
    breakAccount(one);
    rig.createSet();
    const id = rig.start('CreateStackInstances', {
      Accounts: [one],
      Regions: ['us-east-1', 'eu-west-1'],
      OperationPreferences: { RegionOrder: ['eu-west-1', 'us-east-1'] },
    });
    rig.pass(10_000);
    expect(rig.instances().map((text) => text.split(' ').slice(0, 3).join(' '))).toEqual([
      `${one} OUTDATED/CANCELLED Cancelled`,
      `${one} eu-west-1 OUTDATED/FAILED`,
    ]);
    expect(rig.status(id)).toBe('FAILED');
  });

  it('can be retried: what failed is deployed then', () => {
    breakAccount(two);
    rig.createSet();
    rig.run('CreateStackInstances', all);
    rig.iam(rig.target(two), 'DeleteRolePolicy', { RoleName: EXECUTION_ROLE, PolicyName: 'all' });
    rig.iam(rig.target(two), 'DeleteRole', { RoleName: EXECUTION_ROLE });
    rig.executionRole(
      two,
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }],
      }),
    );
    expect(rig.run('CreateStackInstances', all)).toBe('SUCCEEDED');
    expect(rig.instances().every((text) => text.includes('CURRENT'))).toBe(true);
  });

  it('removes what a failed creation left behind before it tries again', () => {
    rig.iam(rig.target(one), 'CreateRole', {
      RoleName: 'Audit',
      AssumeRolePolicyDocument: serviceTrust('ec2.amazonaws.com'),
    });
    rig.createSet();
    const where = { Accounts: [one], Regions: [REGION] };
    const id = rig.start('CreateStackInstances', where);
    rig.pass(1_000);
    expect(rig.results(id)[0]).toMatch(
      /ResourceLogicalId:Audit, ResourceType:AWS::IAM::Role, .*already exists/,
    );
    rig.iam(rig.target(one), 'DeleteRole', { RoleName: 'Audit' });
    expect(rig.run('CreateStackInstances', where)).toBe('SUCCEEDED');
    expect(rig.roles(one)).toContain('Audit');
  });
});

describe('operations of one set', () => {
  it('are refused while one runs', () => {
    rig.createSet();
    const id = rig.start('CreateStackInstances', all);
    const { StackSetARN } = rig.cfn<{ StackSet: { StackSetARN: string } }>(
      'DescribeStackSet',
      named,
    ).StackSet;
    expect(
      rig.refused('UpdateStackSet', {
        ...named,
        TemplateBody: TEMPLATE,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    ).toBe(
      `OperationInProgressException: Another Operation on StackSet ${StackSetARN} is in progress: ${id}`,
    );
    expect(rig.refused('DeleteStackSet', named)).toMatch(/^OperationInProgressException/);
    rig.pass(10_000);
    expect(rig.run('DeleteStackInstances', { ...all, RetainStacks: false })).toBe('SUCCEEDED');
  });

  it('wait for each other with managed execution', () => {
    rig.createSet({ ManagedExecution: { Active: true } });
    const first = rig.start('CreateStackInstances', { ...all, Accounts: [one] });
    const second = rig.start('CreateStackInstances', { ...all, Accounts: [two] });
    const third = rig.start('DeleteStackInstances', { ...all, RetainStacks: false });
    expect([first, second, third].map((id) => rig.status(id))).toEqual(['RUNNING', 'QUEUED', 'QUEUED']);
    expect(
      rig.refused('UpdateStackSet', {
        ...named,
        UsePreviousTemplate: true,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ManagedExecution: { Active: false },
      }),
    ).toMatch(/^InvalidOperationException/);
    rig.cfn('StopStackSetOperation', { ...named, OperationId: second });
    expect(rig.status(second)).toBe('STOPPED');
    rig.pass(10_000);
    expect([first, second, third].map((id) => rig.status(id))).toEqual(['SUCCEEDED', 'STOPPED', 'SUCCEEDED']);
    expect(rig.instances()).toEqual([]);
  });

  it('stop when they are told to, after the accounts that they are at', () => {
    rig.createSet();
    const id = rig.start('CreateStackInstances', all);
    rig.pass(100);
    rig.cfn('StopStackSetOperation', { ...named, OperationId: id });
    expect(rig.status(id)).toBe('STOPPING');
    rig.pass(10_000);
    expect(rig.status(id)).toBe('STOPPED');
    expect(statuses(id)).toEqual([
      `${one} SUCCEEDED`,
      `${two} CANCELLED`,
      `${three} CANCELLED`,
      `${four} CANCELLED`,
    ]);
    expect(rig.refused('StopStackSetOperation', { ...named, OperationId: id })).toMatch(
      /^InvalidOperationException/,
    );
    expect(rig.refused('StopStackSetOperation', { ...named, OperationId: 'none' })).toMatch(
      /^OperationNotFoundException/,
    );
  });

  it('happen once when they are asked for twice with one id', () => {
    rig.createSet();
    const asked = { ...all, Accounts: [one], OperationId: 'once' };
    expect(rig.start('CreateStackInstances', asked)).toBe('once');
    expect(rig.start('CreateStackInstances', asked)).toBe('once');
    expect(rig.refused('CreateStackInstances', { ...named, ...asked, Accounts: [two] })).toMatch(
      /^OperationIdAlreadyExistsException/,
    );
    rig.pass(10_000);
    const { Summaries } = rig.cfn<{ Summaries: object[] }>('ListStackSetOperations', named);
    expect(Summaries).toMatchObject([{ OperationId: 'once', Action: 'CREATE', Status: 'SUCCEEDED' }]);
  });

  it('are made once with one token, and a name is taken once', () => {
    const id = rig.createSet({ ClientRequestToken: 'again' });
    expect(rig.createSet({ ClientRequestToken: 'again' })).toBe(id);
    const other = { ...named, TemplateBody: TEMPLATE, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    expect(rig.refused('CreateStackSet', other)).toMatch(/^NameAlreadyExistsException/);
    expect(
      rig.refused('CreateStackSet', { ...other, ClientRequestToken: 'again', Description: 'x' }),
    ).toMatch(/^NameAlreadyExistsException/);
  });
});

describe('lists', () => {
  it('come in pages, and filtered', () => {
    breakAccount(four);
    rig.createSet();
    const id = rig.start('CreateStackInstances', all);
    rig.pass(10_000);
    type Page = { Summaries: { Account: string }[]; NextToken?: string };
    const first = rig.cfn<Page>('ListStackInstances', { ...named, MaxResults: 3 });
    expect(first.Summaries).toHaveLength(3);
    const second = rig.cfn<Page>('ListStackInstances', {
      ...named,
      MaxResults: 3,
      NextToken: first.NextToken,
    });
    expect(second.Summaries.map(({ Account }) => Account)).toEqual([four]);
    expect(second.NextToken).toBeUndefined();
    expect(rig.refused('ListStackInstances', { ...named, NextToken: 'nonsense' })).toMatch(
      /^ValidationError/,
    );
    expect(rig.instances({ Filters: [{ Name: 'DETAILED_STATUS', Values: 'FAILED' }] })).toHaveLength(1);
    expect(rig.instances({ Filters: [{ Name: 'LAST_OPERATION_ID', Values: id }] })).toHaveLength(4);
    expect(rig.instances({ StackInstanceAccount: two })).toHaveLength(1);
    const failed = rig.cfn<Page>('ListStackSetOperationResults', {
      ...named,
      OperationId: id,
      Filters: [{ Name: 'OPERATION_RESULT_STATUS', Values: 'FAILED' }],
    });
    expect(failed.Summaries.map(({ Account }) => Account)).toEqual([four]);
  });
});

describe('permissions', () => {
  it('are of the set, the target and the Region', () => {
    rig.createSet();
    const limited = rig.user(rig.root, 'limited', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'cloudformation:*',
          Resource: [
            'arn:aws:cloudformation:*:*:stackset/audit:*',
            `arn:aws:cloudformation:*:*:stackset-target/audit:*/${one}`,
          ],
          Condition: { 'ForAllValues:StringEquals': { 'cloudformation:TargetRegion': REGION } },
        },
      ],
    });
    const create = (Accounts: string[], Regions = [REGION]) => ({ ...named, Accounts, Regions });
    expect(rig.refused('CreateStackInstances', create([one, two]), limited)).toMatch(
      new RegExp(
        `cloudformation:CreateStackInstances on resource: arn:aws:cloudformation:us-east-1:111111111111:stackset-target/audit:[0-9a-f-]+/${two}`,
      ),
    );
    expect(rig.refused('CreateStackInstances', create([one], ['eu-west-1']), limited)).toMatch(
      /^AccessDenied/,
    );
    expect(rig.refused('DescribeStackSet', { StackSetName: 'other' }, limited)).toMatch(/^AccessDenied/);
    rig.cfn('CreateStackInstances', create([one]), limited);
  });
});
