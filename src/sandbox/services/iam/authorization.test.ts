import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const ACCOUNT = '489157521585';
const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const read = JSON.stringify(allow('ec2:Describe*'));

let rig: Rig;
let root: Keys;

const iam = <T = Record<string, unknown>>(operation: string, input: object = {}) =>
  rig.iam<T>(root, operation, input);
const fails = (operation: string, input: object = {}) => rig.refusal(root, 'iam', operation, input);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('names', () => {
  it('are unique without regard to case, and keep theirs', () => {
    iam('CreateUser', { UserName: 'Alice' });
    expect(fails('CreateUser', { UserName: 'alice' })).toBe(
      'EntityAlreadyExists: User with name alice already exists.',
    );
    expect(iam('GetUser', { UserName: 'ALICE' })).toMatchObject({ User: { UserName: 'Alice' } });
    iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust(ACCOUNT) });
    expect(fails('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) })).toMatch(
      /^EntityAlreadyExists/,
    );
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    expect(fails('CreatePolicy', { PolicyName: 'p', Path: '/x/', PolicyDocument: read })).toBe(
      'EntityAlreadyExists: A policy called p already exists. Duplicate names are not allowed.',
    );
    iam('CreateGroup', { GroupName: 'G' });
    expect(fails('CreateGroup', { GroupName: 'g' })).toMatch(/^EntityAlreadyExists/);
  });

  it('belong to an account: others neither see nor reach them', () => {
    iam('CreateUser', { UserName: 'alice' });
    const other = rig.account('111122223333');
    expect(rig.refusal(other, 'iam', 'GetUser', { UserName: 'alice' })).toBe(
      'NoSuchEntity: The user with name alice cannot be found.',
    );
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    expect(rig.refusal(other, 'iam', 'GetPolicy', { PolicyArn: policyArn('P') })).toBe(
      `NoSuchEntity: Policy ${policyArn('P')} was not found.`,
    );
    rig.iam(other, 'CreateUser', { UserName: 'alice' });
  });
});

