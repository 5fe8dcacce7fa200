import { expect, it } from 'vitest';
import { group, role, StackRig } from './testing.ts';

const nowhere = 'arn:aws:iam::aws:policy/NoSuchPolicy';

it('a stack is in progress first, and complete with its resources and outputs shortly after', () => {
  const rig = new StackRig();
  const template = {
    Resources: { Role: role() },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
  const input = {
    StackName: 'one',
    TemplateBody: JSON.stringify(template),
    Capabilities: ['CAPABILITY_IAM'],
  };
  rig.cfn('CreateStack', input);
  expect(rig.stack('one').StackStatus).toBe('CREATE_IN_PROGRESS');
  expect(rig.roles()).toEqual([]);

  rig.settle();

  const [name] = rig.roles();
  expect(name).toMatch(/^one-Role-[A-Z2-7]{12}$/);
  expect(rig.stack('one')).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    Outputs: [{ OutputKey: 'Arn', OutputValue: `arn:aws:iam::111111111111:role/${name}` }],
  });
  expect(rig.events('one')).toEqual([
    'one CREATE_IN_PROGRESS: User Initiated',
    'Role CREATE_IN_PROGRESS',
    'Role CREATE_IN_PROGRESS: Resource creation Initiated',
    'Role CREATE_COMPLETE',
    'one CREATE_COMPLETE',
  ]);
});

