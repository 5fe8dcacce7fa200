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

describe('policies', () => {
  const version = (more: object = {}) =>
    iam('CreatePolicyVersion', { PolicyArn: policyArn('P'), PolicyDocument: read, ...more });

  it('have five versions at most, numbered on, and keep their default', () => {
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    for (let i = 0; i < 4; i++) version();
    expect(fails('CreatePolicyVersion', { PolicyArn: policyArn('P'), PolicyDocument: read })).toMatch(
      /^LimitExceeded: A managed policy can have up to 5 versions/,
    );
    expect(fails('DeletePolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v1' })).toBe(
      'DeleteConflict: Cannot delete the default version of a policy.',
    );
    iam('DeletePolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v5' });
    expect(version()).toMatchObject({ PolicyVersion: { VersionId: 'v6', IsDefaultVersion: false } });
    expect(fails('GetPolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v5' })).toMatch(
      /^NoSuchEntity/,
    );
    expect(iam('GetPolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v1' })).toMatchObject({
      PolicyVersion: { Document: encodeURIComponent(read).replaceAll('*', '%2A'), IsDefaultVersion: true },
    });
  });

  it('cannot be deleted while they are used or have versions', () => {
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: read });
    iam('CreateUser', { UserName: 'alice' });
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') });
    expect(fails('DeletePolicy', { PolicyArn: policyArn('P') })).toBe(
      'DeleteConflict: Cannot delete a policy attached to entities.',
    );
    expect(iam('ListEntitiesForPolicy', { PolicyArn: policyArn('P') })).toMatchObject({
      PolicyUsers: [{ UserName: 'alice' }],
      PolicyRoles: [],
    });
    iam('DetachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') });
    expect(fails('DetachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') })).toMatch(
      /^NoSuchEntity/,
    );
    version();
    expect(fails('DeletePolicy', { PolicyArn: policyArn('P') })).toContain('more than one version');
    iam('DeletePolicyVersion', { PolicyArn: policyArn('P'), VersionId: 'v2' });
    iam('DeletePolicy', { PolicyArn: policyArn('P') });
    expect(fails('GetPolicy', { PolicyArn: policyArn('P') })).toMatch(/^NoSuchEntity/);
  });

  it("of AWS can be attached, read and not changed; unknown ones don't exist", () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(iam('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { AttachmentCount: 0 } });
    iam('CreateUser', { UserName: 'alice' });
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn });
    expect(iam('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { AttachmentCount: 1 } });
    const other = rig.account('111122223333');
    expect(rig.iam(other, 'GetPolicy', { PolicyArn })).toMatchObject({ Policy: { AttachmentCount: 0 } });
    expect(fails('CreatePolicyVersion', { PolicyArn, PolicyDocument: read })).toMatch(/^AccessDenied/);
    expect(fails('DeletePolicy', { PolicyArn })).toMatch(/^AccessDenied/);
    const unknown = 'arn:aws:iam::aws:policy/NoSuchAccess';
    expect(fails('AttachUserPolicy', { UserName: 'alice', PolicyArn: unknown })).toBe(
      `NoSuchEntity: Policy ${unknown} does not exist or is not attachable.`,
    );
  });

  it('have quotas: managed, inline per holder, trust, attachments', () => {
    const big = (size: number) => JSON.stringify(allow('ec2:Describe*', `arn:aws:ec2:::${'x'.repeat(size)}`));
    expect(fails('CreatePolicy', { PolicyName: 'P', PolicyDocument: big(6_100) })).toBe(
      'LimitExceeded: Cannot exceed quota for PolicySize: 6144',
    );
    iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: big(6_000) });
    iam('CreateUser', { UserName: 'alice' });
    const put = (PolicyName: string, size: number) => ({
      UserName: 'alice',
      PolicyName,
      PolicyDocument: big(size),
    });
    iam('PutUserPolicy', put('a', 1_500));
    expect(fails('PutUserPolicy', put('b', 500))).toBe(
      'LimitExceeded: Maximum policy size of 2048 bytes exceeded for user alice',
    );
    iam('PutUserPolicy', put('a', 1_600));
    const many = Array.from({ length: 60 }, (_, i) => `arn:aws:iam::111122223333:role/workload-role-${i}`);
    expect(fails('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(many) })).toBe(
      'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    );
    for (let i = 0; i < 10; i++) {
      iam('CreatePolicy', { PolicyName: `P${i}`, PolicyDocument: read });
      iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn(`P${i}`) });
    }
    expect(fails('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P') })).toBe(
      'LimitExceeded: Cannot exceed quota for PoliciesPerUser: 10',
    );
    iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: policyArn('P0') });
  });

  it('must be well formed for their use', () => {
    const create = (PolicyDocument: string) => fails('CreatePolicy', { PolicyName: 'P', PolicyDocument });
    expect(create('{')).toBe('MalformedPolicyDocument: This policy contains invalid Json');
    expect(create(trust(ACCOUNT))).toMatch(/^MalformedPolicyDocument/);
    expect(
      create('{"Version":"2012-10-17","Statement":[{"Effect":"Permit","Action":"*","Resource":"*"}]}'),
    ).toMatch(/^MalformedPolicyDocument/);
    const role = (AssumeRolePolicyDocument: string) =>
      fails('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
    expect(role(read)).toMatch(/^MalformedPolicyDocument/);
    expect(role(trust(ACCOUNT).replace('"Action"', '"Resource":"*","Action"'))).toBe(
      'MalformedPolicyDocument: Has prohibited field Resource',
    );
  });
});

describe('principals of a trust policy', () => {
  const create = (AWS: string) => ({ RoleName: 'r', AssumeRolePolicyDocument: trust(AWS) });

  it.each([
    `arn:aws:iam::${ACCOUNT}:user/nobody`,
    `arn:aws:iam::${ACCOUNT}:role/nothing`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/nothing/session`,
    `arn:aws:iam::${ACCOUNT}:group/people`,
    `arn:aws:iam::${ACCOUNT}:user/*`,
    'AIDAAAAAAAAAAAAAAAAAA',
    'nonsense',
  ])('that are none: %s', (principal) => {
    expect(fails('CreateRole', create(principal))).toBe(
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${principal}"`,
    );
  });

  it.each([
    `arn:aws:iam::${ACCOUNT}:user/alice`,
    `arn:aws:iam::${ACCOUNT}:root`,
    'arn:aws:iam::999988887777:root',
    'arn:aws:iam::999988887777:role/vendor',
  ])('that are some, or live where we cannot look: %s', (principal) => {
    iam('CreateUser', { UserName: 'alice' });
    expect(iam('CreateRole', create(principal))).toMatchObject({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(trust(principal)).replaceAll('*', '%2A') },
    });
  });

  it('given as account id are shown as root ARN', () => {
    expect(iam('CreateRole', create(ACCOUNT))).toMatchObject({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(trust(`arn:aws:iam::${ACCOUNT}:root`)) },
    });
  });
});
