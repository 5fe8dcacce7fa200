import { beforeEach, describe, expect, it } from 'vitest';
import { awsManagedArns, awsManagedPolicy } from '../../state/aws-managed.ts';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const ACCOUNT = '657654036224';

let rig: Rig;
let root: Keys;
type Policies = {
  Policies: { Arn: string; Path: string; AttachmentCount: number }[];
  IsTruncated: boolean;
  Marker?: string;
};
const list = (input: object) => rig.iam<Policies>(root, 'ListPolicies', input);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe("AWS's managed policies", () => {
  it('are all there, once, and all of them can be read', () => {
    const arns = awsManagedArns('/');
    expect(arns.length).toBeGreaterThan(1_500);
    expect(new Set(arns).size).toBe(arns.length);
    // Every thirtieth: parsing all of them takes half a second.
    for (const arn of arns.filter((_, i) => i % 30 === 0)) {
      for (const { policy } of awsManagedPolicy(arn)?.versions.values() ?? []) {
        expect(policy.document.statements.length).toBeGreaterThan(0);
      }
    }
  });

  it('are listed page by page, by scope, path and use', () => {
    rig.iam(root, 'CreatePolicy', { PolicyName: 'own', PolicyDocument: JSON.stringify(allow('s3:*')) });
    const all: string[] = [];
    for (let Marker: string | undefined; ; ) {
      const { Policies, IsTruncated, Marker: next } = list({ MaxItems: 1000, ...(Marker && { Marker }) });
      all.push(...Policies.map(({ Arn }) => Arn));
      if (!IsTruncated) break;
      Marker = next;
    }
    expect(all).toHaveLength(awsManagedArns('/').length + 1);
    expect(list({ Scope: 'Local' }).Policies.map(({ Arn }) => Arn)).toEqual([
      `arn:aws:iam::${ACCOUNT}:policy/own`,
    ]);
    const jobs = list({ Scope: 'AWS', PathPrefix: '/job-function/' }).Policies;
    expect(jobs.map(({ Arn }) => Arn)).toContain('arn:aws:iam::aws:policy/job-function/ViewOnlyAccess');
    expect(new Set(jobs.map(({ Path }) => Path))).toEqual(new Set(['/job-function/']));
    expect(list({ Scope: 'AWS', OnlyAttached: true }).Policies).toEqual([]);
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSConfigRole';
    rig.iam(root, 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(ACCOUNT) });
    rig.iam(root, 'AttachRolePolicy', {
      RoleName: 'r',
      PolicyArn: PolicyArn.replace('ConfigRole', '_ConfigRole'),
    });
    expect(list({ Scope: 'AWS', OnlyAttached: true }).Policies).toMatchObject([{ AttachmentCount: 1 }]);
  });

  it('decide: ViewOnlyAccess lists, and reads no object', () => {
    const keys = rig.user(root, 'auditor');
    rig.iam(root, 'AttachUserPolicy', {
      UserName: 'auditor',
      PolicyArn: 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
    });
    expect(rig.iam(keys, 'ListUsers')).toBeDefined();
    expect(rig.refusal(keys, 'iam', 'CreateUser', { UserName: 'x' })).toMatch(/^AccessDenied/);
  });

  it("are AWS's: no other account's, and nobody's to change", () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(rig.refusal(root, 'iam', 'DeletePolicy', { PolicyArn })).toMatch(/^AccessDenied/);
    expect(rig.refusal(root, 'iam', 'GetPolicy', { PolicyArn: `${PolicyArn}2` })).toMatch(/^NoSuchEntity/);
    expect(
      rig.refusal(root, 'iam', 'GetPolicy', {
        PolicyArn: PolicyArn.replace('policy/', 'policy/job-function/'),
      }),
    ).toMatch(/^NoSuchEntity/);
    expect(rig.iam(root, 'GetPolicy', { PolicyArn })).toMatchObject({
      Policy: { PolicyName: 'ReadOnlyAccess', Path: '/', CreateDate: new Date('2015-02-06T18:39:48Z') },
    });
  });
});

describe('what was last accessed', () => {
  it('is told of calls really made, by service, action and entity', () => {
    const keys = rig.user(root, 'alice', allow(['iam:*', 'sts:*', 's3:Get*', 'kms:Decrypt']));
    rig.iam(keys, 'ListUsers');
    rig.now += 60_000;
    rig.iam(keys, 'ListRoles');
    const Arn = `arn:aws:iam::${ACCOUNT}:user/alice`;
    const { JobId } = rig.iam<{ JobId: string }>(root, 'GenerateServiceLastAccessedDetails', {
      Arn,
      Granularity: 'ACTION_LEVEL',
    });
    type Details = { ServicesLastAccessed: { ServiceNamespace: string; LastAuthenticated?: Date }[] };
    const details = rig.iam<Details>(root, 'GetServiceLastAccessedDetails', { JobId });
    expect(details).toMatchObject({ JobStatus: 'COMPLETED', JobType: 'ACTION_LEVEL', IsTruncated: false });
    const by = Object.fromEntries(details.ServicesLastAccessed.map((one) => [one.ServiceNamespace, one]));
    expect(Object.keys(by)).toEqual(['iam', 'kms', 's3', 'sts']);
    expect(by['iam']).toMatchObject({
      ServiceName: 'AWS Identity and Access Management',
      LastAuthenticated: new Date(rig.now),
      LastAuthenticatedEntity: Arn,
      TotalAuthenticatedEntities: 1,
      TrackedActionsLastAccessed: [{ ActionName: 'ListUsers' }, { ActionName: 'ListRoles' }],
    });
    expect(by['s3']).not.toHaveProperty('LastAuthenticated');
    expect(
      rig.iam(root, 'GetServiceLastAccessedDetailsWithEntities', { JobId, ServiceNamespace: 'iam' }),
    ).toMatchObject({ EntityDetailsList: [{ EntityInfo: { Name: 'alice', Type: 'USER' } }] });
    expect(rig.refusal(root, 'iam', 'GetServiceLastAccessedDetails', { JobId: 'x' })).toMatch(
      /^NoSuchEntity/,
    );
    const reader = rig.user(root, 'reader', allow('iam:*'));
    expect(rig.refusal(reader, 'iam', 'GetServiceLastAccessedDetails', { JobId })).toMatch(/^NoSuchEntity/);
    const own = rig.iam<{ JobId: string }>(reader, 'GenerateServiceLastAccessedDetails', { Arn });
    expect(rig.iam(reader, 'GetServiceLastAccessedDetails', own)).toMatchObject({ JobStatus: 'COMPLETED' });
    const other = rig.account('489157521585');
    expect(rig.refusal(other, 'iam', 'GetServiceLastAccessedDetails', { JobId })).toMatch(/^NoSuchEntity/);
    expect(rig.refusal(other, 'iam', 'GenerateServiceLastAccessedDetails', { Arn })).toMatch(/^NoSuchEntity/);
  });
});

describe('quotas', () => {
  it('end at 300 groups an account, whoever else has how many', () => {
    for (let i = 0; i < 300; i++) rig.iam(root, 'CreateGroup', { GroupName: `g${i}` });
    expect(rig.refusal(root, 'iam', 'CreateGroup', { GroupName: 'more' })).toBe(
      'LimitExceeded: Cannot exceed quota for GroupsPerAccount: 300',
    );
    rig.iam(rig.account('489157521585'), 'CreateGroup', { GroupName: 'more' });
    rig.iam(root, 'DeleteGroup', { GroupName: 'g7' });
    rig.iam(root, 'CreateGroup', { GroupName: 'more' });
  });
});
