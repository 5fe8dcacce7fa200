import type { EvaluationResult } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { deny, MEMBER, OrganizationRig } from '../../organizations/testing.ts';
import { allow, type Keys, Rig } from '../../testing.ts';

const ACCOUNT = '489157521585';
const OTHER = '111122223333';
const ActionNames = ['s3:GetObject'];

let rig: Rig;
let root: Keys;

interface Simulation {
  readonly EvaluationResults: readonly EvaluationResult[];
}
const text = (policy: object) => JSON.stringify(policy);
const custom = (input: object): EvaluationResult | undefined =>
  rig.iam<Simulation>(root, 'SimulateCustomPolicy', {
    PolicyInputList: [text(allow('s3:*'))],
    ActionNames,
    ...input,
  }).EvaluationResults[0];
const ofAlice = (input: object = {}): EvaluationResult | undefined =>
  rig.iam<Simulation>(root, 'SimulatePrincipalPolicy', {
    PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    ActionNames,
    ...input,
  }).EvaluationResults[0];

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('the statements that decide', () => {
  // The examples of `aws iam simulate-custom-policy` and `simulate-principal-policy` in the CLI's reference.
  it('have the places that AWS gives them', () => {
    const Condition = { DateGreaterThan: { 'aws:CurrentTime': '2018-08-16T12:00:00Z' } };
    const alone = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*', Condition },
    };
    const result = custom({
      PolicyInputList: [text(alone)],
      ActionNames: ['dynamodb:CreateBackup'],
      ContextEntries: [
        {
          ContextKeyName: 'aws:CurrentTime',
          ContextKeyValues: ['2019-04-25T11:00:00Z'],
          ContextKeyType: 'date',
        },
      ],
    });
    expect(result).toEqual({
      EvalActionName: 'dynamodb:CreateBackup',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 38 },
          EndPosition: { Line: 1, Column: 167 },
        },
      ],
      MissingContextValues: [],
    });
    const Statement = ['s3:Get*', 's3:*'].map((Action) => ({
      Effect: 'Allow',
      Action: [Action],
      Resource: '*',
    }));
    const list = JSON.stringify({ Version: '2012-10-17', Statement }, null, 4);
    expect(custom({ PolicyInputList: [list] })?.MatchedStatements).toMatchObject([
      { StartPosition: { Line: 3, Column: 19 }, EndPosition: { Line: 10, Column: 10 } },
      { StartPosition: { Line: 10, Column: 10 }, EndPosition: { Line: 17, Column: 10 } },
    ]);
  });

  it("are called by their policy's name, an inline one also by whose it is", () => {
    rig.user(root, 'alice', allow('s3:*'));
    rig.iam(root, 'AttachUserPolicy', {
      UserName: 'alice',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    const {
      PolicyNames: [inline],
    } = rig.iam<{ PolicyNames: string[] }>(root, 'ListUserPolicies', { UserName: 'alice' });
    expect(ofAlice()?.MatchedStatements?.map((s) => `${s.SourcePolicyType}: ${s.SourcePolicyId}`)).toEqual([
      `IAM Policy: user_alice_${inline}`,
      'IAM Policy: AdministratorAccess',
    ]);
  });
});

