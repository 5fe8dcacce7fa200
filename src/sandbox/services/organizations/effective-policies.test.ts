import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys } from '../testing.ts';
import { deny, MEMBER, OrganizationRig } from './testing.ts';

const NOT_FOUND = /^EffectivePolicyNotFoundException/;

let rig: OrganizationRig;
let unit: string;

beforeEach(() => {
  rig = new OrganizationRig();
  for (const type of ['TAG_POLICY', 'BACKUP_POLICY', 'SERVICE_CONTROL_POLICY']) rig.enable(type);
  unit = rig.unit('prod');
  rig.move(MEMBER, rig.rootId, unit);
});

let made = 0;
const attach = (TargetId: string, document: object, Type = 'TAG_POLICY'): string => {
  const { Policy } = rig.org<{ Policy: { PolicySummary: { Id: string } } }>('CreatePolicy', {
    Name: `p${made++}`,
    Description: '',
    Type,
    Content: JSON.stringify(document),
  });
  const PolicyId = Policy.PolicySummary.Id;
  rig.org('AttachPolicy', { PolicyId, TargetId });
  return PolicyId;
};
const team = (value: object, key = 'Team') => ({ tags: { [key]: { tag_value: value } } });

interface Effective {
  readonly PolicyContent: string;
  readonly LastUpdatedTimestamp: Date;
  readonly TargetId: string;
}
const describePolicy = (keys: Keys = rig.member, input: object = {}): Effective =>
  rig.call<{ EffectivePolicy: Effective }>(keys, 'organizations', 'DescribeEffectivePolicy', {
    PolicyType: 'TAG_POLICY',
    ...input,
  }).EffectivePolicy;
const content = (keys?: Keys, input?: object) => JSON.parse(describePolicy(keys, input).PolicyContent);
const refused = (keys: Keys, input: object = {}) =>
  rig.refusal(keys, 'organizations', 'DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY', ...input });

describe('the effective policy', () => {
  it('is made of what is attached from the root down to the account, as it now reads', () => {
    const top = attach(rig.rootId, team({ '@@assign': ['red', 'blue'] }));
    attach(unit, team({ '@@append': ['green'] }));
    const own = attach(MEMBER, team({ '@@remove': ['red'] }));
    expect(content()).toEqual({ tags: { Team: { tag_value: ['blue', 'green'] } } });
    rig.org('DetachPolicy', { PolicyId: own, TargetId: MEMBER });
    rig.org('UpdatePolicy', { PolicyId: top, Content: JSON.stringify(team({ '@@assign': ['black'] })) });
    expect(content()).toEqual({ tags: { Team: { tag_value: ['black', 'green'] } } });
    rig.move(MEMBER, unit, rig.rootId);
    expect(content()).toEqual({ tags: { Team: { tag_value: ['black'] } } });
  });

  it('of one level has the order of attaching, and detaching and attaching again changes it', () => {
    const first = attach(unit, team({ '@@assign': ['first'] }));
    attach(unit, team({ '@@assign': ['second'] }));
    expect(content()).toEqual({ tags: { Team: { tag_value: ['first'] } } });
    rig.org('DetachPolicy', { PolicyId: first, TargetId: unit });
    rig.org('AttachPolicy', { PolicyId: first, TargetId: unit });
    expect(content()).toEqual({ tags: { Team: { tag_value: ['second'] } } });
  });

  it('takes keys of tags for the same whatever their case, and nothing else', () => {
    attach(rig.rootId, team({ '@@assign': ['red'] }));
    attach(unit, team({ '@@append': ['blue'] }, 'TEAM'));
    expect(content()).toEqual({ tags: { Team: { tag_value: ['red', 'blue'] } } });
    const plan = (name: string) => ({ plans: { [name]: { regions: { '@@assign': ['us-east-1'] } } } });
    attach(rig.rootId, plan('Daily'), 'BACKUP_POLICY');
    attach(unit, plan('daily'), 'BACKUP_POLICY');
    const { plans } = content(rig.member, { PolicyType: 'BACKUP_POLICY' });
    expect(Object.keys(plans)).toEqual(['Daily', 'daily']);
  });

  it('is none without a policy, without a setting, and when the type is disabled', () => {
    expect(refused(rig.member)).toMatch(NOT_FOUND);
    attach(MEMBER, { tags: {} });
    expect(refused(rig.member)).toMatch(NOT_FOUND);
    attach(rig.rootId, team({ '@@assign': ['red'] }));
    expect(content()).toBeDefined();
    rig.org('DisablePolicyType', { RootId: rig.rootId, PolicyType: 'TAG_POLICY' });
    expect(refused(rig.member)).toMatch(NOT_FOUND);
    expect(refused(rig.stranger)).toMatch(/^AWSOrganizationsNotInUse/);
  });

  it('says since when it is what it is', () => {
    attach(rig.rootId, team({ '@@assign': ['red'] }));
    const attached = describePolicy().LastUpdatedTimestamp;
    expect(attached).toEqual(new Date(rig.now));
    rig.now += 60_000;
    expect(describePolicy().LastUpdatedTimestamp).toEqual(attached);
    rig.move(MEMBER, unit, rig.rootId);
    expect(describePolicy().LastUpdatedTimestamp).toEqual(new Date(rig.now));
  });
});

describe('who may ask for it', () => {
  beforeEach(() => {
    attach(rig.rootId, team({ '@@assign': ['red'] }));
  });

  it('is everybody for the own account, the management account and delegates for others', () => {
    expect(describePolicy().TargetId).toBe(MEMBER);
    expect(describePolicy(rig.member, { TargetId: MEMBER }).TargetId).toBe(MEMBER);
    expect(describePolicy(rig.management, { TargetId: MEMBER }).TargetId).toBe(MEMBER);
    expect(describePolicy(rig.management).TargetId).toBe('111111111111');
    const TargetId = '111111111111';
    expect(refused(rig.member, { TargetId })).toMatch(/^AccessDeniedException/);
    rig.org('EnableAWSServiceAccess', { ServicePrincipal: 'backup.amazonaws.com' });
    rig.org('RegisterDelegatedAdministrator', {
      AccountId: MEMBER,
      ServicePrincipal: 'backup.amazonaws.com',
    });
    expect(describePolicy(rig.member, { TargetId }).TargetId).toBe(TargetId);
    for (const id of [rig.rootId, unit])
      expect(refused(rig.management, { TargetId: id })).toMatch(/^InvalidInputException/);
    expect(refused(rig.management, { TargetId: '999999999999' })).toMatch(/^TargetNotFoundException/);
  });

  it('needs permission for the account and the type', () => {
    const reader = rig.user(
      rig.member,
      'reader',
      allow(
        'organizations:DescribeEffectivePolicy',
        `arn:aws:organizations::111111111111:account/${rig.organizationId}/${MEMBER}`,
        { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } },
      ),
    );
    expect(content(reader)).toBeDefined();
    expect(refused(reader, { PolicyType: 'BACKUP_POLICY' })).toContain('not authorized to perform');
    rig.policy('SERVICE', MEMBER, deny('organizations:DescribeEffectivePolicy'));
    expect(refused(reader)).toContain('service control policy');
  });
});
