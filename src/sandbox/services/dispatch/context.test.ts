import { describe, expect, it } from 'vitest';
import type { Call } from '../../types.ts';
import type { Standing, Structure } from '../organizations/structure.ts';
import { resourceStanding } from './context.ts';

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
