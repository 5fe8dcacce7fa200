import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';
import type { Assumed } from './testing.ts';

const HOME = '489157521585';
const TARGET = '657654036224';
const ROLE = `arn:aws:iam::${TARGET}:role/target`;

let rig: Rig;
let home: Keys;
let target: Keys;
let alice: Keys;

const role = (Condition: object | undefined, ...actions: string[]) =>
  rig.iam(target, 'CreateRole', {
    RoleName: 'target',
    AssumeRolePolicyDocument: trust([HOME, TARGET], Condition, ['sts:AssumeRole', ...actions]),
  });
const input = (more: object) => ({ RoleArn: ROLE, RoleSessionName: 'session', ...more });
const assume = (more: object = {}, keys = alice) =>
  rig.sts<Assumed>(keys, 'AssumeRole', input(more)).Credentials;
const refused = (more: object = {}, keys = alice) => rig.refusal(keys, 'sts', 'AssumeRole', input(more));
const permit = (document: object) =>
  rig.iam(target, 'PutRolePolicy', {
    RoleName: 'target',
    PolicyName: 'own',
    PolicyDocument: JSON.stringify(document),
  });

beforeEach(() => {
  rig = new Rig();
  home = rig.account(HOME);
  target = rig.account(TARGET);
  alice = rig.user(home, 'alice', allow('sts:*'));
});

describe('variables in a trust policy', () => {
  it('make the session be named after the user', () => {
    role({ StringEquals: { 'sts:RoleSessionName': `\${aws:username}` } });
    expect(refused()).toContain('not authorized');
    expect(assume({ RoleSessionName: 'alice' })).toBeDefined();
    const Alice = rig.user(home, 'Alice2', allow('sts:*'));
    expect(refused({ RoleSessionName: 'alice' }, Alice)).toContain('not authorized');
  });

  it('make the source identity be the user', () => {
    role({ StringLike: { 'sts:SourceIdentity': `\${aws:username}` } }, 'sts:SetSourceIdentity');
    expect(refused()).toContain('not authorized');
    expect(refused({ SourceIdentity: 'bob' })).toContain('not authorized');
    expect(refused({ SourceIdentity: '*' })).toContain('not authorized');
    expect(assume({ SourceIdentity: 'alice' })).toBeDefined();
  });

  it('compare the tags of the caller with those of the request and of the role', () => {
    rig.iam(home, 'TagUser', { UserName: 'alice', Tags: [{ Key: 'team', Value: 'red' }] });
    rig.iam(target, 'CreateRole', {
      RoleName: 'target',
      Tags: [{ Key: 'team', Value: 'red' }],
      AssumeRolePolicyDocument: trust(
        HOME,
        {
          StringEquals: {
            'aws:RequestTag/team': `\${aws:PrincipalTag/team}`,
            'aws:ResourceTag/team': `\${aws:PrincipalTag/team}`,
          },
        },
        ['sts:AssumeRole', 'sts:TagSession'],
      ),
    });
    const Tags = (Value: string) => ({ Tags: [{ Key: 'team', Value }] });
    expect(refused(Tags('blue'))).toContain('not authorized');
    expect(refused(Tags(`\${aws:PrincipalTag/team}`))).not.toContain('allowed');
    expect(assume(Tags('red'))).toBeDefined();
    rig.iam(home, 'UntagUser', { UserName: 'alice', TagKeys: ['team'] });
    expect(refused(Tags('red'))).toContain('not authorized');
  });
});

