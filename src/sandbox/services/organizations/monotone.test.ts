import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../types.ts';
import { allow, type Keys, trust } from '../testing.ts';
import { MANAGEMENT, MEMBER, OrganizationRig } from './testing.ts';

const pattern = fc.constantFrom('*', 'iam:*', 'iam:List*', 's3:*', 'sts:AssumeRole', 'iam:CreateUser', '*:*');
const statement = fc.record({
  Effect: fc.constant('Deny'),
  Action: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  Resource: fc.constantFrom('*', `arn:aws:iam::${MEMBER}:user/*`, 'arn:aws:s3:::*'),
  Condition: fc.constantFrom(
    {},
    { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${MEMBER}:root` } },
    { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Break*' } },
    { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
  ),
});

/** A member account's root user, a user, and a role's session that somebody of the management account has. */
function callers(rig: OrganizationRig): Keys[] {
  const user = rig.user(rig.member, 'ann', allow('*'));
  const role = { RoleName: 'BreakGlass', AssumeRolePolicyDocument: trust(MANAGEMENT) };
  rig.iam(rig.member, 'CreateRole', role);
  rig.iam(rig.member, 'PutRolePolicy', {
    RoleName: role.RoleName,
    PolicyName: 'all',
    PolicyDocument: JSON.stringify(allow('*')),
  });
  const operator = rig.user(rig.management, 'operator', allow('*'));
  const { Credentials } = rig.sts<{ Credentials: Keys }>(operator, 'AssumeRole', {
    RoleArn: `arn:aws:iam::${MEMBER}:role/BreakGlass`,
    RoleSessionName: 'ops',
  });
  return [rig.member, user, Credentials, operator];
}

const calls: readonly [service: string, operation: string, input: object][] = [
  ['iam', 'ListUsers', {}],
  ['iam', 'GetUser', { UserName: 'ann' }],
  ['iam', 'ListRoles', {}],
  ['s3', 'ListBuckets', {}],
  ['sts', 'GetCallerIdentity', {}],
  ['organizations', 'DescribeOrganization', {}],
];

/** 1 for each call that is let through, 0 for each that is denied. */
const decisions = (rig: OrganizationRig, all: readonly Keys[]): number[] =>
  all.flatMap((keys) =>
    calls.map(([service, operation, input]) => {
      try {
        rig.call(keys, service, operation, input);
        return 1;
      } catch (error) {
        if (error instanceof AwsError && error.code.startsWith('AccessDenied')) return 0;
        if (error instanceof AwsError && error.code === 'NoSuchEntity') return 1;
        throw error;
      }
    }),
  );

describe('service control policies that deny', () => {
  it('never allow more, wherever they are attached, and what they refused comes back when they go', () => {
    let fewer = 0;
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), fc.nat(2), (statements, level) => {
        const rig = new OrganizationRig();
        rig.enable('SERVICE_CONTROL_POLICY');
        const unit = rig.unit('prod');
        rig.move(MEMBER, rig.rootId, unit);
        const all = callers(rig);
        const before = decisions(rig, all);
        const TargetId = [rig.rootId, unit, MEMBER][level] ?? MEMBER;
        const PolicyId = rig.policy('SERVICE', TargetId, ...statements);
        const after = decisions(rig, all);
        for (const [i, decision] of after.entries()) expect(decision).toBeLessThanOrEqual(before[i] ?? 0);
        // GetCallerIdentity needs no permission, and the management account isn't limited.
        expect(after.filter((_, i) => calls[i % calls.length]?.[1] === 'GetCallerIdentity')).toEqual([
          1, 1, 1, 1,
        ]);
        expect(after.slice(-calls.length)).toEqual(before.slice(-calls.length));
        if (after.join() !== before.join()) fewer++;
        rig.org('DetachPolicy', { PolicyId, TargetId });
        expect(decisions(rig, all)).toEqual(before);
      }),
      { numRuns: 40 },
    );
    expect(fewer).toBeGreaterThan(5);
  });

  it('decide the same however deep below FullAWSAccess an account is', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), fc.nat(5), (statements, depth) => {
        const rig = new OrganizationRig();
        rig.enable('SERVICE_CONTROL_POLICY');
        const all = callers(rig);
        rig.policy('SERVICE', rig.rootId, ...statements);
        const before = decisions(rig, all);
        let place = rig.rootId;
        for (let i = 0; i < depth; i++) {
          const deeper = rig.unit(`level-${i}`, place);
          rig.move(MEMBER, place, deeper);
          place = deeper;
        }
        expect(decisions(rig, all)).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });
});
