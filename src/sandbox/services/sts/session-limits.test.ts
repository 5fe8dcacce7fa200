import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';
import type { Assumed } from './testing.ts';

const ACCOUNT = '489157521585';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Auditor`;
const team = { Key: 'team', Value: 'blue' };

let rig: Rig;
let user: Keys;

const input = (more: object) => ({ RoleArn: ROLE, RoleSessionName: 'audit', ...more });
const assume = (keys: Keys, more: object = {}) => rig.sts<Assumed>(keys, 'AssumeRole', input(more));
const refused = (more: object, keys = user) => rig.refusal(keys, 'sts', 'AssumeRole', input(more));

beforeEach(() => {
  rig = new Rig();
  const root = rig.account(ACCOUNT);
  user = rig.user(root, 'alice', allow('sts:*'));
  rig.iam(root, 'CreateRole', {
    RoleName: 'Auditor',
    AssumeRolePolicyDocument: trust(ACCOUNT, undefined, ['sts:AssumeRole', 'sts:TagSession']),
  });
  rig.iam(root, 'PutRolePolicy', {
    RoleName: 'Auditor',
    PolicyName: 'onward',
    PolicyDocument: JSON.stringify(allow('sts:*')),
  });
});

describe('what a caller may put into a session', () => {
  it('is no tag that is reserved to AWS, whatever its case', () => {
    for (const Key of ['aws:cloudformation:stack-name', 'AWS:x', 'aws:']) {
      expect(refused({ Tags: [{ Key, Value: '1' }] })).toMatch(/^InvalidParameterValue/);
    }
    expect(assume(user, { Tags: [{ Key: 'awsome', Value: '1' }] }).Credentials).toBeDefined();
  });

  it('is no key twice, and no transitive key without its tag', () => {
    expect(refused({ Tags: [team, { Key: 'TEAM', Value: 'red' }] })).toContain('Duplicate tag keys');
    expect(refused({ TransitiveTagKeys: ['team'] })).toMatch(/^InvalidParameterValue/);
    expect(refused({ Tags: [team], TransitiveTagKeys: ['cost'] })).toMatch(/^InvalidParameterValue/);
    expect(assume(user, { Tags: [team], TransitiveTagKeys: ['Team'] }).Credentials).toBeDefined();
  });

  it('is no context that STS has not made itself', () => {
    const ProviderArn = 'arn:aws:iam::aws:contextProvider/IdentityCenter';
    expect(refused({ ProvidedContexts: [{ ProviderArn, ContextAssertion: 'forged' }] })).toMatch(
      /^ValidationError/,
    );
    expect(assume(user, { ProvidedContexts: [] }).Credentials).toBeDefined();
  });

  it('has to fit, with what is inherited: a chain does not grow without end', () => {
    const tags = (from: number) =>
      Array.from({ length: 20 }, (_, i) => ({
        Key: `key-${from + i}`,
        // Nothing that could be packed.
        Value: createHash('sha512')
          .update(`${from + i}`)
          .digest('hex'),
      }));
    let keys: Keys = user;
    let hops = 0;
    const hop = () => {
      const Tags = tags(hops * 20);
      keys = assume(keys, { Tags, TransitiveTagKeys: Tags.map(({ Key }) => Key) }).Credentials;
      hops++;
    };
    expect(() => {
      while (hops < 20) hop();
    }).toThrow('Packed size');
    expect(hops).toBeGreaterThan(0);
  });
});

describe('the record of a chained AssumeRole', () => {
  it('has the tags that came in with the calling session, as CloudTrail documents it', () => {
    const first = assume(user, {
      Tags: [team, { Key: 'cost', Value: '7' }],
      TransitiveTagKeys: ['team'],
    }).Credentials;
    rig.cloud.takeRecords();
    assume(first, { Tags: [{ Key: 'email', Value: 'a@example.com' }] });
    assume(user);
    expect(rig.cloud.takeRecords().map(({ requestParameters }) => requestParameters)).toEqual([
      {
        incomingTransitiveTags: { team: 'blue' },
        roleArn: ROLE,
        roleSessionName: 'audit',
        tags: [{ key: 'email', value: 'a@example.com' }],
      },
      { roleArn: ROLE, roleSessionName: 'audit' },
    ]);
  });
});