describe('a trust policy', () => {
  it('has no NotPrincipal, no Resource, and no actions but those of assuming', () => {
    const create = (statement: object) =>
      rig.refusal(target, 'iam', 'CreateRole', {
        RoleName: 'target',
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      });
    const everybody = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    const { Principal: _, ...nobody } = everybody;
    for (const Effect of ['Allow', 'Deny'])
      expect(create({ ...nobody, Effect, NotPrincipal: { AWS: HOME } })).toMatch(/^MalformedPolicyDocument/);
    expect(create({ ...everybody, Resource: '*' })).toMatch(/^MalformedPolicyDocument/);
    expect(create({ ...everybody, Action: 's3:GetObject' })).toMatch(/^MalformedPolicyDocument/);
  });

  it('limits which tags can be made transitive', () => {
    role(
      { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['team'], 'aws:TagKeys': ['team', 'cost'] } },
      'sts:TagSession',
    );
    const Tags = [
      { Key: 'team', Value: 'red' },
      { Key: 'cost', Value: '7' },
    ];
    expect(assume({ Tags, TransitiveTagKeys: ['team'] })).toBeDefined();
    expect(assume({ Tags })).toBeDefined();
    expect(refused({ Tags, TransitiveTagKeys: ['team', 'cost'] })).toContain('not authorized');
    expect(refused({ Tags: [...Tags, { Key: 'root', Value: '1' }] })).toContain('not authorized');
  });
});

describe('what a session hands on when it assumes the next role', () => {
  const Tags = [{ Key: 'team', Value: 'red' }];
  const chained = (Condition: object | undefined, ...actions: string[]) => {
    rig.iam(target, 'CreateRole', {
      RoleName: 'next',
      AssumeRolePolicyDocument: trust(TARGET, Condition, ['sts:AssumeRole', ...actions]),
    });
    const RoleArn = ROLE.replace('target', 'next');
    return {
      refused: (keys: Keys, more: object = {}) => refused({ RoleArn, ...more }, keys),
      assume: (keys: Keys, more: object = {}) => assume({ RoleArn, ...more }, keys),
    };
  };

  beforeEach(() => {
    role(undefined, 'sts:TagSession', 'sts:SetSourceIdentity');
    permit(allow('sts:*'));
  });

  it('are transitive tags, which need sts:TagSession there, too', () => {
    const next = chained(undefined);
    expect(next.assume(assume({ Tags }))).toBeDefined();
    expect(next.refused(assume({ Tags, TransitiveTagKeys: ['team'] }))).toContain('sts:TagSession');
  });

  it('are principal tags for the next trust policy, not request tags: nobody asks for them', () => {
    const next = chained(
      {
        StringEquals: { 'aws:PrincipalTag/team': 'red' },
        Null: { 'aws:RequestTag/team': 'true', 'aws:TagKeys': 'true', 'sts:TransitiveTagKeys': 'true' },
      },
      'sts:TagSession',
    );
    const last = next.assume(assume({ Tags, TransitiveTagKeys: ['team'] }));
    const found = rig.cloud.findCredentials(last.AccessKeyId, last.SessionToken, rig.now);
    expect(found.ok && found.caller.session).toMatchObject({
      tags: { team: 'red' },
      transitiveTagKeys: ['team'],
    });
    expect(
      next.refused(assume({ Tags: [{ Key: 'team', Value: 'blue' }], TransitiveTagKeys: ['team'] })),
    ).toContain('not authorized');
  });

  it('is the source identity, which needs sts:SetSourceIdentity there, too, and is the same ever after', () => {
    const first = assume({ SourceIdentity: 'alice' });
    const next = chained({ StringEquals: { 'sts:SourceIdentity': 'alice' } }, 'sts:SetSourceIdentity');
    expect(next.assume(first)).toBeDefined();
    expect(next.assume(first, { SourceIdentity: 'alice' })).toBeDefined();
    expect(next.refused(first, { SourceIdentity: 'bob' })).not.toBe('');
    expect(next.refused(assume({ SourceIdentity: 'bob' }))).toContain('not authorized');
    rig.iam(target, 'UpdateAssumeRolePolicy', { RoleName: 'next', PolicyDocument: trust(TARGET) });
    expect(next.refused(first)).toContain('sts:SetSourceIdentity');
  });
});
