import type { EvaluationResult } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { deny, MEMBER, OrganizationRig } from '../../organizations/testing.ts';
import { allow, type Keys, Rig } from '../../testing.ts';

const ACCOUNT = '489157521585';

let rig: Rig;
let root: Keys;

interface Simulation {
  readonly EvaluationResults: readonly EvaluationResult[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const custom = (input: object): Simulation =>
  rig.iam(root, 'SimulateCustomPolicy', { PolicyInputList: [JSON.stringify(allow('s3:*'))], ...input });

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('a simulation', () => {
  it('comes in pages, every action with every resource once', () => {
    const ActionNames = ['s3:GetObject', 'ec2:RunInstances', 's3:PutObject'];
    const ResourceArns = ['arn:aws:s3:::one', 'arn:aws:s3:::two'];
    const seen: string[][] = [];
    for (let Marker: string | undefined; ; ) {
      const page = custom({ ActionNames, ResourceArns, MaxItems: 2, ...(Marker && { Marker }) });
      seen.push(
        page.EvaluationResults.flatMap(({ EvalActionName, ResourceSpecificResults = [] }) =>
          ResourceSpecificResults.map(
            (r) => `${EvalActionName} ${r.EvalResourceName} ${r.EvalResourceDecision}`,
          ),
        ),
      );
      if (!page.IsTruncated) break;
      Marker = page.Marker;
    }
    const of = (action: string, decision: string) => ResourceArns.map((r) => `${action} ${r} ${decision}`);
    expect(seen).toEqual([
      [...of('s3:GetObject', 'allowed'), ...of('ec2:RunInstances', 'implicitDeny')],
      of('s3:PutObject', 'allowed'),
    ]);
    expect(() => custom({ ActionNames, Marker: Buffer.from('p:99').toString('base64') })).toThrow(
      'Invalid Marker',
    );
  });

  it('of hundreds of millions of questions makes those of its page', () => {
    const names = Array.from({ length: 18_000 }, (_, i) => `s3:${i}`);
    const statements = Array.from({ length: 10 }, () => allow('s3:*'));
    const { EvaluationResults, IsTruncated } = custom({
      PolicyInputList: statements.map((policy) => JSON.stringify(policy)),
      ActionNames: names,
      ResourceArns: names,
      MaxItems: 2,
    });
    expect(EvaluationResults.map((r) => r.ResourceSpecificResults?.length)).toEqual([5_000]);
    expect(IsTruncated).toBe(true);
  });

  it('of a great many statements has short pages', () => {
    const Statement = Array.from({ length: 1_000 }, () => ({ Effect: 'Allow', Action: '*', Resource: '*' }));
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const ActionNames = Array.from({ length: 500 }, (_, i) => `s3:${i}`);
    const { EvaluationResults, Marker } = custom({
      PolicyInputList: [policy, policy],
      ActionNames,
      MaxItems: 500,
    });
    expect(EvaluationResults).toHaveLength(25);
    expect(custom({ ActionNames, Marker }).EvaluationResults[0]?.EvalActionName).toBe('s3:25');
  });

  it('of a great many keys has short pages, too', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => [`aws:RequestTag/${i}`, 'x']);
    const policy = JSON.stringify(allow('s3:*', '*', { StringEquals: Object.fromEntries(keys) }));
    const ResourceArns = Array.from({ length: 1_000 }, (_, i) => `arn:aws:s3:::${i}`);
    const { EvaluationResults, IsTruncated } = custom({
      PolicyInputList: [policy],
      ActionNames: ['s3:GetObject'],
      ResourceArns,
    });
    const results = EvaluationResults[0]?.ResourceSpecificResults ?? [];
    expect(results.length).toBeLessThan(20);
    expect(results[0]?.MissingContextValues).toHaveLength(5_000);
    expect(IsTruncated).toBe(true);
  });

  it('finds the places of many statements in a text of many lines, each in one look', () => {
    const Statement = Array.from({ length: 900 }, () => ({ Effect: 'Allow', Action: '*', Resource: '*' }));
    const text = JSON.stringify({ Version: '2012-10-17', Statement }).replaceAll(
      '},{',
      `},${'\n'.repeat(90)}{`,
    );
    const [result] = custom({
      PolicyInputList: Array.from({ length: 8 }, () => text),
      ActionNames: ['s3:GetObject'],
    }).EvaluationResults;
    expect(result?.MatchedStatements).toHaveLength(7_200);
    expect(result?.MatchedStatements?.at(-1)?.EndPosition?.Line).toBe(1 + 899 * 90);
  });

  it("of a group is about the group's own policies", () => {
    rig.iam(root, 'CreateGroup', { GroupName: 'readers' });
    rig.iam(root, 'PutGroupPolicy', {
      GroupName: 'readers',
      PolicyName: 'inline',
      PolicyDocument: JSON.stringify(allow('s3:Get*')),
    });
    rig.iam(root, 'AttachGroupPolicy', {
      GroupName: 'readers',
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess',
    });
    const input = {
      PolicySourceArn: `arn:aws:iam::${ACCOUNT}:group/readers`,
      ActionNames: ['s3:GetObject', 'ec2:DescribeVpcs', 'iam:ListUsers'],
    };
    const decisions = rig
      .iam<Simulation>(root, 'SimulatePrincipalPolicy', input)
      .EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    expect(decisions).toEqual(['allowed', 'allowed', 'implicitDeny']);
    const other = rig.account('111122223333');
    expect(rig.refusal(other, 'iam', 'SimulatePrincipalPolicy', input)).toMatch(/^NoSuchEntity/);
  });

  it('takes any name for a context key', () => {
    const Condition = { StringEquals: Object.fromEntries([['__proto__', 'x']]) };
    const PolicyInputList = [JSON.stringify(allow('s3:*', '*', Condition))];
    const ask = (value: string) =>
      custom({
        PolicyInputList,
        ActionNames: ['s3:GetObject'],
        ContextEntries: [
          { ContextKeyName: '__proto__', ContextKeyType: 'string', ContextKeyValues: [value] },
        ],
      }).EvaluationResults[0]?.EvalDecision;
    expect([ask('x'), ask('y')]).toEqual(['allowed', 'implicitDeny']);
  });

  it('asks for actions by name, and passes over nothing that would change its answer', () => {
    for (const action of ['GetObject', 's3:*', 's3:Get?bject', 's3:Get:Object']) {
      expect(() => custom({ ActionNames: [action] })).toThrow(`Invalid action name: ${action}`);
    }
    const ActionNames = ['s3:GetObject'];
    const boundary = JSON.stringify(allow('s3:Get*'));
    const bounded = custom({ ActionNames, PermissionsBoundaryPolicyInputList: [boundary] });
    expect(bounded.EvaluationResults).toMatchObject([{ EvalDecision: 'allowed' }]);
    expect(() => custom({ ActionNames, PermissionsBoundaryPolicyInputList: [boundary, boundary] })).toThrow(
      'Only one permissions boundary',
    );
  });

  it("of a user of an organization's member knows the SCPs that limit it", () => {
    const org = new OrganizationRig();
    org.enable('SERVICE_CONTROL_POLICY');
    org.user(org.member, 'alice', allow('*'));
    const decisions = () =>
      org
        .iam<Simulation>(org.member, 'SimulatePrincipalPolicy', {
          PolicySourceArn: `arn:aws:iam::${MEMBER}:user/alice`,
          ActionNames: ['s3:GetObject', 'iam:ListUsers'],
        })
        .EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    expect(decisions()).toEqual(['allowed', 'allowed']);
    org.policy('SERVICE', MEMBER, deny('s3:*'));
    expect(decisions()).toEqual(['explicitDeny', 'allowed']);
  });
});
