import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const ACCOUNT = '489157521585';
const AWS_POLICY = 'arn:aws:iam::aws:policy/AdministratorAccess';
const tag = (Key: string, Value = '1') => ({ Key, Value });

let rig: Rig;
let root: Keys;

const iam = <T = Record<string, unknown>>(operation: string, input: object = {}) =>
  rig.iam<T>(root, operation, input);
const fails = (operation: string, input: object = {}, keys = root) =>
  rig.refusal(keys, 'iam', operation, input);
const tagsOf = (operation: string, input: object) => iam<{ Tags: object[] }>(operation, input).Tags;

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('tag keys', () => {
  it('of users and roles are given once, whatever their case, or nothing happens', () => {
    const twice = { Tags: [tag('Team'), tag('team')] };
    const duplicate =
      'InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.';
    expect(fails('CreateUser', { UserName: 'alice', ...twice })).toBe(duplicate);
    iam('CreateUser', { UserName: 'alice', Tags: [tag('Team')] });
    expect(fails('TagUser', { UserName: 'alice', Tags: [tag('new'), ...twice.Tags] })).toBe(duplicate);
    expect(tagsOf('ListUserTags', { UserName: 'alice' })).toEqual([tag('Team')]);
    const role = { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) };
    expect(fails('CreateRole', { ...role, ...twice })).toBe(duplicate);
    expect(fails('GetRole', { RoleName: 'r' })).toMatch(/^NoSuchEntity/);
    iam('CreateRole', { ...role, Tags: [tag('Team'), tag('other')] });
  });

  it('of everything else are told apart by their case, in untagging too', () => {
    iam('CreateInstanceProfile', { InstanceProfileName: 'p', Tags: [tag('Team', 'a'), tag('team', 'b')] });
    const input = { InstanceProfileName: 'p' };
    iam('TagInstanceProfile', { ...input, Tags: [tag('TEAM', 'c'), tag('team', 'd')] });
    iam('UntagInstanceProfile', { ...input, TagKeys: ['TEAM'] });
    expect(tagsOf('ListInstanceProfileTags', input)).toEqual([tag('Team', 'a'), tag('team', 'd')]);
    expect(fails('TagInstanceProfile', { ...input, Tags: [tag('x'), tag('x')] })).toBe(
      'InvalidInput: Duplicate tag keys found.',
    );
  });

  it.each([tag('aws:cloudformation:stack-name'), tag('AWS:x'), tag('stack', 'aws:x')])(
    'and values that begin with aws: are AWS’s: %o',
    (reserved) => {
      expect(fails('CreateUser', { UserName: 'alice', Tags: [reserved] })).toMatch(/^InvalidInput/);
      iam('CreateUser', { UserName: 'alice' });
      expect(fails('TagUser', { UserName: 'alice', Tags: [reserved] })).toMatch(/^InvalidInput/);
      iam('TagUser', { UserName: 'alice', Tags: [tag('laws:x', 'my aws:x')] });
    },
  );
});

describe('tags', () => {
  it("of AWS's own policies are nobody's to change", () => {
    expect(fails('TagPolicy', { PolicyArn: AWS_POLICY, Tags: [tag('a')] })).toMatch(/^AccessDenied/);
    expect(fails('UntagPolicy', { PolicyArn: AWS_POLICY, TagKeys: ['a'] })).toMatch(/^AccessDenied/);
    expect(tagsOf('ListPolicyTags', { PolicyArn: AWS_POLICY })).toEqual([]);
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/own`;
    iam('CreatePolicy', { PolicyName: 'own', PolicyDocument: JSON.stringify(allow('s3:*')) });
    iam('TagPolicy', { PolicyArn, Tags: [tag('a')] });
    expect(tagsOf('ListPolicyTags', { PolicyArn })).toEqual([tag('a')]);
  });

  it('cannot be given by making something, without the permission to tag it', () => {
    const maker = rig.user(root, 'maker', allow(['iam:CreateUser', 'iam:CreateRole', 'iam:CreatePolicy']));
    const Tags = [tag('team', 'admin')];
    expect(fails('CreateUser', { UserName: 'x', Tags }, maker)).toContain('iam:TagUser on resource: user x');
    const role = { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) };
    expect(fails('CreateRole', { ...role, Tags }, maker)).toContain('iam:TagRole');
    const policy = { PolicyName: 'p', PolicyDocument: JSON.stringify(allow('s3:*')) };
    expect(fails('CreatePolicy', { ...policy, Tags }, maker)).toContain('iam:TagPolicy');
    rig.iam(maker, 'CreateUser', { UserName: 'x' });
    rig.iam(maker, 'CreateRole', { ...role, Tags: [] });
    rig.iam(maker, 'CreatePolicy', policy);
    const tagger = rig.user(
      root,
      'tagger',
      allow(['iam:CreateUser', 'iam:TagUser'], '*', { StringEquals: { 'aws:RequestTag/team': 'red' } }),
    );
    expect(fails('CreateUser', { UserName: 'y', Tags }, tagger)).toContain('iam:CreateUser');
    rig.iam(tagger, 'CreateUser', { UserName: 'y', Tags: [tag('team', 'red')] });
  });

  it('are not told by lists, for which there are permissions of their own', () => {
    iam('CreateInstanceProfile', { InstanceProfileName: 'p', Tags: [tag('owner')] });
    iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) });
    iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'r' });
    rig.iam(root, 'CreateUser', { UserName: 'alice', Tags: [tag('owner')] });
    rig.mfa(root, 'alice');
    for (const [operation, input] of [
      ['ListInstanceProfiles', {}],
      ['ListInstanceProfilesForRole', { RoleName: 'r' }],
      ['ListVirtualMFADevices', {}],
    ] as const) {
      expect(JSON.stringify(iam(operation, input))).not.toContain('owner');
    }
    expect(iam('GetInstanceProfile', { InstanceProfileName: 'p' })).toMatchObject({
      InstanceProfile: { Tags: [tag('owner')] },
    });
  });
});
