import { describe, expect, test } from 'vitest';
import { assumedRoleOf, callerOf, changedRoleOf, eventKey, isServiceCall, sourceAddressOf } from './index.ts';
import { record } from './testing/records.ts';

const ROLE = 'arn:aws:iam::657654036224:role/security/SecurityAuditRole';
const denial = (resource: string) =>
  record({
    requestParameters: null,
    errorCode: 'AccessDenied',
    errorMessage: `User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: ${resource}`,
  });

describe('facts of a record', () => {
  test('the role: from the parameters, the resources, or the words of a denial', () => {
    expect(assumedRoleOf(record({ requestParameters: { roleArn: ROLE } }))).toBe(ROLE);
    expect(
      assumedRoleOf(record({ requestParameters: null, resources: [{ type: 'AWS::IAM::Role', ARN: ROLE }] })),
    ).toBe(ROLE);
    expect(assumedRoleOf(denial(ROLE))).toBe(ROLE);
    expect(assumedRoleOf(denial(`${ROLE} with an explicit deny in an identity-based policy`))).toBe(ROLE);
  });

  test('texts that are no role ARNs are none', () => {
    for (const text of [
      '*',
      'arn:aws:iam::1:role/x',
      `${ROLE};id`,
      `${ROLE}$(id)`,
      'arn:aws:iam::657654036224:user/x',
    ]) {
      expect(assumedRoleOf(denial(text))).toBeUndefined();
    }
    expect(assumedRoleOf(record({ requestParameters: { roleArn: { a: 1 } } }))).toBeUndefined();
    const { errorMessage: _, ...codeOnly } = denial(ROLE);
    expect(assumedRoleOf(codeOnly)).toBeUndefined();
  });

  test('the changed role: name in the denial as IAM wrote it in 2024', () => {
    const text =
      'is not authorized to perform: iam:UpdateAssumeRolePolicy on resource: role TrailDiscover-Role because no identity-based policy allows it';
    expect(changedRoleOf(record({ requestParameters: null, errorMessage: `User: x ${text}` }))).toEqual({
      name: 'TrailDiscover-Role',
      account: '489157521585',
    });
  });

  test('the caller is the same in both copies of a call', () => {
    const ours = record({
      userIdentity: { type: 'AWSAccount', principalId: 'AIDAIOSFODNN7EXAMPLE1', accountId: '489157521585' },
    });
    expect(callerOf(ours).id).toBe(callerOf(record()).id);
    expect(callerOf(ours).arn).toBeUndefined();
    expect(
      callerOf(record({ userIdentity: { type: 'AssumedRole', principalId: 'AROAIOSFODNN7EXAMPLE1:ana' } })),
    ).toMatchObject({
      id: 'AROAIOSFODNN7EXAMPLE1:ana',
      source: 'AROAIOSFODNN7EXAMPLE1',
    });
    expect(eventKey(record({ sharedEventID: 's', eventID: '1' }))).toBe(
      eventKey(record({ sharedEventID: 's', eventID: '2' })),
    );
  });

  test('service calls are known by what callers cannot set', () => {
    expect(isServiceCall(record())).toBe(false);
    expect(isServiceCall(record({ userAgent: 'ec2.amazonaws.com' }))).toBe(false);
    expect(isServiceCall(record({ sourceIPAddress: 'ec2.amazonaws.com' }))).toBe(true);
    expect(isServiceCall(record({ userIdentity: { type: 'AWSService' } }))).toBe(true);
  });

  test.each([
    ['35.201.45.89', '35.201.45.89'],
    ['::ffff:35.201.45.89', '35.201.45.89'],
    ['::FFFF:23c9:2d59', '35.201.45.89'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['AWS Internal', undefined],
    ['ec2.amazonaws.com', undefined],
    ['35.201.45.089', undefined],
    ['fe80::1%eth0', undefined],
    ['', undefined],
  ])('the address %s is %s', (text, address) => {
    expect(sourceAddressOf(record({ sourceIPAddress: text }))).toBe(address);
  });
});
