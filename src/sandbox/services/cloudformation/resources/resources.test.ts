import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXECUTION_ROLE, REGION, SetsRig, serviceTrust, TARGETS } from '../stacksets/testing.ts';
import { ACCOUNT, StackRig } from '../testing.ts';
import { resourceType } from './registry.ts';

const text = readFileSync(new URL('./everything.fixture.yaml', import.meta.url), 'utf8');

interface Event {
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

function failures(rig: StackRig, StackName: string): string[] {
  const { StackEvents } = rig.cfn<{ StackEvents: Event[] }>('DescribeStackEvents', { StackName });
  return StackEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith('FAILED')).map(
    (e) => `${e.LogicalResourceId}: ${e.ResourceStatusReason}`,
  );
}

it('a stack of everything is made, is what it says, changes its tags, and is deleted without a rest', () => {
  const rig = new StackRig();
  rig.create('all', text);
  expect(failures(rig, 'all')).toEqual([]);
  expect(rig.stack('all').StackStatus).toBe('CREATE_COMPLETE');

  rig.cfn('DetectStackDrift', { StackName: 'all' });
  const { StackResourceDrifts } = rig.cfn<{ StackResourceDrifts: { LogicalResourceId: string }[] }>(
    'DescribeStackResourceDrifts',
    { StackName: 'all', StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'] },
  );
  // An inline policy of AWS::IAM::RolePolicy is one that the role's own template doesn't have.
  expect(StackResourceDrifts.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['Role']);

  expect(rig.update('all', text, { Tags: [{ Key: 'team', Value: 'sec' }] })).toBe('UPDATE_COMPLETE');
  expect(failures(rig, 'all')).toEqual([]);
  expect(rig.iam(rig.root, 'ListUserTags', { UserName: 'alice' })).toMatchObject({
    Tags: expect.arrayContaining([{ Key: 'team', Value: 'sec' }]) as unknown,
  });

  const { StackId } = rig.stack('all') as unknown as { StackId: string };
  rig.remove('all');
  // CloudTrail may have delivered by then; a bucket with something in it is not deleted.
  expect(failures(rig, StackId).filter((one) => !one.startsWith('Bucket'))).toEqual(
    rig.stack(StackId).StackStatus === 'DELETE_COMPLETE'
      ? []
      : ['all: The following resource(s) failed to delete: [Bucket]. '],
  );
  expect(rig.roles()).toEqual([]);
  expect(rig.iam(rig.root, 'ListUsers')).toMatchObject({ Users: [] });
});

it('what is made can be read back through its own services', () => {
  const rig = new StackRig();
  rig.create('all', text);
  expect(rig.call(rig.root, 'logs', 'DescribeMetricFilters', { logGroupName: '/trail' })).toMatchObject({
    metricFilters: [
      {
        metricTransformations: [
          { metricName: 'Denied', metricNamespace: 'Sec', metricValue: '1', defaultValue: 0 },
        ],
      },
    ],
  });
  const { MetricAlarms } = rig.call<{ MetricAlarms: { AlarmActions: string[] }[] }>(
    rig.root,
    'monitoring',
    'DescribeAlarms',
  );
  expect(MetricAlarms[0]?.AlarmActions[0]).toMatch(
    new RegExp(`^arn:aws:sns:us-east-1:${ACCOUNT}:all-Topic-`),
  );
  const { trailList } = rig.call<{ trailList: { Name: string }[] }>(rig.root, 'cloudtrail', 'DescribeTrails');
  const Name = trailList[0]?.Name;
  expect(rig.call(rig.root, 'cloudtrail', 'GetTrailStatus', { Name })).toMatchObject({ IsLogging: true });
  const rules = rig.call<{ Rules: { Name: string }[] }>(rig.root, 'events', 'ListRules');
  const [rule] = rules.Rules;
  expect(rig.call(rig.root, 'events', 'ListTargetsByRule', { Rule: rule?.Name })).toMatchObject({
    Targets: [{ Id: 'topic' }],
  });
});

it('types that nobody serves are refused by name', () => {
  const rig = new StackRig();
  const TemplateBody = JSON.stringify({
    Resources: { A: { Type: 'AWS::EC2::Nonsense' }, B: { Type: 'Custom::Thing' } },
  });
  expect(rig.refused('CreateStack', { StackName: 'one', TemplateBody })).toBe(
    'ValidationError: Template format error: Unrecognized resource types: [AWS::EC2::Nonsense, Custom::Thing]',
  );
  expect(resourceType('__proto__')).toBeUndefined();
});

it('topics that a stack names hear of its events', () => {
  const rig = new StackRig();
  const { TopicArn } = rig.call<{ TopicArn: string }>(rig.root, 'sns', 'CreateTopic', { Name: 'stacks' });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudformation.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: TopicArn,
      },
    ],
  });
  rig.call(rig.root, 'sns', 'SetTopicAttributes', {
    TopicArn,
    AttributeName: 'Policy',
    AttributeValue: Policy,
  });
  const Resources = { G: { Type: 'AWS::IAM::Group' } };
  expect(rig.create('one', { Resources }, { NotificationARNs: [TopicArn] })).toBe('CREATE_COMPLETE');
  expect(rig.stack('one')).toMatchObject({ NotificationARNs: [TopicArn] });
});

describe('a stack set in a template', () => {
  const [one, two] = TARGETS;
  let rig: SetsRig;

  /** A template with a stack set that deploys a policy, each group in an operation of its own. */
  const withSet = (action: string, ...groups: readonly (readonly string[])[]): string =>
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

  it('is complete when its instances are, follows changes, and goes with them', () => {
    rig.cfn('CreateStack', { StackName, TemplateBody: withSet('ec2:*', [one], [two]) });
    rig.pass(60_000);
    expect(parent()).toBe('CREATE_COMPLETE');
    expect(rig.instances()).toEqual([`${one} CURRENT/SUCCEEDED`, `${two} CURRENT/SUCCEEDED`]);
    rig.cfn('UpdateStack', { StackName, TemplateBody: withSet('s3:*', [one]) });
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
    rig.cfn('CreateStack', { StackName, TemplateBody: withSet('ec2:*', [two]), OnFailure: 'DO_NOTHING' });
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
