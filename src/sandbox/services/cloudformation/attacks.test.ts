import { expect, it } from 'vitest';
import { allow } from '../testing.ts';
import { ACCOUNT, bodyOf, group, role, StackRig, trusts } from './testing.ts';

const template = { Resources: { Role: role({ RoleName: 'made' }) } };
const create = { StackName: 'one', TemplateBody: bodyOf(template), Capabilities: ['CAPABILITY_NAMED_IAM'] };

function serviceRole(rig: StackRig, name: string, principal: object, actions: string[]): string {
  rig.iam(rig.root, 'CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify(trusts(principal)),
  });
  rig.iam(rig.root, 'PutRolePolicy', {
    RoleName: name,
    PolicyName: 'own',
    PolicyDocument: JSON.stringify(allow(actions)),
  });
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

it('a user without cloudformation:CreateStack makes no stack, one with it does', () => {
  const rig = new StackRig();
  const nobody = rig.user(rig.root, 'nobody', allow('iam:*'));
  expect(rig.refused('CreateStack', create, nobody)).toBe(
    `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/nobody is not authorized to perform: cloudformation:CreateStack on resource: arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/one/* because no identity-based policy allows the cloudformation:CreateStack action`,
  );
  const somebody = rig.user(rig.root, 'somebody', allow(['iam:*', 'cloudformation:CreateStack']));
  rig.cfn('CreateStack', create, somebody);
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('CREATE_COMPLETE');
});

it('a user without iam:CreateRole gets no role through a stack', () => {
  const rig = new StackRig();
  const user = rig.user(rig.root, 'clever', allow('cloudformation:*'));
  rig.cfn('CreateStack', create, user);
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(rig.roles()).toEqual([]);
  expect(rig.events('one').join('\n')).toContain(
    `User: arn:aws:iam::${ACCOUNT}:user/clever is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::${ACCOUNT}:role/made`,
  );
  const records = rig.cloud.takeRecords().filter(({ eventName }) => eventName === 'CreateRole');
  expect(records).toMatchObject([
    {
      errorCode: 'AccessDenied',
      sourceIPAddress: 'cloudformation.amazonaws.com',
      userIdentity: { type: 'IAMUser', userName: 'clever', invokedBy: 'cloudformation.amazonaws.com' },
    },
  ]);
});

