import { expect, it } from 'vitest';
import { allow, type Keys, Rig, trust } from '../testing.ts';

const ACCOUNT = '489157521585';
const INSTANCE = 'i-1234567890abcdef0';

it('tells who wanted what under which conditions, one item a value', () => {
  const rig = new Rig();
  const root = rig.account(ACCOUNT);
  const alice = rig.user(root, 'alice', allow('sts:AssumeRole'));
  rig.iam(root, 'CreateRole', {
    RoleName: 'Auditor',
    AssumeRolePolicyDocument: trust(ACCOUNT),
    Tags: [{ Key: 'team', Value: 'blue' }],
  });
  const decoded = (keys: Keys): unknown => {
    const text = rig.refusal(keys, 'ec2', 'TerminateInstances', { InstanceIds: [INSTANCE] });
    const EncodedMessage = / message: ([\w-]+)$/.exec(text)?.[1];
    const { DecodedMessage } = rig.sts<{ DecodedMessage: string }>(root, 'DecodeAuthorizationMessage', {
      EncodedMessage,
    });
    return JSON.parse(DecodedMessage);
  };
  const item = (key: string, value: string) => ({ key, values: { items: [{ value }] } });
  const denied = {
    allowed: false,
    explicitDeny: false,
    matchedStatements: { items: [] },
    failures: { items: [] },
  };
  const asked = {
    action: 'ec2:TerminateInstances',
    resource: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${INSTANCE}`,
  };
  const principal = {
    id: expect.stringMatching(/^AIDA/),
    name: 'alice',
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  };
  const conditions = { items: expect.arrayContaining([item('aws:SourceIp', '203.0.113.9')]) };
  expect(decoded(alice)).toEqual({ ...denied, context: { ...asked, principal, conditions } });
  const { Credentials } = rig.sts<{ Credentials: Keys }>(alice, 'AssumeRole', {
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/Auditor`,
    RoleSessionName: 'alice',
  });
  expect(decoded(Credentials)).toMatchObject({
    context: {
      principal: {
        id: expect.stringMatching(/^AROA[A-Z2-7]{17}:alice$/),
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Auditor/alice`,
      },
      conditions: { items: expect.arrayContaining([item('aws:PrincipalTag/team', 'blue')]) },
    },
  });
});
