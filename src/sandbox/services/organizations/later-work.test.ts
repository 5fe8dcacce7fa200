import { beforeEach, describe, expect, it } from 'vitest';
import { executionTrust, serviceTrust } from '../cloudformation/stacksets/testing.ts';
import { loggingTrail } from '../cloudtrail/testing.ts';
import { allow, type Keys } from '../testing.ts';
import { deny, MANAGEMENT, MEMBER, OrganizationRig } from './testing.ts';

let rig: OrganizationRig;

beforeEach(() => {
  rig = new OrganizationRig();
  rig.enable('SERVICE_CONTROL_POLICY');
});

const make = (
  keys: Keys,
  RoleName: string,
  AssumeRolePolicyDocument: string,
  policy: object = allow('*'),
) => {
  rig.iam(keys, 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  rig.iam(keys, 'PutRolePolicy', {
    RoleName,
    PolicyName: 'own',
    PolicyDocument: JSON.stringify(policy),
  });
};
const pass = (ms = 10_000) => {
  rig.now += ms;
  rig.cloud.tick(rig.now);
};
const TemplateBody = JSON.stringify({ Resources: { Group: { Type: 'AWS::IAM::Group' } } });

describe('an SCP that comes between the request and the work', () => {
  const stack = (keys: Keys) =>
    rig.call<{ Stacks: { StackStatus: string }[] }>(keys, 'cloudformation', 'DescribeStacks', {
      StackName: 'one',
    }).Stacks[0]?.StackStatus;
  const create = (keys: Keys, more: object = {}) =>
    rig.call(keys, 'cloudformation', 'CreateStack', {
      StackName: 'one',
      TemplateBody,
      Capabilities: ['CAPABILITY_IAM'],
      ...more,
    });

  beforeEach(() => {
    make(rig.member, 'builder', serviceTrust('cloudformation.amazonaws.com'));
  });
  const RoleARN = `arn:aws:iam::${MEMBER}:role/builder`;

  it.each([
    ['the service role of a stack', { RoleARN }],
    ['whoever asked for a stack', {}],
  ])('limits %s', (_who, more) => {
    create(rig.user(rig.member, 'builder', allow('*')), more);
    const scp = rig.policy('SERVICE', MEMBER, deny('iam:CreateGroup'));
    pass();
    expect(stack(rig.member)).toMatch(/^ROLLBACK/);
    expect(rig.iam(rig.member, 'ListGroups')).toMatchObject({ Groups: [] });
    rig.org('DetachPolicy', { PolicyId: scp, TargetId: MEMBER });
    rig.call(rig.member, 'cloudformation', 'DeleteStack', { StackName: 'one' });
    pass();
    create(rig.member, more);
    pass();
    expect(stack(rig.member)).toBe('CREATE_COMPLETE');
  });

  it('limits the execution role of a StackSet in the member, and not the administrator of another account', () => {
    const administrator = 'AWSCloudFormationStackSetAdministrationRole';
    make(rig.management, administrator, serviceTrust('cloudformation.amazonaws.com'));
    make(rig.member, 'AWSCloudFormationStackSetExecutionRole', executionTrust(MANAGEMENT));
    const admin = rig.user(rig.management, 'admin', allow('*'));
    const cfn = <T>(operation: string, input: object) =>
      rig.call<T>(admin, 'cloudformation', operation, input);
    const StackSetName = 'groups';
    cfn('CreateStackSet', { StackSetName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
    const { OperationId } = cfn<{ OperationId: string }>('CreateStackInstances', {
      StackSetName,
      Accounts: [MEMBER],
      Regions: ['us-east-1'],
    });
    rig.policy('SERVICE', MEMBER, deny('cloudformation:CreateStack'));
    pass(60_000);
    const { Summaries } = cfn<{ Summaries: { Status: string; StatusReason?: string }[] }>(
      'ListStackSetOperationResults',
      { StackSetName, OperationId },
    );
    expect(Summaries).toMatchObject([{ Status: 'FAILED' }]);
    expect(Summaries[0]?.StatusReason).toContain('service control policy');
  });

  it('limits the role by which a trail of the member writes to its log group', () => {
    loggingTrail(rig, rig.member, MEMBER);
    rig.call(rig.member, 'logs', 'CreateLogGroup', { logGroupName: 'trail' });
    make(rig.member, 'to-logs', serviceTrust('cloudtrail.amazonaws.com'));
    rig.call(rig.member, 'cloudtrail', 'UpdateTrail', {
      Name: 'main',
      CloudWatchLogsLogGroupArn: `arn:aws:logs:us-east-1:${MEMBER}:log-group:trail:*`,
      CloudWatchLogsRoleArn: `arn:aws:iam::${MEMBER}:role/to-logs`,
    });
    const written = () =>
      rig.call<{ events: unknown[] }>(rig.member, 'logs', 'FilterLogEvents', { logGroupName: 'trail' }).events
        .length;
    rig.iam(rig.member, 'ListUsers');
    pass(600_000);
    const before = written();
    expect(before).toBeGreaterThan(0);
    const scp = rig.policy('SERVICE', MEMBER, deny('logs:PutLogEvents'));
    rig.iam(rig.member, 'ListUsers');
    pass(600_000);
    const during = written();
    rig.iam(rig.member, 'ListUsers');
    pass(600_000);
    expect(written()).toBe(during);
    rig.org('DetachPolicy', { PolicyId: scp, TargetId: MEMBER });
    rig.iam(rig.member, 'ListUsers');
    pass(600_000);
    expect(written()).toBeGreaterThan(during);
  });
});
