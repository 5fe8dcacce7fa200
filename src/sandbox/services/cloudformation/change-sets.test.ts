import { expect, it } from 'vitest';
import { bodyOf, group, role, StackRig } from './testing.ts';

interface Change {
  readonly ResourceChange: Record<string, unknown>;
}

function changeSet(rig: StackRig, ChangeSetName: string, template: object, more: object = {}) {
  rig.cfn('CreateChangeSet', {
    StackName: 'one',
    ChangeSetName,
    TemplateBody: bodyOf(template),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    ...more,
  });
  return rig.cfn<{ Status: string; StatusReason?: string; ExecutionStatus: string; Changes: Change[] }>(
    'DescribeChangeSet',
    { StackName: 'one', ChangeSetName },
  );
}

const short = ({ ResourceChange: { Action, LogicalResourceId, Replacement = '' } }: Change) =>
  `${Action} ${LogicalResourceId} ${Replacement}`.trim();

it('a change set makes a stack only when it is executed', () => {
  const rig = new StackRig();
  const described = changeSet(rig, 'first', { Resources: { R: role() } }, { ChangeSetType: 'CREATE' });
  expect(described).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
  expect(described.Changes.map(short)).toEqual(['Add R']);
  expect(rig.stack('one').StackStatus).toBe('REVIEW_IN_PROGRESS');
  expect(rig.roles()).toEqual([]);
  rig.cfn('ExecuteChangeSet', { StackName: 'one', ChangeSetName: 'first' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('CREATE_COMPLETE');
  expect(rig.refused('ExecuteChangeSet', { StackName: 'one', ChangeSetName: 'first' })).toContain(
    'InvalidChangeSetStatus',
  );
});

it('a change set tells what would be changed, replaced and removed, and why', () => {
  const rig = new StackRig();
  const users = (name: object) => ({ Ref: 'G', ...name });
  const first = {
    Resources: {
      G: group({ GroupName: 'a' }),
      U: { Type: 'AWS::IAM::User', Properties: { Groups: [users({})] } },
      R: role({ Description: '1' }),
      Old: group(),
    },
  };
  rig.create('one', first);
  const second = {
    Resources: {
      G: group({ GroupName: 'b' }),
      U: first.Resources.U,
      R: role({ Description: '2' }),
      New: group(),
    },
  };
  const { Changes } = changeSet(rig, 'next', second);
  expect(Changes.map(short).sort()).toEqual([
    'Add New',
    'Modify G True',
    'Modify R False',
    'Modify U False',
    'Remove Old',
  ]);
  const user = Changes.find(({ ResourceChange }) => ResourceChange['LogicalResourceId'] === 'U');
  expect(user?.ResourceChange['Details']).toMatchObject([
    { Evaluation: 'Dynamic', ChangeSource: 'ResourceReference', CausingEntity: 'G' },
  ]);
  rig.cfn('ExecuteChangeSet', { StackName: 'one', ChangeSetName: 'next' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_COMPLETE');
  const { Groups } = rig.iam<{ Groups: { GroupName: string }[] }>(rig.root, 'ListGroups');
  expect(Groups.map(({ GroupName }) => GroupName.slice(0, 7)).sort()).toEqual(['b', 'one-New']);
});

it('a change set without changes fails, and the stack stays as it is', () => {
  const rig = new StackRig();
  const template = { Resources: { R: role() } };
  rig.create('one', template);
  const described = changeSet(rig, 'none', template);
  expect(described.Status).toBe('FAILED');
  // `aws cloudformation deploy` looks for these words.
  expect(described.StatusReason).toContain("The submitted information didn't contain changes.");
  rig.cfn('DeleteChangeSet', { StackName: 'one', ChangeSetName: 'none' });
  expect(rig.cfn('ListChangeSets', { StackName: 'one' })).toMatchObject({ Summaries: [] });
  expect(rig.refused('DescribeChangeSet', { StackName: 'one', ChangeSetName: 'none' })).toBe(
    'ChangeSetNotFound: ChangeSet [none] does not exist',
  );
});

it('resources that exist are imported and then belong to the stack', () => {
  const rig = new StackRig();
  rig.create('one', { Resources: { G: group() } });
  const document = JSON.stringify(role().Properties.AssumeRolePolicyDocument);
  rig.iam(rig.root, 'CreateRole', { RoleName: 'old', AssumeRolePolicyDocument: document });
  const template = (RoleName: string) => ({
    Resources: { G: group(), R: role({ RoleName }, { DeletionPolicy: 'Delete' }) },
  });
  const importing = (RoleName: string) => ({
    ChangeSetType: 'IMPORT',
    ResourcesToImport: [
      { ResourceType: 'AWS::IAM::Role', LogicalResourceId: 'R', ResourceIdentifier: { RoleName } },
    ],
  });
  changeSet(rig, 'missing', template('absent'), importing('absent'));
  rig.cfn('ExecuteChangeSet', { StackName: 'one', ChangeSetName: 'missing' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('IMPORT_ROLLBACK_COMPLETE');

  expect(changeSet(rig, 'take', template('old'), importing('old')).Changes.map(short)).toEqual(['Import R']);
  rig.cfn('ExecuteChangeSet', { StackName: 'one', ChangeSetName: 'take' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('IMPORT_COMPLETE');
  rig.remove('one');
  expect(rig.roles()).toEqual([]);
});

it('drift detection finds what was changed and deleted by hand', () => {
  const rig = new StackRig();
  const Resources = {
    A: role({ RoleName: 'a', MaxSessionDuration: 3600 }),
    B: role({ RoleName: 'b' }),
    C: role(),
  };
  rig.create('one', { Resources });
  const detect = () => {
    const { StackDriftDetectionId } = rig.cfn('DetectStackDrift', { StackName: 'one' });
    return rig.cfn('DescribeStackDriftDetectionStatus', { StackDriftDetectionId });
  };
  expect(detect()).toMatchObject({ DetectionStatus: 'DETECTION_COMPLETE', StackDriftStatus: 'IN_SYNC' });
  rig.iam(rig.root, 'UpdateRole', { RoleName: 'a', MaxSessionDuration: 43_200 });
  rig.iam(rig.root, 'DeleteRole', { RoleName: 'b' });
  expect(detect()).toMatchObject({ StackDriftStatus: 'DRIFTED', DriftedStackResourceCount: 2 });
  const drifts = rig.cfn('DescribeStackResourceDrifts', {
    StackName: 'one',
    StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
  });
  expect(drifts).toMatchObject({
    StackResourceDrifts: [
      {
        LogicalResourceId: 'A',
        StackResourceDriftStatus: 'MODIFIED',
        PropertyDifferences: [
          {
            PropertyPath: '/MaxSessionDuration',
            ExpectedValue: '3600',
            ActualValue: '43200',
            DifferenceType: 'NOT_EQUAL',
          },
        ],
      },
      { LogicalResourceId: 'B', StackResourceDriftStatus: 'DELETED' },
    ],
  });
});

it('a nested stack is made, updated and deleted with its parent, and fails it', () => {
  const rig = new StackRig();
  rig.call(rig.root, 's3', 'CreateBucket', { Bucket: 'nested-templates' });
  const put = (Key: string, template: object) =>
    rig.call(rig.root, 's3', 'PutObject', {
      Bucket: 'nested-templates',
      Key,
      Body: Buffer.from(bodyOf(template)),
    });
  put('child', {
    Parameters: { Name: { Type: 'String' } },
    Resources: { R: role({ RoleName: { Ref: 'Name' } }) },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['R', 'Arn'] } } },
  });
  const parent = (Name: string) => ({
    Resources: {
      Child: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: 'https://s3.amazonaws.com/nested-templates/child', Parameters: { Name } },
      },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Child', 'Outputs.Arn'] } } },
  });
  expect(rig.create('one', parent('inner'))).toBe('CREATE_COMPLETE');
  expect(rig.stack('one').Outputs?.[0]?.OutputValue).toBe('arn:aws:iam::111111111111:role/inner');
  expect(rig.update('one', parent('second'))).toBe('UPDATE_COMPLETE');
  expect(rig.roles()).toEqual(['second']);
  expect(rig.remove('one')).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual([]);
  put('child', {
    Resources: { R: role({ Nonsense: 1 }) },
    Parameters: { Name: { Type: 'String' } },
    Outputs: { Arn: { Value: 'x' } },
  });
  expect(rig.create('two', parent('inner'))).toBe('ROLLBACK_COMPLETE');
  expect(rig.events('two').join('\n')).toContain(
    'was not successfully created: The following resource(s) failed to create: [R].',
  );
});

const all = { Capabilities: ['CAPABILITY_NAMED_IAM'] };
const described = (Description: unknown) => ({ Resources: { R: role({ Description }) } });

it('a change set of a stack that has changed since is obsolete', () => {
  const rig = new StackRig();
  rig.create('one', described('a'));
  const input = { StackName: 'one', ChangeSetName: 'late' };
  rig.cfn('CreateChangeSet', { ...input, TemplateBody: bodyOf(described('b')), ...all });
  rig.update('one', described('c'));
  expect(rig.cfn('DescribeChangeSet', input)).toMatchObject({ ExecutionStatus: 'OBSOLETE' });
  expect(rig.refused('ExecuteChangeSet', input)).toMatch(
    /^InvalidChangeSetStatus: ChangeSet \[arn:.*\] cannot be executed in its current execution status of \[OBSOLETE\]$/,
  );
});

it('the name of a change set is free again once it has been executed', () => {
  const rig = new StackRig();
  rig.create('one', described('a'));
  const input = { StackName: 'one', ChangeSetName: 'release' };
  for (const text of ['b', 'c']) {
    rig.cfn('CreateChangeSet', { ...input, TemplateBody: bodyOf(described(text)), ...all });
    expect(rig.refused('CreateChangeSet', { ...input, TemplateBody: bodyOf(described(text)), ...all })).toBe(
      'AlreadyExistsException: ChangeSet release already exists',
    );
    expect(rig.cfn('DescribeChangeSet', input)).toMatchObject({ ExecutionStatus: 'AVAILABLE' });
    rig.cfn('ExecuteChangeSet', input);
    rig.settle();
    expect(rig.cfn('DescribeChangeSet', input)).toMatchObject({ ExecutionStatus: 'EXECUTE_COMPLETE' });
  }
});

it('a change set can cut up values that only its execution tells', () => {
  const rig = new StackRig();
  const Arn = { 'Fn::GetAtt': ['A', 'Arn'] };
  const cut = { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::Sub': ['x${Arn}', { Arn }] }] }] };
  const template = { Resources: { A: role(), R: role({ Description: cut }) } };
  const input = { StackName: 'one', ChangeSetName: 'first', ChangeSetType: 'CREATE' };
  rig.cfn('CreateChangeSet', { ...input, TemplateBody: bodyOf(template), ...all });
  expect(rig.events('one')).toEqual(['one REVIEW_IN_PROGRESS: User Initiated']);
  rig.cfn('ExecuteChangeSet', input);
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('CREATE_COMPLETE');
  const RoleName = rig.roles().find((name) => name.startsWith('one-R-'));
  expect(rig.iam(rig.root, 'GetRole', { RoleName })).toMatchObject({
    Role: { Description: expect.stringMatching(/^role\/one-A-/) },
  });
});

it('what this sandbox cannot do in a change set is refused, not ignored', () => {
  const rig = new StackRig();
  const input = { StackName: 'one', ChangeSetName: 'first', ChangeSetType: 'CREATE', ...all };
  const asked = { ...input, TemplateBody: bodyOf(described('a')) };
  expect(rig.refused('CreateChangeSet', { ...asked, ImportExistingResources: true })).toBe(
    'ValidationError: ImportExistingResources is not supported by this sandbox',
  );
  expect(rig.refused('CreateChangeSet', { ...asked, DeploymentMode: 'REVERT_DRIFT' })).toContain(
    'DeploymentMode',
  );
  rig.cfn('CreateChangeSet', { ...asked, ImportExistingResources: false });
});