it('a service role needs iam:PassRole, and does what the user may not', () => {
  const rig = new StackRig();
  const RoleARN = serviceRole(rig, 'deployer', { Service: 'cloudformation.amazonaws.com' }, ['iam:*']);
  const thief = rig.user(rig.root, 'thief', allow('cloudformation:*'));
  expect(rig.refused('CreateStack', { ...create, RoleARN }, thief)).toContain(
    `is not authorized to perform: iam:PassRole on resource: ${RoleARN}`,
  );
  const elsewhere = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } };
  const policy = allow('cloudformation:*');
  const passer = {
    ...policy,
    Statement: [...policy.Statement, ...allow('iam:PassRole', RoleARN, elsewhere).Statement],
  };
  const wrong = rig.user(rig.root, 'wrong', passer);
  expect(rig.refused('CreateStack', { ...create, RoleARN }, wrong)).toContain('iam:PassRole');

  const operator = rig.user(rig.root, 'operator', allow(['cloudformation:*', 'iam:PassRole']));
  rig.cfn('CreateStack', { ...create, RoleARN }, operator);
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('CREATE_COMPLETE');
  const [made] = rig.cloud
    .takeRecords()
    .filter(
      (r) =>
        r.eventName === 'CreateRole' && r.errorCode === undefined && r.userIdentity.type === 'AssumedRole',
    );
  expect(made?.userIdentity.arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/deployer/AWSCloudFormation`);
});

it('forwarded rights are known by aws:ViaAWSService and aws:CalledVia, those of a service role are not', () => {
  const rig = new StackRig();
  const conditions = [
    { Bool: { 'aws:ViaAWSService': 'true' } },
    { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } },
  ];
  for (const [at, Condition] of conditions.entries()) {
    const RoleARN = serviceRole(rig, `via-${at}`, { Service: 'cloudformation.amazonaws.com' }, [
      'sts:Nothing',
    ]);
    const only = allow('iam:*', '*', Condition);
    const own = { PolicyName: 'own', PolicyDocument: JSON.stringify(only) };
    rig.iam(rig.root, 'PutRolePolicy', { RoleName: `via-${at}`, ...own });
    const groups = { Resources: { Group: group() } };
    expect(rig.create(`role-${at}`, groups, { RoleARN })).toBe('ROLLBACK_COMPLETE');
    const user = rig.user(rig.root, `user-${at}`, {
      ...only,
      Statement: [...only.Statement, ...allow('cloudformation:*').Statement],
    });
    expect(rig.refusal(user, 'iam', 'CreateGroup', { GroupName: 'direct' })).toContain('iam:CreateGroup');
    expect(rig.create(`user-${at}`, groups, {}, user)).toBe('CREATE_COMPLETE');
  }
});

it('a service role limits what the stack of an administrator may do', () => {
  const rig = new StackRig();
  const RoleARN = serviceRole(rig, 'narrow', { Service: 'cloudformation.amazonaws.com' }, ['iam:*Group*']);
  expect(rig.create('one', template, { RoleARN })).toBe('ROLLBACK_COMPLETE');
  expect(rig.create('two', { Resources: { G: group() } }, { RoleARN })).toBe('CREATE_COMPLETE');
});

it('a role that does not trust CloudFormation, or does not exist, is no service role', () => {
  const rig = new StackRig();
  const foreign = serviceRole(rig, 'foreign', { Service: 'ec2.amazonaws.com' }, ['iam:*']);
  for (const RoleARN of [foreign, `arn:aws:iam::${ACCOUNT}:role/nothing`]) {
    expect(rig.refused('CreateStack', { ...create, RoleARN })).toBe(
      `ValidationError: Role ${RoleARN} is invalid or cannot be assumed`,
    );
  }
  expect(rig.roles()).toEqual(['foreign']);
});

it('a role of another account cannot be handed over, though it trusts CloudFormation', () => {
  const rig = new StackRig();
  const victim = rig.account('222222222222');
  const Principal = { Service: 'cloudformation.amazonaws.com' };
  rig.iam(victim, 'CreateRole', {
    RoleName: 'deployer',
    AssumeRolePolicyDocument: JSON.stringify(trusts(Principal)),
  });
  const RoleARN = 'arn:aws:iam::222222222222:role/deployer';
  const refused = 'AccessDenied: Cross-account pass role is not allowed.';
  expect(rig.refused('CreateStack', { ...create, RoleARN })).toBe(refused);
  const set = { ChangeSetName: 'first', ChangeSetType: 'CREATE' };
  expect(rig.refused('CreateChangeSet', { ...create, ...set, RoleARN })).toBe(refused);
  rig.create('one', template);
  expect(rig.refused('DeleteStack', { StackName: 'one', RoleARN })).toBe(refused);
  expect(rig.stack('one').StackStatus).toBe('CREATE_COMPLETE');
});

it('a permissions boundary holds inside of a stack', () => {
  const rig = new StackRig();
  const policy = allow('*');
  const user = rig.user(rig.root, 'bounded', policy);
  const { Policy } = rig.iam<{ Policy: { Arn: string } }>(rig.root, 'CreatePolicy', {
    PolicyName: 'bound',
    PolicyDocument: JSON.stringify(allow('cloudformation:*')),
  });
  rig.iam(rig.root, 'PutUserPermissionsBoundary', { UserName: 'bounded', PermissionsBoundary: Policy.Arn });
  rig.cfn('CreateStack', create, user);
  rig.settle();
  expect(rig.events('one').join('\n')).toContain(
    'because no permissions boundary allows the iam:CreateRole action',
  );
  expect(rig.roles()).toEqual([]);
});

it('a user who is deleted before the operation runs has no rights in it', () => {
  const rig = new StackRig();
  const user = rig.user(rig.root, 'leaver', allow('*'));
  rig.cfn('CreateStack', create, user);
  const { AccessKeyMetadata } = rig.iam<{ AccessKeyMetadata: { AccessKeyId: string }[] }>(
    rig.root,
    'ListAccessKeys',
    { UserName: 'leaver' },
  );
  for (const { AccessKeyId } of AccessKeyMetadata)
    rig.iam(rig.root, 'DeleteAccessKey', { UserName: 'leaver', AccessKeyId });
  rig.iam(rig.root, 'DeleteUserPolicy', { UserName: 'leaver', PolicyName: 'own' });
  rig.iam(rig.root, 'DeleteUser', { UserName: 'leaver' });
  rig.settle();
  expect(rig.roles()).toEqual([]);
});

it('values of parameters that do not echo are shown nowhere', () => {
  const rig = new StackRig();
  const secret = 'Correct-horse-battery-9';
  const Parameters = { Secret: { Type: 'String', NoEcho: true } };
  const LoginProfile = { Password: { Ref: 'Secret' } };
  const Resources = {
    U: { Type: 'AWS::IAM::User', Properties: { LoginProfile } },
    R: role({ Description: { 'Fn::Sub': 'not ${Secret}' } }),
  };
  const given = { Parameters: [{ ParameterKey: 'Secret', ParameterValue: secret }] };
  expect(rig.create('one', { Parameters, Resources }, given)).toBe('CREATE_COMPLETE');
  const records = rig.cloud
    .takeRecords()
    .filter(({ eventSource }) => eventSource.startsWith('cloudformation'));
  const events = rig.cfn('DescribeStackEvents', { StackName: 'one' });
  expect(JSON.stringify(events)).toContain('not ****');
  const shown = [rig.stack('one'), events, records];
  expect(JSON.stringify(shown)).not.toContain(secret);
  expect(rig.stack('one')).toMatchObject({
    Parameters: [{ ParameterKey: 'Secret', ParameterValue: '****' }],
  });
});

it('capabilities have to be acknowledged: a named role needs the larger one', () => {
  const rig = new StackRig();
  const named = { ...create, Capabilities: ['CAPABILITY_IAM'] };
  expect(rig.refused('CreateStack', named)).toBe(
    'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]',
  );
  const unnamed = { StackName: 'two', TemplateBody: bodyOf({ Resources: { R: role() } }) };
  expect(rig.refused('CreateStack', unnamed)).toBe(
    'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]',
  );
  expect(rig.create('two', { Resources: { R: role() } }, { Capabilities: ['CAPABILITY_IAM'] })).toBe(
    'CREATE_COMPLETE',
  );
});

it('a stack belongs to its account and region', () => {
  const rig = new StackRig();
  rig.create('one', template);
  const { StackId } = rig.stack('one');
  const other = rig.account('222222222222');
  for (const StackName of ['one', StackId]) {
    expect(rig.refused('DescribeStacks', { StackName }, other)).toContain('does not exist');
    expect(rig.refused('GetTemplate', { StackName }, other)).toContain('does not exist');
  }
  expect(
    rig.refusal(rig.root, 'cloudformation', 'DescribeStacks', { StackName: 'one' }, { region: 'eu-west-1' }),
  ).toContain('does not exist');
});

it('a template in S3 is read with the rights of the caller', () => {
  const rig = new StackRig();
  rig.call(rig.root, 's3', 'CreateBucket', { Bucket: 'templates-of-ours' });
  rig.call(rig.root, 's3', 'PutObject', {
    Bucket: 'templates-of-ours',
    Key: 't/one.json',
    Body: Buffer.from(bodyOf(template)),
  });
  const TemplateURL = 'https://templates-of-ours.s3.us-east-1.amazonaws.com/t/one.json';
  const input = { StackName: 'one', TemplateURL, Capabilities: ['CAPABILITY_NAMED_IAM'] };
  const blind = rig.user(rig.root, 'blind', allow(['cloudformation:*', 'iam:*']));
  expect(rig.refused('CreateStack', input, blind)).toContain('ValidationError: S3 error: Access Denied');
  const reader = rig.user(rig.root, 'reader', allow(['cloudformation:*', 'iam:*', 's3:GetObject']));
  rig.cfn('CreateStack', input, reader);
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('CREATE_COMPLETE');
  for (const url of ['http://example.com/t.json', 'file:///etc/passwd', 'https://s3.amazonaws.com/', 'x']) {
    expect(rig.refused('CreateStack', { ...input, StackName: 'two', TemplateURL: url })).toBe(
      'ValidationError: TemplateURL must be a supported URL.',
    );
  }
});

it('resource properties of the wrong shape fail the resource, in words', () => {
  const rig = new StackRig();
  const cases: [object, string][] = [
    [role({ Nonsense: 1 }), 'Encountered unsupported property Nonsense'],
    [{ Type: 'AWS::IAM::Role', Properties: {} }, 'required key [AssumeRolePolicyDocument] not found'],
    [role({ Tags: 'a' }), '#/Tags: expected type: JSONArray, found: String'],
    [role({ Policies: [{ PolicyName: 'x' }] }), '#/Policies/0: required key [PolicyDocument] not found'],
    [role({ MaxSessionDuration: 'long' }), '#/MaxSessionDuration: expected type: Number'],
    [role({ MaxSessionDuration: 60 }), "at 'maxSessionDuration' failed to satisfy constraint"],
    [role({ RoleName: '../else where' }), "at 'roleName' failed to satisfy constraint"],
  ];
  for (const [i, [R, reason]] of cases.entries()) {
    expect(rig.create(`s${i}`, { Resources: { R } })).toBe('ROLLBACK_COMPLETE');
    expect(rig.events(`s${i}`).join('\n')).toContain(reason);
  }
});

const secretParameter = { Secret: { Type: 'String', NoEcho: true } };
const secretly = (ParameterValue: string) => ({
  Parameters: [{ ParameterKey: 'Secret', ParameterValue }],
});
const withSecret = {
  Parameters: secretParameter,
  Resources: { R: role({ RoleName: 'r', Description: { Ref: 'Secret' } }) },
};

const eventsOf = (rig: StackRig): string =>
  JSON.stringify(rig.cfn('DescribeStackEvents', { StackName: 'one' }));

it('the reason of a failure does not tell the value that was refused', () => {
  const rig = new StackRig();
  const template = { Parameters: secretParameter, Resources: { R: role({ RoleName: { Ref: 'Secret' } }) } };
  expect(rig.create('one', template, secretly('no such name!'))).toBe('ROLLBACK_COMPLETE');
  expect(eventsOf(rig)).toContain("Value '****' at 'roleName' failed to satisfy constraint");
  expect(eventsOf(rig)).not.toContain('no such name!');
});

it('the events of an update tell neither the old value nor the new one', () => {
  const rig = new StackRig();
  rig.create('one', withSecret, secretly('first-secret'));
  rig.update('one', withSecret, secretly('second-secret'));
  expect(rig.stack('one').StackStatus).toBe('UPDATE_COMPLETE');
  // The parameter goes, and the resource with it: its last events are about a value that no parameter has any more.
  rig.update('one', { Resources: { G: group() } });
  expect(rig.roles()).toEqual([]);
  expect(eventsOf(rig)).not.toMatch(/first-secret|second-secret/);
});

it('drift shows that a value differs, and not from what', () => {
  const rig = new StackRig();
  rig.create('one', withSecret, secretly('first-secret'));
  rig.iam(rig.root, 'UpdateRole', { RoleName: 'r', Description: 'changed by hand' });
  rig.cfn('DetectStackDrift', { StackName: 'one' });
  const drifts = rig.cfn('DescribeStackResourceDrifts', { StackName: 'one' });
  expect(drifts).toMatchObject({
    StackResourceDrifts: [
      {
        PropertyDifferences: [
          { PropertyPath: '/Description', ExpectedValue: '****', ActualValue: 'changed by hand' },
        ],
      },
    ],
  });
  expect(JSON.stringify(drifts)).not.toContain('first-secret');
});

it('a secret of one letter does not blot out all texts', () => {
  const rig = new StackRig();
  rig.create('one', withSecret, secretly('a'));
  expect(eventsOf(rig)).toContain('AssumeRolePolicyDocument');
  expect(eventsOf(rig)).toContain('sts:AssumeRole');
  expect(eventsOf(rig)).toContain(String.raw`\"Description\":\"****\"`);
});
