import { describe, expect, test } from 'vitest';
import type { CloudTrailRecord } from '../trail/index.ts';
import { createDetector } from './index.ts';
import {
  ADMIN,
  config,
  goodTrust,
  ROLE,
  roleCreation,
  SECURITY,
  trustUpdate,
  user,
  WORKLOAD,
} from './testing/records.ts';
import type { DetectConfig, Finding } from './types.ts';

const detect = (records: readonly CloudTrailRecord[], with_: Partial<DetectConfig> = {}): Finding[] => {
  const detector = createDetector({ ...config, ...with_ });
  for (const record of records) detector.add(record);
  return detector.finish();
};
const STRANGER = 'arn:aws:iam::193672423079:root';
const statement = goodTrust.Statement[0];
const trust = (change: Record<string, unknown>) => ({
  ...goodTrust,
  Statement: [{ ...statement, ...change }],
});
const withStranger = {
  ...goodTrust,
  Statement: [statement, { Effect: 'Allow', Principal: { AWS: STRANGER }, Action: 'sts:AssumeRole' }],
};

describe('trust-policy-change', () => {
  test('as defined: low, also URL-encoded; creation as defined: nothing', () => {
    expect(detect([trustUpdate(goodTrust)])).toMatchObject([
      { rule: 'trust-policy-change', severity: 'low' },
    ]);
    expect(detect([trustUpdate(encodeURIComponent(JSON.stringify(goodTrust)))])[0]?.severity).toBe('low');
    expect(detect([roleCreation(goodTrust, 'SecurityAuditRole')])).toEqual([]);
  });

  test('a network or the organization that is no longer demanded is critical, an ExternalId that is its own too', () => {
    const guards = {
      [ROLE]: { [ADMIN]: { externalId: true, mfa: true, network: true, organization: true } },
    };
    const { StringEquals, Bool } = statement?.Condition ?? expect.fail();
    const guarded = {
      StringEquals: { ...StringEquals, 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      Bool,
      IpAddress: { 'aws:SourceIp': '198.51.100.0/24' },
    };
    const judged = (Condition: object, explanation: string | undefined) => {
      const [finding] = detect([trustUpdate(trust({ Condition }))], { guards });
      expect(finding?.severity).toBe(explanation === undefined ? 'low' : 'critical');
      expect(finding?.explanation).toContain(explanation ?? 'demands what it demands');
    };
    judged(guarded, undefined);
    const { IpAddress, ...anywhere } = guarded;
    judged(anywhere, 'no longer needs a known network');
    judged(
      { ...guarded, IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '0.0.0.0/1'] } },
      'a known network',
    );
    judged({ ...anywhere, IpAddressIfExists: IpAddress }, 'a known network');
    judged({ ...guarded, StringEquals }, 'no longer needs to be of the organization');
    judged(
      { ...guarded, StringEquals: { ...guarded.StringEquals, 'sts:ExternalId': '${sts:ExternalId}' } },
      'no longer needs an ExternalId',
    );
  });

  test('a principal beyond the definition is critical, and named', () => {
    const [finding] = detect([trustUpdate(withStranger)]);
    expect(finding).toMatchObject({ severity: 'critical', account: WORKLOAD, role: 'SecurityAuditRole' });
    expect(finding?.explanation).toContain('193672423079 may enter now, which the definition does not allow');
    expect(finding?.runbook).toContain(
      `crossaccount respond revoke --role SecurityAuditRole --account ${WORKLOAD}`,
    );
    expect(detect([trustUpdate(encodeURIComponent(JSON.stringify(withStranger)))])[0]?.severity).toBe(
      'critical',
    );
  });

  test.each([
    ['the whole account instead of the user', trust({ Principal: { AWS: `arn:aws:iam::${SECURITY}:root` } })],
    ['the account by its bare id', trust({ Principal: { AWS: SECURITY } })],
    ['everybody', trust({ Principal: '*' })],
    ['everybody as AWS', trust({ Principal: { AWS: ['*'] } })],
    ['a service', trust({ Principal: { AWS: ADMIN, Service: 'ec2.amazonaws.com' } })],
    [
      'an action with a wildcard',
      {
        ...goodTrust,
        Statement: [statement, { Effect: 'Allow', Principal: { AWS: STRANGER }, Action: 'STS:assume*' }],
      },
    ],
    ['no conditions', trust({ Condition: undefined })],
    ['no ExternalId', trust({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
    ['no MFA', trust({ Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } })],
    [
      'BoolIfExists, which long-term keys pass',
      trust({
        Condition: {
          StringEquals: { 'sts:ExternalId': 'x1' },
          BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' },
        },
      }),
    ],
    [
      'MFA turned round',
      trust({
        Condition: {
          StringEquals: { 'sts:ExternalId': 'x1' },
          Bool: { 'aws:MultiFactorAuthPresent': 'false' },
        },
      }),
    ],
    [
      'an ExternalId that everything matches',
      trust({
        Condition: { StringLike: { 'sts:ExternalId': '*' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
    ],
  ])('%s is critical', (_, document) => {
    expect(detect([trustUpdate(document)])[0]?.severity).toBe('critical');
  });

  test('an MFA age, the condition key in other letters, and a session of the trusted role are as good', () => {
    const age = trust({
      Condition: {
        StringEquals: { 'STS:externalid': 'x1' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
      },
    });
    expect(detect([trustUpdate(age)])[0]?.severity).toBe('low');
    const ops = `arn:aws:iam::${SECURITY}:role/Ops`;
    const sessionOnly = trust({ Principal: { AWS: `arn:aws:sts::${SECURITY}:assumed-role/Ops/ana` } });
    const known = { trusted: { [ROLE]: [ops] }, guards: {} };
    expect(detect([trustUpdate(sessionOnly)], known)[0]?.severity).toBe('low');
  });

  test('the role is known whatever the case of its name and whatever its path', () => {
    expect(detect([trustUpdate(withStranger, { roleName: 'securityauditrole' })])[0]?.severity).toBe(
      'critical',
    );
    const role = `arn:aws:iam::${WORKLOAD}:role/security/SecurityAuditRole`;
    const moved = { roles: [role], trusted: { [role]: [ADMIN] }, guards: {} };
    expect(detect([trustUpdate(withStranger)], moved)[0]?.severity).toBe('critical');
  });

  test('other people’s roles: only outsiders count', () => {
    const name = { roleName: 'SomeoneElses' };
    expect(detect([trustUpdate(goodTrust, name)])).toEqual([]);
    expect(detect([trustUpdate(withStranger, name)])[0]?.severity).toBe('high');
    expect(detect([roleCreation(withStranger, 'backdoor')])[0]?.severity).toBe('high');
    expect(
      detect([roleCreation(trust({ Principal: { Service: 'lambda.amazonaws.com' } }), 'worker')]),
    ).toEqual([]);
  });

  test('without a definition the document before is what counts', () => {
    const nothing = { roles: [], trusted: {}, guards: {} };
    const first = trustUpdate(goodTrust, { time: '2026-11-23T09:00:00Z' });
    const weaker = trustUpdate(trust({ Condition: {} }), { time: '2026-11-23T10:00:00Z' });
    const wider = trustUpdate(trust({ Principal: { AWS: [ADMIN, `arn:aws:iam::${SECURITY}:user/eve`] } }), {
      time: '2026-11-23T10:00:00Z',
    });
    const severities = (records: CloudTrailRecord[]) =>
      detect(records, nothing).map((finding) => finding.severity);
    expect(severities([weaker, first])).toEqual([expect.any(String), 'critical']);
    expect(severities([wider, first])[1]).toBe('critical');
    expect(severities([first, trustUpdate(goodTrust)])[1]).toBe('low');
  });

  test('refused attempts are medium, once a day; the role is only in the message', () => {
    const refused = (role: string) =>
      trustUpdate('', {
        by: user('eve', WORKLOAD),
        more: {
          errorCode: 'AccessDenied',
          errorMessage: `User: arn:aws:iam::${WORKLOAD}:user/eve is not authorized to perform: iam:UpdateAssumeRolePolicy on resource: ${role} because no identity-based policy allows the iam:UpdateAssumeRolePolicy action`,
          requestParameters: null,
        },
      });
    const findings = detect([refused('role SecurityAuditRole'), refused(ROLE)]);
    expect(findings).toMatchObject([{ severity: 'medium', events: { length: 2 } }]);
    expect(detect([refused('role AnotherRole')])).toEqual([]);
  });

  test('a failed call counts when its document would have opened the role', () => {
    const more = { errorCode: 'LimitExceededException', errorMessage: 'too long' };
    expect(detect([trustUpdate(withStranger, { more })])[0]?.severity).toBe('medium');
    expect(detect([trustUpdate(goodTrust, { more })])).toEqual([]);
    expect(detect([trustUpdate('{"Version":', { more })])).toEqual([]);
  });

  test('changes that CloudFormation makes count, and a document that cannot be read is no reason for silence', () => {
    const by = { ...user('deployer', WORKLOAD), invokedBy: 'cloudformation.amazonaws.com' };
    expect(detect([trustUpdate(withStranger, { by })])[0]?.severity).toBe('critical');
    expect(detect([trustUpdate('not a policy')])[0]?.explanation).toContain('could not be read');
  });
});