it('a creation that fails leaves nothing behind', () => {
  const rig = new StackRig();
  const Resources = {
    Group: group({ GroupName: 'team' }),
    Role: role({ RoleName: 'half', ManagedPolicyArns: [nowhere] }, { DependsOn: 'Group' }),
  };
  expect(rig.create('one', { Resources })).toBe('ROLLBACK_COMPLETE');
  expect(rig.roles()).toEqual([]);
  expect(rig.iam(rig.root, 'ListGroups')).toMatchObject({ Groups: [] });
  const events = rig.events('one');
  expect(events.find((event) => event.startsWith('Role CREATE_FAILED'))).toContain(`Policy ${nowhere}`);
  expect(events).toContain(
    'one ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Role]. Rollback requested by user.',
  );
  expect(
    rig.refused('UpdateStack', {
      StackName: 'one',
      TemplateBody: JSON.stringify({ Resources }),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  ).toMatch(/^ValidationError: Stack:arn:.* is in ROLLBACK_COMPLETE state and can not be updated\.$/);
  expect(rig.remove('one')).toBe('DELETE_COMPLETE');
});

it('OnFailure leaves a failed creation as it is, or deletes it', () => {
  const rig = new StackRig();
  const Resources = { Role: role({ RoleName: 'half', ManagedPolicyArns: [nowhere] }) };
  expect(rig.create('kept', { Resources }, { OnFailure: 'DO_NOTHING' })).toBe('CREATE_FAILED');
  expect(rig.roles()).toEqual(['half']);
  expect(rig.remove('kept')).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual([]);

  const { StackId } = rig.cfn<{ StackId: string }>('CreateStack', {
    StackName: 'gone',
    TemplateBody: JSON.stringify({ Resources }),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    OnFailure: 'DELETE',
  });
  rig.settle();
  expect(rig.stack(StackId).StackStatus).toBe('DELETE_COMPLETE');
  expect(rig.refused('DescribeStacks', { StackName: 'gone' })).toBe(
    'ValidationError: Stack with id gone does not exist',
  );
});

it('an update changes in place what it can, replaces the rest, and deletes what is gone', () => {
  const rig = new StackRig();
  rig.create('one', {
    Resources: { Role: role({ Description: 'a', MaxSessionDuration: '3600' }), Team: group(), Old: group() },
  });
  const [before] = rig.roles();
  const Resources = { Role: role({ Description: 'b' }), Team: group({ GroupName: 'named' }) };
  expect(rig.update('one', { Resources })).toBe('UPDATE_COMPLETE');
  expect(rig.roles()).toEqual([before]);
  expect(rig.iam(rig.root, 'GetRole', { RoleName: before })).toMatchObject({ Role: { Description: 'b' } });
  const { Groups } = rig.iam<{ Groups: { GroupName: string }[] }>(rig.root, 'ListGroups');
  expect(Groups.map(({ GroupName }) => GroupName)).toEqual(['named']);
});

it('an update without a change is refused', () => {
  const rig = new StackRig();
  const template = { Resources: { Role: role() } };
  rig.create('one', template);
  const again = { StackName: 'one', UsePreviousTemplate: true, Capabilities: ['CAPABILITY_IAM'] };
  expect(rig.refused('UpdateStack', again)).toBe('ValidationError: No updates are to be performed.');
  expect(rig.update('one', template, { Tags: [{ Key: 'team', Value: 'sec' }] })).toBe('UPDATE_COMPLETE');
  const [RoleName] = rig.roles();
  expect(rig.iam(rig.root, 'ListRoleTags', { RoleName })).toMatchObject({
    Tags: [{ Key: 'team', Value: 'sec' }],
  });
});

it('an update that fails is undone completely', () => {
  const rig = new StackRig();
  const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const first = {
    Resources: { Role: role({ RoleName: 'r', Description: 'a', ManagedPolicyArns: [readOnly] }) },
  };
  rig.create('one', first);
  const Resources = {
    Extra: group({ GroupName: 'extra' }),
    Role: role(
      { RoleName: 'r', Description: 'b', ManagedPolicyArns: [nowhere], MaxSessionDuration: 7200 },
      { DependsOn: 'Extra' },
    ),
  };
  expect(rig.update('one', { Resources })).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(rig.iam(rig.root, 'GetRole', { RoleName: 'r' })).toMatchObject({
    Role: { Description: 'a', MaxSessionDuration: 3600 },
  });
  expect(rig.iam(rig.root, 'ListAttachedRolePolicies', { RoleName: 'r' })).toMatchObject({
    AttachedPolicies: [{ PolicyArn: readOnly }],
  });
  expect(rig.iam(rig.root, 'ListGroups')).toMatchObject({ Groups: [] });
  expect(rig.cfn('GetTemplate', { StackName: 'one' })).toMatchObject({ TemplateBody: JSON.stringify(first) });
});

it('an update that is cancelled in time changes nothing', () => {
  const rig = new StackRig();
  rig.create('one', { Resources: { Role: role({ Description: 'a' }) } });
  const TemplateBody = JSON.stringify({ Resources: { Role: role({ Description: 'b' }) } });
  rig.cfn('UpdateStack', { StackName: 'one', TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
  rig.cfn('CancelUpdateStack', { StackName: 'one' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  const [RoleName] = rig.roles();
  expect(rig.iam(rig.root, 'GetRole', { RoleName })).toMatchObject({ Role: { Description: 'a' } });
  expect(rig.refused('CancelUpdateStack', { StackName: 'one' })).toContain(
    'CancelUpdateStack cannot be called from current stack status',
  );
});

it('a rollback that fails can be continued, skipping what cannot be undone', () => {
  const rig = new StackRig();
  rig.create('one', {
    Resources: { A: role({ RoleName: 'a', Description: '1' }), B: group({ GroupName: 'b' }) },
  });
  const Resources = {
    A: role({ RoleName: 'a', Description: '2' }),
    B: group({ GroupName: 'b', ManagedPolicyArns: [nowhere] }, { DependsOn: 'A' }),
  };
  rig.cfn('UpdateStack', {
    StackName: 'one',
    TemplateBody: JSON.stringify({ Resources }),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  // Somebody deletes the role behind CloudFormation's back, so that neither way works.
  rig.iam(rig.root, 'DeleteRole', { RoleName: 'a' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  expect(rig.refused('DeleteChangeSet', { StackName: 'two', ChangeSetName: 'x' })).toContain(
    'does not exist',
  );
  rig.cfn('ContinueUpdateRollback', { StackName: 'one', ResourcesToSkip: ['A'] });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
});

it('deletion keeps what is to be retained, and stops at what cannot be deleted', () => {
  const rig = new StackRig();
  const Resources = {
    Kept: role({ RoleName: 'kept' }, { DeletionPolicy: 'Retain' }),
    Full: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full-of-things' } },
    Other: group(),
  };
  expect(rig.create('one', { Resources })).toBe('CREATE_COMPLETE');
  rig.call(rig.root, 's3', 'PutObject', { Bucket: 'full-of-things', Key: 'x', Body: Buffer.from('x') });
  expect(rig.remove('one')).toBe('DELETE_FAILED');
  expect(rig.stack('one').StackStatusReason).toBe('The following resource(s) failed to delete: [Full]. ');
  expect(rig.events('one')).toContain('Kept DELETE_SKIPPED');
  expect(rig.iam(rig.root, 'ListGroups')).toMatchObject({ Groups: [] });

  const { StackId } = rig.stack('one');
  for (const id of ['Nothing', 'Other']) {
    expect(rig.refused('DeleteStack', { StackName: 'one', RetainResources: [id] })).toBe(
      'ValidationError: The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.',
    );
  }
  rig.cfn('DeleteStack', { StackName: 'one', RetainResources: ['Full'] });
  rig.settle();
  expect(rig.stack(StackId).StackStatus).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual(['kept']);
});

it('RetainResources is for stacks whose deletion failed', () => {
  const rig = new StackRig();
  rig.create('one', { Resources: { Role: role() } });
  expect(rig.refused('DeleteStack', { StackName: 'one', RetainResources: ['Role'] })).toContain(
    'stack in the DELETE_FAILED state',
  );
});

it('a protected stack is not deleted until the protection is taken off', () => {
  const rig = new StackRig();
  rig.create('one', { Resources: { Role: role() } }, { EnableTerminationProtection: true });
  expect(rig.refused('DeleteStack', { StackName: 'one' })).toBe(
    'ValidationError: Stack [one] cannot be deleted while TerminationProtection is enabled',
  );
  rig.cfn('UpdateTerminationProtection', { StackName: 'one', EnableTerminationProtection: false });
  expect(rig.remove('one')).toBe('DELETE_COMPLETE');
});

it('protection reaches nested stacks, but for updates that take them away', () => {
  const rig = new StackRig();
  rig.call(rig.root, 's3', 'CreateBucket', { Bucket: 'nested-templates' });
  rig.call(rig.root, 's3', 'PutObject', {
    Bucket: 'nested-templates',
    Key: 'child',
    Body: Buffer.from(JSON.stringify({ Resources: { G: group() } })),
  });
  const TemplateURL = 'https://s3.amazonaws.com/nested-templates/child';
  const Child = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } };
  rig.create('one', { Resources: { R: role(), Child } }, { EnableTerminationProtection: true });
  const { StackResources } = rig.cfn<{ StackResources: { PhysicalResourceId: string }[] }>(
    'DescribeStackResources',
    { StackName: 'one', LogicalResourceId: 'Child' },
  );
  const nested = StackResources[0]?.PhysicalResourceId ?? '';
  expect(rig.refused('DeleteStack', { StackName: nested })).toContain('TerminationProtection is enabled');
  expect(rig.update('one', { Resources: { R: role() } })).toBe('UPDATE_COMPLETE');
  expect(rig.stack(nested).StackStatus).toBe('DELETE_COMPLETE');
  expect(rig.stack('one').StackStatus).toBe('UPDATE_COMPLETE');
});

it('a stack policy refuses what it denies, and only that', () => {
  const rig = new StackRig();
  const template = (Description: string, other: string) => ({
    Resources: { Guarded: role({ Description }), Free: role({ Description: other }) },
  });
  const StackPolicyBody = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'Update:*', Principal: '*', Resource: 'LogicalResourceId/Guarded' },
    ],
  });
  rig.create('one', template('a', 'a'), { StackPolicyBody });
  expect(rig.update('one', template('a', 'b'))).toBe('UPDATE_COMPLETE');
  expect(rig.update('one', template('b', 'b'))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(rig.events('one').join('\n')).toContain(
    'Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource [LogicalResourceId/Guarded]',
  );
  const open = JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: '*', Principal: '*', Resource: '*' }],
  });
  expect(rig.update('one', template('b', 'b'), { StackPolicyDuringUpdateBody: open })).toBe(
    'UPDATE_COMPLETE',
  );
  expect(rig.cfn('GetStackPolicy', { StackName: 'one' })).toEqual({ StackPolicyBody });
});

it('the same request token makes one stack, another call of the same name none', () => {
  const rig = new StackRig();
  const input = {
    StackName: 'one',
    TemplateBody: JSON.stringify({ Resources: { G: group() } }),
    Capabilities: ['CAPABILITY_IAM'],
    ClientRequestToken: 't1',
  };
  const first = rig.cfn('CreateStack', input);
  expect(rig.cfn('CreateStack', input)).toEqual(first);
  expect(rig.refused('CreateStack', { ...input, ClientRequestToken: 't2' })).toBe(
    'AlreadyExistsException: Stack [one] already exists',
  );
});

it('an export cannot be deleted or changed while another stack imports it', () => {
  const rig = new StackRig();
  const exporter = (value: string) => ({
    Resources: { G: group() },
    Outputs: { Name: { Value: value, Export: { Name: 'shared' } } },
  });
  rig.create('exporter', exporter('a'));
  const importer = { Resources: { R: role({ Description: { 'Fn::ImportValue': 'shared' } }) } };
  expect(rig.create('importer', importer)).toBe('CREATE_COMPLETE');
  expect(rig.cfn('ListImports', { ExportName: 'shared' })).toEqual({ Imports: ['importer'] });
  expect(rig.update('exporter', exporter('b'))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(rig.events('exporter').join('\n')).toContain(
    'UPDATE_ROLLBACK_IN_PROGRESS: Cannot update export shared as it is in use by importer.',
  );
  expect(rig.remove('exporter')).toBe('DELETE_FAILED');
  expect(rig.stack('exporter').StackStatusReason).toBe(
    'Delete canceled. Cannot delete export shared as it is in use by importer.',
  );
  rig.remove('importer');
  expect(rig.remove('exporter')).toBe('DELETE_COMPLETE');
});

it('an import of an export that nobody makes rolls the stack back', () => {
  const rig = new StackRig();
  const Resources = { R: role({ Description: { 'Fn::ImportValue': 'nothing' } }) };
  expect(rig.create('one', { Resources })).toBe('ROLLBACK_COMPLETE');
  expect(rig.events('one').join('\n')).toContain('No export named nothing found');
});

it('a stack that is being created can be deleted, one that is being updated not yet', () => {
  const rig = new StackRig();
  const TemplateBody = JSON.stringify({ Resources: { R: role() } });
  const { StackId } = rig.cfn<{ StackId: string }>('CreateStack', {
    StackName: 'one',
    TemplateBody,
    Capabilities: ['CAPABILITY_IAM'],
  });
  rig.cfn('DeleteStack', { StackName: 'one' });
  rig.settle();
  expect(rig.stack(StackId).StackStatus).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual([]);

  rig.create('two', { Resources: { R: role() } });
  const changed = JSON.stringify({ Resources: { R: role({ Description: 'x' }) } });
  rig.cfn('UpdateStack', { StackName: 'two', TemplateBody: changed, Capabilities: ['CAPABILITY_IAM'] });
  expect(rig.refused('DeleteStack', { StackName: 'two' })).toContain(
    'cannot be deleted while in status UPDATE_IN_PROGRESS',
  );
});
