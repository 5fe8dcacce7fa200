import { beforeEach, describe, expect, it } from 'vitest';
import { allow } from '../../testing.ts';
import {
  ADMIN,
  ADMIN_ROLE,
  EXECUTION_ROLE,
  executionTrust,
  REGION,
  SetsRig,
  serviceTrust,
  TARGETS,
  TEMPLATE,
} from './testing.ts';

const [one, two] = TARGETS;
const OTHER = '999999999999';

let rig: SetsRig;
const deploy = (account: string) =>
  rig.start('CreateStackInstances', { Accounts: [account], Regions: [REGION] });

/** Deploys to the first account; why it failed. */
function failure(): string {
  const id = deploy(one);
  rig.pass(10_000);
  expect(rig.status(id)).toBe('FAILED');
  const [result = ''] = rig.results(id);
  expect(rig.instances()).toEqual([`${one} OUTDATED/FAILED ${result.replace(/^\d+ FAILED /, '')}`]);
  expect(rig.roles(one)).not.toContain('Audit');
  return result;
}

const noAdministrator = `${one} FAILED Account ${ADMIN} should have '${ADMIN_ROLE}' role with trust relationship to CloudFormation service.`;
const noExecutor = `${one} FAILED Account ${one} should have '${EXECUTION_ROLE}' role with trust relationship to Role '${ADMIN_ROLE}'.`;

beforeEach(() => {
  rig = new SetsRig();
});

describe('the administration role', () => {
  it('must exist', () => {
    rig.executionRole(one, executionTrustOfRoot());
    rig.createSet();
    expect(failure()).toBe(noAdministrator);
  });

  it('must trust CloudFormation', () => {
    rig.selfManaged([one]);
    rig.iam(rig.root, 'UpdateAssumeRolePolicy', {
      RoleName: ADMIN_ROLE,
      PolicyDocument: serviceTrust('lambda.amazonaws.com'),
    });
    rig.createSet();
    expect(failure()).toBe(noAdministrator);
  });

  it('must be allowed to assume the execution role', () => {
    rig.selfManaged([one]);
    rig.iam(rig.root, 'PutRolePolicy', {
      RoleName: ADMIN_ROLE,
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole', `arn:aws:iam::${two}:role/${EXECUTION_ROLE}`)),
    });
    rig.createSet();
    expect(failure()).toBe(noExecutor);
  });

  it('is passed by whoever makes or updates the set', () => {
    rig.selfManaged([one]);
    const weak = rig.user(rig.root, 'weak', allow('cloudformation:*'));
    const set = { StackSetName: 'mine', TemplateBody: 'x', Capabilities: ['CAPABILITY_NAMED_IAM'] };
    expect(rig.refused('CreateStackSet', set, weak)).toMatch(
      `AccessDenied: User: arn:aws:iam::${ADMIN}:user/weak is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ADMIN}:role/${ADMIN_ROLE}`,
    );
    rig.createSet();
    expect(rig.refused('UpdateStackSet', { StackSetName: 'audit', UsePreviousTemplate: true }, weak)).toMatch(
      /iam:PassRole/,
    );
    const passing = rig.user(rig.root, 'passing', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: `arn:aws:iam::${ADMIN}:role/${ADMIN_ROLE}`,
          Condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
        },
      ],
    });
    expect(rig.createSet({ StackSetName: 'passed' }, passing)).toMatch(/^passed:/);
  });

  it('of its own keeps those who may not pass it from deploying the set', () => {
    rig.selfManaged([one]);
    const weak = rig.user(rig.root, 'weak', allow('cloudformation:*'));
    rig.createSet({ AdministrationRoleARN: `arn:aws:iam::${ADMIN}:role/${ADMIN_ROLE}` });
    const deployment = { StackSetName: 'audit', Accounts: [one], Regions: [REGION] };
    expect(rig.refused('CreateStackInstances', deployment, weak)).toMatch(/iam:PassRole/);
    expect(rig.instances()).toEqual([]);
  });

  it('is of the account of the set: that of another administrator deploys nothing for strangers', () => {
    rig.selfManaged([one]);
    const stranger = rig.user(rig.target(two), 'stranger', allow('*'));
    const AdministrationRoleARN = `arn:aws:iam::${ADMIN}:role/${ADMIN_ROLE}`;
    const set = { StackSetName: 'audit', TemplateBody: TEMPLATE, Capabilities: ['CAPABILITY_NAMED_IAM'] };
    const refused = 'AccessDenied: Cross-account pass role is not allowed.';
    expect(rig.refused('CreateStackSet', { ...set, AdministrationRoleARN }, stranger)).toBe(refused);
    rig.createSet({}, stranger);
    expect(rig.refused('UpdateStackSet', { ...set, AdministrationRoleARN }, stranger)).toBe(refused);
    rig.start('CreateStackInstances', { Accounts: [one], Regions: [REGION] }, stranger);
    rig.pass(10_000);
    expect(rig.roles(one)).not.toContain('Audit');
  });
});

