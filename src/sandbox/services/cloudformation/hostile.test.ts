import { expect, it } from 'vitest';
import { bodyOf, group, role, StackRig } from './testing.ts';

const mapped = { Mappings: { M: { x: { y: 'z' } } } };
const described = (Description: unknown) => ({ ...mapped, Resources: { R: role({ Description }) } });
const conditional = (Conditions: object) => ({ Conditions, Resources: { G: group() } });

it.each<[string, object]>([
  ['every Fn::Join object', described({ 'Fn::Join': 'abc' })],
  ['cannot select nonexistent value at index 5', described({ 'Fn::Select': [5, ['a']] })],
  ['Unable to get mapping for M::a::b', described({ 'Fn::FindInMap': ['M', 'a', 'b'] })],
  [
    'Unable to get mapping for M::x::us-east-1',
    described({ 'Fn::FindInMap': ['M', 'x', { Ref: 'AWS::Region' }] }),
  ],
  ['every Fn::Cidr object', described({ 'Fn::Cidr': ['x', 1, 2] })],
  ['every Fn::Base64 object', described({ 'Fn::Base64': ['a'] })],
  ['Fn::GetAZs must', described({ 'Fn::GetAZs': { a: 1 } })],
  ['Fn::ImportValue must be a string', described({ 'Fn::ImportValue': { a: 1 } })],
  ['every Fn::GetAtt object', described({ 'Fn::GetAtt': ['G', { 'Fn::Sub': 'Arn' }] })],
  ['circular condition dependency', conditional({ A: { Condition: 'B' }, B: { Condition: 'A' } })],
  ['must be a condition function', conditional({ A: 'foo' })],
  ['list argument with two elements', conditional({ A: { 'Fn::Equals': ['a'] } })],
  ['is not a condition function', conditional({ A: { 'Fn::Join': ['', ['a']] } })],
  ['Output O is malformed', { Resources: { G: group() }, Outputs: { O: { Value: { a: 1 } } } }],
])('a template is refused before anything is made of it: %s', (words, template) => {
  const rig = new StackRig();
  const input = { StackName: 'one', TemplateBody: bodyOf(template), Capabilities: ['CAPABILITY_NAMED_IAM'] };
  const refused = rig.refused('CreateStack', input);
  expect(refused).toMatch(/^ValidationError: Template (format )?error: /);
  expect(refused).toContain(words);
  expect(rig.refused('DescribeStacks', { StackName: 'one' })).toContain('does not exist');
});

it('a parameter may name the attribute that Fn::GetAtt reads', () => {
  const rig = new StackRig();
  const template = {
    Parameters: { Name: { Type: 'String', Default: 'Arn' } },
    Resources: { R: role() },
    Outputs: { O: { Value: { 'Fn::GetAtt': ['R', { Ref: 'Name' }] } } },
  };
  expect(rig.create('one', template)).toBe('CREATE_COMPLETE');
  expect(rig.stack('one').Outputs?.[0]?.OutputValue).toContain(':role/one-R-');
  const wrong = [{ ParameterKey: 'Name', ParameterValue: 'constructor' }];
  expect(rig.create('two', template, { Parameters: wrong })).toBe('ROLLBACK_COMPLETE');
});

it('conditions may hang on each other by the thousand, in any order', () => {
  const Conditions: Record<string, object> = { C0: { 'Fn::Equals': ['a', 'a'] } };
  for (let i = 1; i < 1_500; i++) Conditions[`C${i}`] = { Condition: `C${i - 1}` };
  const Resources = { G: { ...group(), Condition: 'C1499' } };
  expect(new StackRig().create('one', { Conditions, Resources })).toBe('CREATE_COMPLETE');
  const backwards = Object.fromEntries(Object.entries(Conditions).reverse());
  expect(new StackRig().create('one', { Conditions: backwards, Resources })).toBe('CREATE_COMPLETE');
});

it('the values of all outputs together have a size', () => {
  let bomb: unknown = 'xxxxxxxx';
  for (let i = 0; i < 17; i++) bomb = { 'Fn::Sub': ['${a}${a}', { a: bomb }] };
  const Outputs = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`O${i}`, { Value: bomb }]));
  const rig = new StackRig();
  const input = {
    StackName: 'one',
    TemplateBody: bodyOf({ Resources: { G: group() }, Outputs }),
    Capabilities: ['CAPABILITY_IAM'],
  };
  expect(rig.refused('CreateStack', input)).toContain('the values of the template are too large');
});

it('a list that is mentioned again and again has a size too', () => {
  const rig = new StackRig();
  const P = { Type: 'CommaDelimitedList', Default: ','.repeat(2_000) };
  const Description = { 'Fn::Join': ['', Array(4_000).fill({ Ref: 'P' })] };
  const TemplateBody = bodyOf({ Parameters: { P }, Resources: { R: role({ Description }) } });
  const input = { StackName: 'one', TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] };
  expect(rig.refused('CreateStack', input)).toContain('the values of the template are too large');
});

it('names that JavaScript objects have are names like others', () => {
  const rig = new StackRig();
  const Resources = { constructor: group(), toString: group(), hasOwnProperty: group() };
  const Outputs = { valueOf: { Value: { Ref: 'toString' } } };
  expect(rig.create('one', { Resources, Outputs })).toBe('CREATE_COMPLETE');
  expect(rig.stack('one').Outputs?.[0]?.OutputValue).toMatch(/^one-toString-/);

  // As one of the resources that an import isn't about.
  rig.iam(rig.root, 'CreateGroup', { GroupName: 'x' });
  const imported = { ...group({ GroupName: 'x' }), DeletionPolicy: 'Retain' };
  rig.cfn('CreateChangeSet', {
    StackName: 'two',
    ChangeSetName: 'import',
    ChangeSetType: 'IMPORT',
    ResourcesToImport: [
      { LogicalResourceId: 'G', ResourceType: 'AWS::IAM::Group', ResourceIdentifier: { GroupName: 'x' } },
    ],
    TemplateBody: bodyOf({ Resources: { G: imported, constructor: group() } }),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  expect(rig.cfn('DescribeChangeSet', { StackName: 'two', ChangeSetName: 'import' })).toMatchObject({
    Status: 'FAILED',
    StatusReason: 'As part of the import operation, you cannot modify or add [Resources]',
  });
});

it('two outputs of a template cannot have one export name', () => {
  const rig = new StackRig();
  const Outputs = {
    A: { Value: 'a', Export: { Name: 'shared' } },
    B: { Value: 'b', Export: { Name: 'shared' } },
  };
  expect(rig.create('one', { Resources: { G: group() }, Outputs })).toBe('ROLLBACK_COMPLETE');
});

it('tag keys that differ in case alone are the same', () => {
  const rig = new StackRig();
  const TemplateBody = bodyOf({ Resources: { G: group() } });
  const Tags = [
    { Key: 'Team', Value: '1' },
    { Key: 'team', Value: '2' },
  ];
  const input = { StackName: 'one', TemplateBody, Capabilities: ['CAPABILITY_IAM'], Tags };
  expect(rig.refused('CreateStack', input)).toContain('Duplicate tag keys found');
});
