import { describe, expect, it } from 'vitest';
import { deny, MEMBER, OrganizationRig } from './testing.ts';

const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';

const attachedTo = (rig: OrganizationRig, TargetId: string, Filter = SCP) =>
  rig
    .org<{ Policies: { Id: string }[] }>('ListPoliciesForTarget', { TargetId, Filter })
    .Policies.map(({ Id }) => Id);

const create = (Content: string, Type = SCP, Name = 'x') => ({ Name, Description: '', Type, Content });
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

describe('policy types', () => {
  it('are off at first; enabling one attaches AWS’s policy everywhere, also to what comes later', () => {
    const rig = new OrganizationRig();
    const unit = rig.unit('prod');
    expect(attachedTo(rig, unit)).toEqual([]);
    rig.enable(SCP);
    rig.enable(RCP);
    expect(rig.orgRefusal('EnablePolicyType', { RootId: rig.rootId, PolicyType: SCP })).toMatch(
      /^PolicyTypeAlreadyEnabledException/,
    );
    const later = rig.unit('later', unit);
    const { accountId } = rig.created('log');
    for (const target of [rig.rootId, unit, later, MEMBER, accountId]) {
      expect(attachedTo(rig, target)).toEqual(['p-FullAWSAccess']);
      expect(attachedTo(rig, target, RCP)).toEqual(['p-RCPFullAWSAccess']);
    }
  });

  it('let go of all attachments when they are disabled', () => {
    const rig = new OrganizationRig();
    rig.enable(SCP);
    const PolicyId = rig.policy('SERVICE', MEMBER, deny('s3:*'));
    rig.org('DisablePolicyType', { RootId: rig.rootId, PolicyType: SCP });
    expect(rig.orgRefusal('AttachPolicy', { PolicyId, TargetId: MEMBER })).toMatch(
      /^PolicyTypeNotEnabledException/,
    );
    expect(rig.orgRefusal('DisablePolicyType', { RootId: rig.rootId, PolicyType: SCP })).toMatch(
      /^PolicyTypeNotEnabledException/,
    );
    expect(attachedTo(rig, MEMBER)).toEqual([]);
    rig.enable(SCP);
    expect(attachedTo(rig, MEMBER)).toEqual(['p-FullAWSAccess']);
  });

  it('need all features', () => {
    const rig = new OrganizationRig('CONSOLIDATED_BILLING');
    expect(rig.orgRefusal('EnablePolicyType', { RootId: rig.rootId, PolicyType: SCP })).toMatch(
      /^PolicyTypeNotAvailableForOrganizationException/,
    );
    expect(rig.orgRefusal('CreatePolicy', create(document(deny('s3:*'))))).toMatch(/^PolicyTypeNotAvailable/);
  });
});

describe('attachments', () => {
  it('of SCPs are one at least and ten at most, of RCPs five with the one that cannot be detached', () => {
    const rig = new OrganizationRig();
    rig.enable(SCP);
    rig.enable(RCP);
    expect(rig.orgRefusal('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: MEMBER })).toMatch(
      /^ConstraintViolationException: You cannot remove the last policy/,
    );
    expect(rig.orgRefusal('DetachPolicy', { PolicyId: 'p-RCPFullAWSAccess', TargetId: MEMBER })).toMatch(
      /^InvalidInputException/,
    );
    for (let i = 0; i < 9; i++) rig.policy('SERVICE', MEMBER, deny(`s3:Get${i}*`));
    for (let i = 0; i < 4; i++) rig.policy('RESOURCE', MEMBER, { Principal: '*', ...deny('s3:*') });
    const scp = rig.policy('SERVICE', undefined, deny('s3:*'));
    const rcp = rig.policy('RESOURCE', undefined, { Principal: '*', ...deny('s3:*') });
    for (const PolicyId of [scp, rcp])
      expect(rig.orgRefusal('AttachPolicy', { PolicyId, TargetId: MEMBER })).toMatch(
        /^ConstraintViolationException: You have attached the maximum/,
      );
    rig.org('AttachPolicy', { PolicyId: scp, TargetId: rig.rootId });
    expect(rig.orgRefusal('AttachPolicy', { PolicyId: scp, TargetId: rig.rootId })).toMatch(
      /^DuplicatePolicyAttachmentException/,
    );
  });

  it('keep a policy from being deleted', () => {
    const rig = new OrganizationRig();
    rig.enable(SCP);
    const PolicyId = rig.policy('SERVICE', MEMBER, deny('s3:*'));
    expect(rig.orgRefusal('DeletePolicy', { PolicyId })).toMatch(/^PolicyInUseException/);
    rig.org('DetachPolicy', { PolicyId, TargetId: MEMBER });
    expect(rig.orgRefusal('DetachPolicy', { PolicyId, TargetId: MEMBER })).toMatch(/^PolicyNotAttached/);
    rig.org('DeletePolicy', { PolicyId });
    expect(rig.orgRefusal('DescribePolicy', { PolicyId })).toMatch(/^PolicyNotFoundException/);
  });
});

describe('documents', () => {
  it('are refused when they are no SCP or RCP, or too long', () => {
    const rig = new OrganizationRig();
    const bad: [string, string][] = [
      ['{', SCP],
      [document({ ...deny('s3:*'), Principal: '*' }), SCP],
      [document(deny('s3:*')), RCP],
      [document({ ...deny('s3:*'), Principal: { AWS: MEMBER } }), RCP],
      [document({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }), RCP],
      ['[]', 'TAG_POLICY'],
      ['{"nonsense":{}}', 'TAG_POLICY'],
    ];
    for (const [text, type] of bad)
      expect(rig.orgRefusal('CreatePolicy', create(text, type)), text).toMatch(
        /^MalformedPolicyDocumentException/,
      );
    const long = (size: number) => document(deny('s3:*')).padEnd(size);
    rig.org('CreatePolicy', create(long(10_240)));
    expect(rig.orgRefusal('CreatePolicy', create(long(10_241), SCP, 'y'))).toMatch(/^ConstraintViolation/);
  });

  it('cannot be changed when AWS manages them, and names are unique in a type', () => {
    const rig = new OrganizationRig();
    expect(rig.orgRefusal('UpdatePolicy', { PolicyId: 'p-FullAWSAccess', Name: 'mine' })).toMatch(
      /^InvalidInputException/,
    );
    expect(rig.orgRefusal('DeletePolicy', { PolicyId: 'p-FullAWSAccess' })).toMatch(/^InvalidInputException/);
    rig.org('CreatePolicy', create(document(deny('s3:*'))));
    expect(rig.orgRefusal('CreatePolicy', create(document(deny('s3:*'))))).toMatch(
      /^DuplicatePolicyException/,
    );
    rig.org('CreatePolicy', create('{}', 'TAG_POLICY'));
  });

  it('are left as they were by an update that fails', () => {
    const rig = new OrganizationRig();
    const PolicyId = rig.policy('SERVICE', undefined, deny('s3:*'));
    const before = rig.org('DescribePolicy', { PolicyId });
    expect(rig.orgRefusal('UpdatePolicy', { PolicyId, Name: 'new', Content: '{' })).toMatch(/^Malformed/);
    expect(rig.org('DescribePolicy', { PolicyId })).toEqual(before);
  });
});
