import { describe, expect, it } from 'vitest';
import type { Call } from '../../types.ts';
import type { Standing, Structure } from '../organizations/structure.ts';
import { callContext, resourceStanding } from './context.ts';

const standing = (organizationId: string): Standing => ({
  organizationId,
  path: `${organizationId}/r-ab12/`,
  asPrincipal: { 'aws:PrincipalOrgID': organizationId },
  asResource: { 'aws:ResourceOrgID': organizationId },
  asSource: { 'aws:SourceOrgID': organizationId },
  rcps: [[]],
});
const structure = {
  standing: (accountId: string) =>
    accountId === '111111111111' || accountId === '222222222222' ? standing('o-abcdefghij') : undefined,
} as Structure;

const ask = (principal: object, action: string, context: object, accountId = '111111111111') =>
  resourceStanding(
    { action, resource: 'arn:aws:s3:::logs/x', context: { ...context } },
    accountId,
    { caller: { principal, accountId: '' } } as Call,
    structure,
  );
const service = { type: 'service', service: 'cloudtrail.amazonaws.com' };

describe('what the organization adds to a question', () => {
  it('is the organization of the account that a service acts for, and of that alone', () => {
    const own = ask(service, 's3:PutObject', { 'aws:SourceAccount': '222222222222' }).context;
    expect(own).toMatchObject({ 'aws:SourceOrgID': 'o-abcdefghij', 'aws:ResourceOrgID': 'o-abcdefghij' });
    const other = ask(service, 's3:PutObject', { 'aws:SourceAccount': '999999999999' }).context;
    expect(other).not.toHaveProperty('aws:SourceOrgID');
    expect(ask(service, 's3:PutObject', {}).context).not.toHaveProperty('aws:SourceOrgID');
  });

  it('is never a source for callers that are no services, whatever they send', () => {
    const anonymous = ask({ type: 'anonymous' }, 's3:GetObject', { 'aws:SourceAccount': '222222222222' });
    expect(anonymous.context).not.toHaveProperty('aws:SourceOrgID');
  });

  it('has RCPs for the services that support them, and none for accounts outside', () => {
    expect(ask(service, 's3:PutObject', {}).rcps).toEqual([[]]);
    expect(ask(service, 'sts:AssumeRole', {}).rcps).toEqual([[]]);
    expect(ask(service, 'sns:Publish', {}).rcps).toBeUndefined();
    expect(ask(service, 's3:PutObject', {}, '999999999999').rcps).toBeUndefined();
  });
});

describe('the keys of forwarded access', () => {
  const call = {
    now: 0,
    service: 's3',
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'test',
    caller: { principal: { type: 'anonymous' }, accountId: '' },
  } as Call;
  const via = { ...call, invokedBy: 'cloudformation.amazonaws.com' };

  it("name the service that calls with its user's rights", () => {
    expect(callContext(via)).toMatchObject({
      'aws:ViaAWSService': 'true',
      'aws:CalledVia': ['cloudformation.amazonaws.com'],
      'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
      'aws:CalledViaLast': 'cloudformation.amazonaws.com',
    });
  });

  it('are absent of a call that somebody makes directly, or that a service role makes', () => {
    for (const direct of [call, { ...via, asServiceRole: true as const }]) {
      const context = callContext(direct);
      expect(context['aws:ViaAWSService']).toBe('false');
      expect(Object.keys(context).filter((key) => key.startsWith('aws:CalledVia'))).toEqual([]);
    }
  });
});
