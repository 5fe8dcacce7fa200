import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const ACCOUNT = '489157521585';
const BOUNDS = `arn:aws:iam::${ACCOUNT}:policy/bounds`;

let rig: Rig;
let root: Keys;

const iam = <T = Record<string, unknown>>(operation: string, input: object = {}) =>
  rig.iam<T>(root, operation, input);
const denied = (keys: Keys, operation: string, input: object) => rig.refusal(keys, 'iam', operation, input);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  iam('CreatePolicy', { PolicyName: 'bounds', PolicyDocument: JSON.stringify(allow('*')) });
});

describe('iam:PermissionsBoundary', () => {
  it('is a key of writes, and of no read of a policy', () => {
    iam('CreateRole', {
      RoleName: 'r',
      AssumeRolePolicyDocument: trust(ACCOUNT),
      PermissionsBoundary: BOUNDS,
    });
    const own = { RoleName: 'r', PolicyName: 'own' };
    iam('PutRolePolicy', { ...own, PolicyDocument: JSON.stringify(allow('s3:*')) });
    const bounded = rig.user(
      root,
      'bounded',
      allow('iam:*', '*', { StringEquals: { 'iam:PermissionsBoundary': BOUNDS } }),
    );
    for (const [operation, input] of [
      ['GetRolePolicy', own],
      ['ListRolePolicies', { RoleName: 'r' }],
      ['ListAttachedRolePolicies', { RoleName: 'r' }],
    ] as const) {
      expect(denied(bounded, operation, input)).toMatch(/^AccessDenied/);
    }
    expect(rig.iam(bounded, 'GetRole', { RoleName: 'r' })).toBeDefined();
    rig.iam(bounded, 'DeleteRolePolicy', own);
    rig.iam(bounded, 'UpdateRole', { RoleName: 'r' });
    rig.iam(bounded, 'DeleteRole', { RoleName: 'r' });
  });
});

describe('iam:ResourceTag', () => {
  it('is a key of users and roles; the tags of all else are under aws:ResourceTag', () => {
    const Tags = [{ Key: 'team', Value: 'a' }];
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/p`;
    iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: JSON.stringify(allow('s3:*')), Tags });
    iam('CreateUser', { UserName: 'u', Tags });
    const reader = (prefix: string) =>
      rig.user(
        root,
        prefix,
        allow('iam:Get*', '*', { StringEquals: { [`${prefix}:ResourceTag/team`]: 'a' } }),
      );
    const [byIam, byAws] = [reader('iam'), reader('aws')];
    expect(denied(byIam, 'GetPolicy', { PolicyArn })).toMatch(/^AccessDenied/);
    expect(rig.iam(byIam, 'GetUser', { UserName: 'u' })).toBeDefined();
    expect(rig.iam(byAws, 'GetPolicy', { PolicyArn })).toBeDefined();
    expect(rig.iam(byAws, 'GetUser', { UserName: 'u' })).toBeDefined();
  });

  it('is known where a user or role is named by its ARN', () => {
    iam('CreateUser', { UserName: 'red', Tags: [{ Key: 'team', Value: 'red' }] });
    iam('CreateUser', { UserName: 'blue' });
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
    const auditor = rig.user(root, 'auditor', allow('iam:*', '*', Condition));
    const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
    const simulation = (name: string) => ({ PolicySourceArn: arn(name), ActionNames: ['s3:GetObject'] });
    expect(rig.iam(auditor, 'SimulatePrincipalPolicy', simulation('red'))).toBeDefined();
    expect(denied(auditor, 'SimulatePrincipalPolicy', simulation('blue'))).toMatch(/^AccessDenied/);
    expect(rig.iam(auditor, 'GenerateServiceLastAccessedDetails', { Arn: arn('red') })).toBeDefined();
    expect(denied(auditor, 'GenerateServiceLastAccessedDetails', { Arn: arn('blue') })).toMatch(
      /^AccessDenied/,
    );
  });
});

describe('iam:AssociatedResourceArn', () => {
  it('of a role that instances get names all instances of the account', () => {
    iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) });
    const adder = (name: string, instances: string) =>
      rig.user(root, name, {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' },
          {
            Effect: 'Allow',
            Action: 'iam:PassRole',
            Resource: '*',
            Condition: { ArnLike: { 'iam:AssociatedResourceArn': instances } },
          },
        ],
      });
    const input = { InstanceProfileName: 'p', RoleName: 'r' };
    iam('CreateInstanceProfile', { InstanceProfileName: 'p' });
    const one = adder('one', `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0123456789abcdef0`);
    expect(denied(one, 'AddRoleToInstanceProfile', input)).toContain('iam:PassRole');
    rig.iam(adder('all', `arn:aws:ec2:*:${ACCOUNT}:instance/*`), 'AddRoleToInstanceProfile', input);
  });
});