describe('resources', () => {
  it('that are named have a result each, of which the strictest stands for all', () => {
    const policy = text(allow('s3:*', 'arn:aws:s3:::one/*'));
    const ResourceArns = ['arn:aws:s3:::one/a', 'arn:aws:s3:::two/a'];
    expect(custom({ PolicyInputList: [policy], ResourceArns })).toMatchObject({
      EvalResourceName: '*',
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      EvalDecisionDetails: {},
      ResourceSpecificResults: [
        { EvalResourceName: ResourceArns[0], EvalResourceDecision: 'allowed', MatchedStatements: [{}] },
        { EvalResourceName: ResourceArns[1], EvalResourceDecision: 'implicitDeny', MatchedStatements: [] },
      ],
    });
    const [one] = ResourceArns;
    expect(custom({ PolicyInputList: [policy], ResourceArns: [one] })).toMatchObject({
      EvalResourceName: one,
      EvalDecision: 'allowed',
      ResourceSpecificResults: [{ EvalResourceName: one, EvalResourceDecision: 'allowed' }],
    });
    expect(custom({})).not.toHaveProperty('ResourceSpecificResults');
    expect(custom({})).not.toHaveProperty('EvalDecisionDetails');
  });

  it('of another account say what each side decides', () => {
    const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
    const ask = (Statement: object, policy: object) =>
      custom({
        PolicyInputList: [text(policy)],
        ResourcePolicy: text({ Version: '2012-10-17', Statement: [Statement] }),
        CallerArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
        ResourceOwner: `arn:aws:iam::${OTHER}:root`,
        ResourceArns: ['arn:aws:s3:::theirs/key'],
      });
    const details = (result: EvaluationResult | undefined) => [
      result?.EvalDecision,
      result?.EvalDecisionDetails,
    ];
    expect(details(ask(open, allow('s3:*')))).toEqual([
      'allowed',
      { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
    ]);
    expect(details(ask(open, allow('ec2:*')))).toEqual([
      'implicitDeny',
      { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
    ]);
    expect(details(ask({ ...open, Effect: 'Deny' }, allow('s3:*')))).toEqual([
      'explicitDeny',
      { 'IAM Policy': 'allowed', 'Resource Policy': 'explicitDeny' },
    ]);
  });
});

describe('context keys', () => {
  const Statement = {
    Effect: 'Allow',
    Action: 'dynamodb:*',
    Resource: 'arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}',
    Condition: { DateGreaterThan: { 'aws:CurrentTime': '2015-08-16T12:00:00Z' } },
  };
  const policy = text({ Version: '2012-10-17', Statement });
  const keysOf = (...PolicyInputList: string[]) =>
    rig.iam<{ ContextKeyNames: string[] }>(root, 'GetContextKeysForCustomPolicy', { PolicyInputList })
      .ContextKeyNames;

  it('are found as in the example of the CLI reference', () => {
    expect(keysOf(policy)).toEqual(['aws:username', 'aws:CurrentTime']);
  });

  it('are named once, in variables of condition values too, and never in version 2008-10-17', () => {
    const Condition = {
      StringEquals: { 'AWS:currenttime': '${*}${$}', 'aws:PrincipalTag/a': "${aws:RequestTag/b, 'none'}" },
    };
    const more = { ...Statement, Resource: '*', Condition };
    expect(keysOf(policy, text({ Version: '2012-10-17', Statement: [more] }))).toEqual([
      'aws:username',
      'aws:CurrentTime',
      'aws:PrincipalTag/a',
      'aws:RequestTag/b',
    ]);
    expect(keysOf(text({ Version: '2008-10-17', Statement }))).toEqual(['aws:CurrentTime']);
  });

  it("of a principal are those of its and its groups' policies", () => {
    rig.user(root, 'alice', JSON.parse(policy));
    rig.iam(root, 'CreateGroup', { GroupName: 'g' });
    rig.iam(root, 'AddUserToGroup', { GroupName: 'g', UserName: 'alice' });
    const PolicyDocument = text(allow('s3:*', '*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }));
    rig.iam(root, 'PutGroupPolicy', { GroupName: 'g', PolicyName: 'p', PolicyDocument });
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT}:user/alice`;
    const { ContextKeyNames } = rig.iam<{ ContextKeyNames: string[] }>(
      root,
      'GetContextKeysForPrincipalPolicy',
      {
        PolicySourceArn,
      },
    );
    expect(ContextKeyNames).toEqual(['aws:username', 'aws:CurrentTime', 'aws:MultiFactorAuthPresent']);
    const stranger = rig.account(OTHER);
    expect(rig.refusal(stranger, 'iam', 'GetContextKeysForPrincipalPolicy', { PolicySourceArn })).toMatch(
      /^NoSuchEntity/,
    );
    // Who alice is, the simulator knows.
    expect(ofAlice()?.MissingContextValues).toEqual(['aws:CurrentTime', 'aws:MultiFactorAuthPresent']);
    const ContextEntries = [
      {
        ContextKeyName: 'AWS:CurrentTime',
        ContextKeyType: 'date',
        ContextKeyValues: ['2026-01-01T00:00:00Z'],
      },
    ];
    const one = ofAlice({ ContextEntries, ResourceArns: ['arn:aws:s3:::one'] });
    expect(one?.MissingContextValues).toEqual([]);
    expect(one?.ResourceSpecificResults).toMatchObject([
      { MissingContextValues: ['aws:MultiFactorAuthPresent'] },
    ]);
  });

  it('of who calls are missing as long as nobody is named', () => {
    const PolicyInputList = [policy];
    expect(custom({ PolicyInputList })?.MissingContextValues).toEqual(['aws:username', 'aws:CurrentTime']);
    const CallerArn = `arn:aws:iam::${ACCOUNT}:user/alice`;
    expect(custom({ PolicyInputList, CallerArn })?.MissingContextValues).toEqual(['aws:CurrentTime']);
  });

  it('can be asked for by those only who may', () => {
    const alice = rig.user(root, 'alice', allow('s3:*'));
    const arn = `arn:aws:iam::${ACCOUNT}:user/alice`;
    for (const [action, input] of [
      ['GetContextKeysForCustomPolicy', { PolicyInputList: [policy] }],
      ['GetContextKeysForPrincipalPolicy', { PolicySourceArn: arn }],
    ] as const)
      expect(rig.refusal(alice, 'iam', action, input)).toMatch(/^AccessDenied/);
  });
});

describe('a boundary', () => {
  it('says whether it allows', () => {
    const bounded = (boundary: object) => custom({ PermissionsBoundaryPolicyInputList: [text(boundary)] });
    expect(bounded(allow('s3:*'))).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    expect(bounded(allow('ec2:*'))).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    expect(custom({})).not.toHaveProperty('PermissionsBoundaryDecisionDetail');
  });
});

describe('SCPs', () => {
  const levels = (...policies: object[][]) => ({
    OrderedOrganizationPolicyInputList: policies.map((level) => ({
      ServiceControlPolicyInputList: level.map(text),
    })),
  });

  it.each([
    ['allow at every level', [[allow('*')], [allow('s3:*')]], 'allowed', true],
    ['are missing at one level', [[allow('*')], [allow('ec2:*')]], 'implicitDeny', false],
    ['are missing at all of a level', [[allow('*')], []], 'implicitDeny', false],
    [
      'deny',
      [[allow('*')], [allow('*'), { Version: '2012-10-17', Statement: [deny('s3:*')] }]],
      'explicitDeny',
      false,
    ],
  ] as const)(
    'that are passed and %s decide, and their text is not told',
    (_, policies, decision, allowed) => {
      const result = custom(levels(...policies.map((level) => [...level])));
      expect(result).toMatchObject({
        EvalDecision: decision,
        OrganizationsDecisionDetail: { AllowedByOrganizations: allowed },
      });
      expect(result?.MatchedStatements?.every((s) => `${s.SourcePolicyType}` === 'IAM Policy')).toBe(true);
    },
  );

  it('and boundaries are told by themselves when the resource is of another account', () => {
    const open = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
    const ask = (scp: object, boundary: object) =>
      custom({
        ...levels([scp]),
        PermissionsBoundaryPolicyInputList: [text(boundary)],
        ResourcePolicy: text({ Version: '2012-10-17', Statement: [open] }),
        CallerArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
        ResourceOwner: OTHER,
        ResourceArns: ['arn:aws:s3:::theirs/key'],
      });
    expect(ask(allow('*'), allow('s3:*'))).toMatchObject({
      EvalDecision: 'allowed',
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
      EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
    });
    const refused = ask(allow('ec2:*'), allow('s3:*'));
    expect(refused).toMatchObject({ OrganizationsDecisionDetail: { AllowedByOrganizations: false } });
    // "If an Organizations SCP … denies access, the simulation ends …, and this parameter is not returned".
    expect(refused).not.toHaveProperty('EvalDecisionDetails');
  });

  it('that no organization could have are refused', () => {
    const notAction = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }],
    };
    expect(() => custom(levels([notAction]))).toThrow();
  });
});

describe('what is excluded', () => {
  const AWS = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  const OWN = `arn:aws:iam::${ACCOUNT}:policy/team/Own`;
  const decisions = (...PolicyExclusionList: object[]) =>
    rig
      .iam<Simulation>(root, 'SimulatePrincipalPolicy', {
        PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
        ActionNames: ['s3:GetObject', 'sns:Publish', 'ec2:RunInstances', 'sqs:SendMessage'],
        PolicyExclusionList,
      })
      .EvaluationResults.map((r) => (r.EvalDecision === 'allowed' ? 1 : 0))
      .join('');

  beforeEach(() => {
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    rig.iam(root, 'AttachUserPolicy', { UserName: 'alice', PolicyArn: AWS });
    const PolicyDocument = text(allow('sns:*'));
    rig.iam(root, 'CreatePolicy', { PolicyName: 'Own', Path: '/team/', PolicyDocument });
    rig.iam(root, 'AttachUserPolicy', { UserName: 'alice', PolicyArn: OWN });
    rig.iam(root, 'PutUserPolicy', {
      UserName: 'alice',
      PolicyName: 'p',
      PolicyDocument: text(allow('ec2:*')),
    });
    rig.iam(root, 'CreateGroup', { GroupName: 'team-a' });
    rig.iam(root, 'AddUserToGroup', { GroupName: 'team-a', UserName: 'alice' });
    rig.iam(root, 'PutGroupPolicy', {
      GroupName: 'team-a',
      PolicyName: 'p',
      PolicyDocument: text(allow('sqs:*')),
    });
  });

  const inline = (PolicyName: string, AttachmentType: string, AttachmentName: string) => ({
    InlinePolicyIdentifier: { PolicyName, AttachmentType, AttachmentName },
  });
  it.each([
    ['nothing', [], '1111'],
    ["AWS's", [{ PolicyType: 'aws-managed' }], '0111'],
    ["one's own", [{ PolicyType: 'user-managed' }], '1011'],
    ['inline ones', [{ PolicyType: 'inline' }], '1100'],
    ['one by its ARN', [{ PolicyArn: OWN }], '1011'],
    ['some by wildcards', [{ PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3*' }], '0111'],
    ['an inline one of the user', [inline('p', 'user', 'alice')], '1101'],
    ['an inline one of groups', [inline('p', 'group', 'team-?')], '1110'],
    ['several', [{ PolicyArn: AWS }, inline('p', 'group', '*')], '0110'],
    [
      'what is not there',
      [{ PolicyArn: `${OWN}s` }, inline('q', 'user', 'alice'), { PolicyType: 'rcp' }],
      '1111',
    ],
  ] as const)('%s', (_, excluded, expected) => {
    expect(decisions(...excluded)).toBe(expected);
  });

  it('may be a boundary, and the SCPs of the organization', () => {
    rig.iam(root, 'PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary: OWN });
    expect(decisions()).toBe('0100');
    expect(decisions({ PolicyArn: OWN })).toBe('0000');
    expect(decisions({ PolicyType: 'permission-boundary' })).toBe('1111');

    const org = new OrganizationRig();
    org.enable('SERVICE_CONTROL_POLICY');
    org.user(org.member, 'alice', allow('*'));
    org.policy('SERVICE', MEMBER, deny('s3:*'));
    const simulate = (more: object) =>
      org.iam<Simulation>(org.member, 'SimulatePrincipalPolicy', {
        PolicySourceArn: `arn:aws:iam::${MEMBER}:user/alice`,
        ActionNames,
        ...more,
      }).EvaluationResults[0];
    expect(simulate({})).toMatchObject({
      EvalDecision: 'explicitDeny',
      MatchedStatements: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    });
    expect(simulate({ PolicyExclusionList: [{ PolicyType: 'scp' }] })).toMatchObject({
      EvalDecision: 'allowed',
    });
  });

  it.each([
    [{ PolicyArn: 'arn:aws:iam::aws:policy/*S3*' }],
    [{ PolicyArn: 'arn:aws:iam::*:policy/Own' }],
    [{ PolicyArn: 'arn:aws:iam::aws:role/somebody-else' }],
    [inline('p', 'user', '*a*')],
    [{ PolicyArn: OWN, PolicyType: 'inline' }],
    [{}],
  ])('must be named as AWS says: %j', (identifier) => {
    expect(() => decisions(identifier)).toThrow();
  });
});