describe('authorization', () => {
  it('is asked with the real ARN, path included, and does not tell what exists', () => {
    iam('CreateRole', { RoleName: 'audit', Path: '/security/', AssumeRolePolicyDocument: trust(ACCOUNT) });
    const reader = rig.user(root, 'reader', allow('iam:GetRole', `arn:aws:iam::${ACCOUNT}:role/security/*`));
    expect(rig.iam(reader, 'GetRole', { RoleName: 'audit' })).toMatchObject({
      Role: { Arn: `arn:aws:iam::${ACCOUNT}:role/security/audit` },
    });
    const denied = rig.refusal(reader, 'iam', 'GetRole', { RoleName: 'none' });
    expect(denied).toBe(
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/reader is not authorized to perform: iam:GetRole on resource: role none because no identity-based policy allows the iam:GetRole action`,
    );
    iam('CreateRole', { RoleName: 'none', AssumeRolePolicyDocument: trust(ACCOUNT) });
    expect(rig.refusal(reader, 'iam', 'GetRole', { RoleName: 'none' })).toBe(denied);
  });

  it('knows tags of the resource and of the request', () => {
    const maker = rig.user(root, 'maker', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iam:CreateUser', 'iam:TagUser'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } },
        },
        {
          Effect: 'Allow',
          Action: 'iam:DeleteUser',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
        },
      ],
    });
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect(rig.refusal(maker, 'iam', 'CreateUser', { UserName: 'a' })).toContain('not authorized');
    rig.iam(maker, 'CreateUser', { UserName: 'a', Tags });
    iam('CreateUser', { UserName: 'b' });
    expect(rig.refusal(maker, 'iam', 'DeleteUser', { UserName: 'b' })).toContain('not authorized');
    rig.iam(maker, 'DeleteUser', { UserName: 'a' });
  });

  it('lets a policy demand a boundary', () => {
    iam('CreatePolicy', { PolicyName: 'bounds', PolicyDocument: read });
    const maker = rig.user(
      root,
      'maker',
      allow('iam:CreateRole', '*', { StringEquals: { 'iam:PermissionsBoundary': policyArn('bounds') } }),
    );
    const input = { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) };
    expect(rig.refusal(maker, 'iam', 'CreateRole', input)).toContain('not authorized');
    expect(
      rig.iam(maker, 'CreateRole', { ...input, PermissionsBoundary: policyArn('bounds') }),
    ).toMatchObject({
      Role: { PermissionsBoundary: { PermissionsBoundaryArn: policyArn('bounds') } },
    });
  });

  it('changes at once with groups, versions, attachments and boundaries', () => {
    const alice = rig.user(root, 'alice');
    const may = () => {
      try {
        rig.call(alice, 'ec2', 'DescribeVpcs');
        return true;
      } catch {
        return false;
      }
    };
    expect(may()).toBe(false);
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    iam('CreateGroup', { GroupName: 'G' });
    iam('AttachGroupPolicy', { GroupName: 'G', PolicyArn: policyArn('P') });
    expect(may()).toBe(false);
    iam('AddUserToGroup', { GroupName: 'G', UserName: 'alice' });
    expect(may()).toBe(true);
    const none = JSON.stringify(allow('s3:GetObject'));
    iam('CreatePolicyVersion', { PolicyArn: policyArn('P'), PolicyDocument: none, SetAsDefault: true });
    expect(may()).toBe(false);
    iam('SetDefaultPolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v1' });
    expect(may()).toBe(true);
    iam('CreatePolicy', { PolicyName: 'bounds', PolicyDocument: none });
    iam('PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary: policyArn('bounds') });
    expect(may()).toBe(false);
    iam('DeleteUserPermissionsBoundary', { UserName: 'alice' });
    expect(may()).toBe(true);
    iam('RemoveUserFromGroup', { GroupName: 'G', UserName: 'alice' });
    expect(may()).toBe(false);
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    expect(may()).toBe(true);
  });

  it('explains a denial for as long as it is among the last thousand', () => {
    const alice = rig.user(root, 'alice');
    rig.refusal(alice, 'ec2', 'DescribeVpcs');
    const id = rig.lastRequestId;
    expect(rig.cloud.explainDenial(id)).toMatchObject({ allowed: false, because: 'implicit-deny' });
    expect(rig.cloud.explainDenial('unknown')).toBeUndefined();
    for (let i = 0; i < 1_000; i++) rig.refusal(alice, 'ec2', 'DescribeVpcs');
    expect(rig.cloud.explainDenial(id)).toBeUndefined();
    expect(rig.cloud.explainDenial(rig.lastRequestId)).toBeDefined();
  });
});

describe('simulation', () => {
  it('tells what the engine would decide, and what it would not', () => {
    rig.user(root, 'alice', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
        { Effect: 'Deny', Action: 'ec2:TerminateInstances', Resource: '*' },
      ],
    });
    const answer = iam<{ EvaluationResults: { EvalDecision: string }[] }>('SimulatePrincipalPolicy', {
      PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
      ActionNames: ['ec2:DescribeVpcs', 'ec2:TerminateInstances', 's3:ListAllMyBuckets'],
    });
    expect(answer.EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'allowed',
      'explicitDeny',
      'implicitDeny',
    ]);
    expect(answer.EvaluationResults[0]).toMatchObject({
      MatchedStatements: [{ SourcePolicyId: 'user_alice_own' }],
    });
    const custom = (values: string[]) =>
      iam('SimulateCustomPolicy', {
        PolicyInputList: [
          JSON.stringify(allow('s3:GetObject', '*', { StringEquals: { 'aws:PrincipalTag/t': 'x' } })),
        ],
        ActionNames: ['s3:GetObject'],
        ContextEntries: [
          { ContextKeyName: 'aws:PrincipalTag/t', ContextKeyType: 'string', ContextKeyValues: values },
        ],
      });
    expect(custom(['x'])).toMatchObject({ EvaluationResults: [{ EvalDecision: 'allowed' }] });
    expect(custom(['y'])).toMatchObject({ EvaluationResults: [{ EvalDecision: 'implicitDeny' }] });
    expect(
      fails('SimulatePrincipalPolicy', {
        PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/bob`,
        ActionNames: ['s3:x'],
      }),
    ).toMatch(/^NoSuchEntity/);
  });

  it('asks on both sides when a resource policy is passed, and only for IAM users', () => {
    const bucketPolicy = (principal: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: principal }, Action: 's3:GetObject', Resource: '*' },
        ],
      });
    const other = '444455556666';
    const bob = `arn:aws:iam::${other}:user/bob`;
    const ask = (more: object, action = 's3:GetObject') => ({
      PolicyInputList: [JSON.stringify(allow(action))],
      ActionNames: ['s3:GetObject'],
      ResourceArns: ['arn:aws:s3:::bucket/key'],
      ...more,
    });
    const decided = (input: object) =>
      iam<{ EvaluationResults: { EvalDecision: string }[] }>('SimulateCustomPolicy', input)
        .EvaluationResults[0]?.EvalDecision;
    const across = { CallerArn: bob, ResourceOwner: `arn:aws:iam::${ACCOUNT}:root` };
    expect(decided(ask({ ...across, ResourcePolicy: bucketPolicy(bob) }))).toBe('allowed');
    expect(decided(ask({ ...across, ResourcePolicy: bucketPolicy(other) }))).toBe('allowed');
    expect(decided(ask({ ...across, ResourcePolicy: bucketPolicy(`${bob}by`) }))).toBe('implicitDeny');
    // Across accounts the resource policy doesn't replace the identity policy; within one it does.
    expect(decided(ask({ ...across, ResourcePolicy: bucketPolicy(bob) }, 's3:PutObject'))).toBe(
      'implicitDeny',
    );
    expect(decided(ask({ CallerArn: bob, ResourcePolicy: bucketPolicy(bob) }, 's3:PutObject'))).toBe(
      'allowed',
    );
    const refused = (more: object) => fails('SimulateCustomPolicy', ask(more));
    expect(refused({ ResourcePolicy: bucketPolicy(bob) })).toMatch(/^InvalidInput: .*CallerArn/);
    expect(refused({ CallerArn: `arn:aws:iam::${other}:role/bob` })).toMatch(/^InvalidInput: .*IAM user/);
  });
});

describe('renaming', () => {
  const arn = (rest: string) => `arn:aws:iam::111122223333:${rest}`;
  it.each([
    ['User', 'user'],
    ['Group', 'group'],
  ])('a %s is asked for by the ARN that it will have, its path included', (word, kind) => {
    const cloud = new Rig();
    const owner = cloud.account('111122223333');
    cloud.iam(owner, `Create${word}`, { [`${word}Name`]: 'bob', Path: '/ops/' });
    const rename = (as: Keys, to: string) => [
      as,
      'iam',
      `Update${word}`,
      { [`${word}Name`]: 'BOB', [`New${word}Name`]: to },
    ];
    const admin = cloud.user(owner, 'admin', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
        { Effect: 'Deny', Action: 'iam:*', Resource: arn(`${kind}/ops/boss`) },
      ],
    });
    const ops = cloud.user(owner, 'ops', allow('iam:Update*', arn(`${kind}/ops/*`)));
    expect(cloud.refusal(...(rename(admin, 'boss') as Parameters<Rig['refusal']>))).toMatch(
      /with an explicit deny/,
    );
    expect(cloud.call(...(rename(ops, 'Rob') as Parameters<Rig['call']>))).toEqual({});
  });
});