describe('the execution role', () => {
  it('must exist', () => {
    rig.selfManaged([]);
    rig.createSet();
    expect(failure()).toBe(noExecutor);
  });

  it('must trust the administration role, not that of another account', () => {
    rig.selfManaged([]);
    rig.executionRole(one, executionTrust(OTHER));
    rig.createSet();
    expect(failure()).toBe(noExecutor);
  });

  it('must have its conditions met: CloudFormation passes no ExternalId', () => {
    rig.selfManaged([]);
    rig.executionRole(one, executionTrust(ADMIN, { StringEquals: { 'sts:ExternalId': 'secret' } }));
    rig.createSet();
    expect(failure()).toBe(noExecutor);
  });

  it('may be bound to the administrator by other conditions', () => {
    rig.selfManaged([]);
    rig.executionRole(one, executionTrust(ADMIN, { StringEquals: { 'aws:PrincipalAccount': ADMIN } }));
    rig.createSet();
    expect(rig.run('CreateStackInstances', { Accounts: [one], Regions: [REGION] })).toBe('SUCCEEDED');
  });

  it('must be allowed to make stacks', () => {
    rig.selfManaged([]);
    rig.executionRole(one, executionTrust(), allow('iam:*'));
    rig.createSet();
    expect(failure()).toMatch(
      new RegExp(
        `^${one} FAILED User: arn:aws:sts::${one}:assumed-role/${EXECUTION_ROLE}/[0-9a-f-]{36} is not authorized to perform: cloudformation:CreateStack on resource: arn:aws:cloudformation:us-east-1:${one}:stack/StackSet-audit-[0-9a-f-]{36}/\\*`,
      ),
    );
  });

  it('must be allowed what the template does', () => {
    rig.selfManaged([]);
    rig.executionRole(one, executionTrust(), allow('cloudformation:*'));
    rig.createSet();
    expect(failure()).toMatch(
      /FAILED ResourceLogicalId:Audit, ResourceType:AWS::IAM::Role, ResourceStatusReason:.*is not authorized to perform: iam:CreateRole/,
    );
  });

  it('is not needed to let a stack be', () => {
    rig.selfManaged([one]);
    rig.createSet();
    const where = { Accounts: [one], Regions: [REGION] };
    expect(rig.run('CreateStackInstances', where)).toBe('SUCCEEDED');
    rig.iam(rig.target(one), 'UpdateAssumeRolePolicy', {
      RoleName: EXECUTION_ROLE,
      PolicyDocument: serviceTrust('lambda.amazonaws.com'),
    });
    expect(rig.run('DeleteStackInstances', { ...where, RetainStacks: false })).toBe('FAILED');
    expect(rig.instances()).toEqual([`${one} INOPERABLE/INOPERABLE ${noExecutor.slice(20)}`]);
    expect(rig.refused('DeleteStackSet', { StackSetName: 'audit' })).toBe(
      'StackSetNotEmptyException: StackSet is not empty',
    );
    expect(rig.run('DeleteStackInstances', { ...where, RetainStacks: true })).toBe('SUCCEEDED');
    expect(rig.instances()).toEqual([]);
    expect(rig.roles(one)).toContain('Audit');
    rig.cfn('DeleteStackSet', { StackSetName: 'audit' });
  });

  it('can be another one, by its name', () => {
    rig.selfManaged([]);
    rig.iam(rig.target(one), 'CreateRole', {
      RoleName: 'Custom',
      AssumeRolePolicyDocument: executionTrust(),
    });
    rig.iam(rig.target(one), 'PutRolePolicy', {
      RoleName: 'Custom',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify(allow('*')),
    });
    rig.iam(rig.root, 'PutRolePolicy', {
      RoleName: ADMIN_ROLE,
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole', 'arn:aws:iam::*:role/Custom')),
    });
    rig.createSet({ ExecutionRoleName: 'Custom' });
    expect(rig.run('CreateStackInstances', { Accounts: [one], Regions: [REGION] })).toBe('SUCCEEDED');
  });
});

describe('CloudTrail', () => {
  it('shows in both accounts how the execution role was assumed, and what it did', () => {
    rig.selfManaged([one]);
    rig.createSet();
    rig.records();
    expect(rig.run('CreateStackInstances', { Accounts: [one], Regions: [REGION] })).toBe('SUCCEEDED');
    const records = rig.records();
    const shown = records.map(({ recipientAccountId, eventName, userIdentity }) =>
      `${recipientAccountId} ${eventName} ${userIdentity.type} ${userIdentity.invokedBy ?? ''}`.trim(),
    );
    expect(shown).toEqual(
      expect.arrayContaining([
        `${ADMIN} CreateStackInstances IAMUser`,
        `${ADMIN} AssumeRole AWSService cloudformation.amazonaws.com`,
        `${ADMIN} AssumeRole AssumedRole cloudformation.amazonaws.com`,
        `${one} AssumeRole AWSAccount cloudformation.amazonaws.com`,
        `${one} CreateStack AssumedRole cloudformation.amazonaws.com`,
        `${one} CreateRole AssumedRole cloudformation.amazonaws.com`,
      ]),
    );
    const stack = records.find(({ eventName }) => eventName === 'CreateStack');
    expect(stack?.requestParameters).not.toHaveProperty('templateBody');
    expect(stack?.responseElements).toMatchObject({
      stackId: expect.stringContaining(':stack/StackSet-audit-'),
    });
  });

  it('shows a refused stack in the target account', () => {
    rig.selfManaged([]);
    rig.executionRole(one, executionTrust(), allow('iam:*'));
    rig.createSet();
    deploy(one);
    rig.pass(10_000);
    expect(rig.records().find(({ eventName }) => eventName === 'CreateStack')).toMatchObject({
      recipientAccountId: one,
      errorCode: 'AccessDenied',
      requestParameters: null,
    });
  });
});

function executionTrustOfRoot(): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ADMIN}:root` }, Action: 'sts:AssumeRole' },
    ],
  });
}
