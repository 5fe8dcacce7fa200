import { describe, expect, it } from 'vitest';
import { accessDeniedMessage, impliedRequests } from './index.ts';
import { assumeRole, operator } from './testing/fixtures.ts';
import type { Decision, Layer } from './types.ts';

const because = (reason: Decision['because'], layer: Layer) => ({ because: reason, layer });
const getRole = {
  principal: operator,
  action: 'iam:GetRole',
  resource: 'arn:aws:iam::489157521585:role/x',
  context: {},
};

describe('accessDeniedMessage', () => {
  it('is the text of real AssumeRole records: it ends after the resource', () => {
    expect(accessDeniedMessage(assumeRole(), because('implicit-deny', 'trust'))).toBe(
      'User: arn:aws:iam::489157521585:user/security-admin is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::657654036224:role/SecurityAuditRole',
    );
  });

  it.each([
    ['implicit-deny', 'identity', 'because no identity-based policy allows the iam:GetRole action'],
    ['implicit-deny', 'boundary', 'because no permissions boundary allows the iam:GetRole action'],
    ['implicit-deny', 'session', 'because no session policy allows the iam:GetRole action'],
    ['implicit-deny', 'vpc-endpoint', 'because no VPC endpoint policy allows the iam:GetRole action'],
    ['implicit-deny', 'resource', 'because no resource-based policy allows the iam:GetRole action'],
    ['implicit-deny', 'scp', 'with an explicit deny in a service control policy'],
    ['explicit-deny', 'identity', 'with an explicit deny in an identity-based policy'],
    ['explicit-deny', 'scp', 'with an explicit deny in a service control policy'],
    ['explicit-deny', 'rcp', 'with an explicit deny in a resource control policy'],
    ['explicit-deny', 'boundary', 'with an explicit deny in a permissions boundary'],
    ['explicit-deny', 'trust', 'with an explicit deny in the role trust policy'],
  ] as const)('%s in %s', (reason, layer, ending) => {
    expect(accessDeniedMessage(getRole, because(reason, layer))).toBe(
      `User: ${operator.arn} is not authorized to perform: iam:GetRole on resource: ${getRole.resource} ${ending}`,
    );
  });

  it('leaves the resource out where the action has none', () => {
    expect(
      accessDeniedMessage(
        { ...getRole, action: 'ec2:DescribeVpcs', resource: '*' },
        because('implicit-deny', 'identity'),
      ),
    ).toBe(
      `User: ${operator.arn} is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action`,
    );
  });

  it('refuses to speak of an allowed request', () => {
    expect(() => accessDeniedMessage(getRole, because('allowed', 'identity'))).toThrow(RangeError);
  });
});

describe('impliedRequests', () => {
  const actions = (context: Record<string, string | string[]>) =>
    impliedRequests(assumeRole(context)).map((r) => r.action);

  it('asks for sts:TagSession when tags are passed', () => {
    expect(actions({ 'aws:RequestTag/team': 'red' })).toEqual(['sts:TagSession']);
    expect(actions({ 'AWS:tagkeys': ['team'] })).toEqual(['sts:TagSession']);
  });

  it('asks for sts:SetSourceIdentity when one is passed', () => {
    expect(actions({ 'sts:SourceIdentity': 'alice' })).toEqual(['sts:SetSourceIdentity']);
    // Passed on by a session that has one: once, not twice.
    expect(actions({ 'aws:SourceIdentity': 'alice' })).toEqual(['sts:SetSourceIdentity']);
    expect(actions({ 'aws:SourceIdentity': 'alice', 'sts:SourceIdentity': 'alice' })).toEqual([
      'sts:SetSourceIdentity',
    ]);
  });

  it('asks for nothing else', () => {
    expect(actions({})).toEqual([]);
    expect(actions({ 'aws:TagKeys': [] })).toEqual([]);
    expect(impliedRequests({ ...getRole, context: { 'aws:SourceIdentity': 'alice' } })).toEqual([]);
    expect(impliedRequests({ ...getRole, context: { 'aws:RequestTag/a': 'b' } })).toEqual([]);
  });

  it('keeps the rest of the request', () => {
    const request = assumeRole({ 'sts:SourceIdentity': 'alice' });
    expect(impliedRequests(request)).toEqual([{ ...request, action: 'sts:SetSourceIdentity' }]);
  });
});
