import { beforeEach, describe, expect, it } from 'vitest';
import { EXECUTION_ROLE, REGION, SetsRig, serviceTrust, TARGETS } from './testing.ts';

const [one, two] = TARGETS;
let rig: SetsRig;

/** A template with a stack set that deploys a policy, each group in an operation of its own. */
const template = (action: string, ...groups: readonly (readonly string[])[]): string =>
  JSON.stringify({
    Resources: {
      Set: {
        Type: 'AWS::CloudFormation::StackSet',
        Properties: {
          StackSetName: 'audit',
          PermissionModel: 'SELF_MANAGED',
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          TemplateBody: JSON.stringify({
            Resources: {
              Bound: {
                Type: 'AWS::IAM::ManagedPolicy',
                Properties: {
                  ManagedPolicyName: 'Bound',
                  PolicyDocument: {
                    Version: '2012-10-17',
                    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
                  },
                },
              },
            },
          }),
          StackInstancesGroup: groups.map((Accounts) => ({
            DeploymentTargets: { Accounts },
            Regions: [REGION],
          })),
        },
      },
    },
  });

const StackName = 'parent';
const parent = () =>
  rig.cfn<{ Stacks: { StackStatus: string }[] }>('DescribeStacks', { StackName }).Stacks[0]?.StackStatus;

beforeEach(() => {
  rig = new SetsRig();
  rig.selfManaged();
});

describe('a stack set in a template', () => {
  it('is complete when its instances are, follows changes, and goes with them', () => {
    rig.cfn('CreateStack', { StackName, TemplateBody: template('ec2:*', [one], [two]) });
    rig.pass(60_000);
    expect(parent()).toBe('CREATE_COMPLETE');
    expect(rig.instances()).toEqual([`${one} CURRENT/SUCCEEDED`, `${two} CURRENT/SUCCEEDED`]);
    rig.cfn('UpdateStack', { StackName, TemplateBody: template('s3:*', [one]) });
    rig.pass(60_000);
    expect(parent()).toBe('UPDATE_COMPLETE');
    expect(rig.instances()).toEqual([`${one} CURRENT/SUCCEEDED`]);
    rig.cfn('DeleteStack', { StackName });
    for (let i = 0; i < 20; i++) rig.pass(10_000);
    expect(rig.refused('DescribeStackSet', { StackSetName: 'audit' })).toMatch(/^StackSetNotFoundException/);
  });

  it('fails with its operation', () => {
    rig.iam(rig.target(two), 'UpdateAssumeRolePolicy', {
      RoleName: EXECUTION_ROLE,
      PolicyDocument: serviceTrust('lambda.amazonaws.com'),
    });
    rig.cfn('CreateStack', { StackName, TemplateBody: template('ec2:*', [two]), OnFailure: 'DO_NOTHING' });
    rig.pass(60_000);
    expect(parent()).toBe('CREATE_FAILED');
    const { StackEvents } = rig.cfn<{ StackEvents: { ResourceStatusReason?: string }[] }>(
      'DescribeStackEvents',
      {
        StackName,
      },
    );
    const reasons = StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason ?? '').join('\n');
    expect(reasons).toContain(`Account ${two} should have '${EXECUTION_ROLE}' role`);
  });
});
