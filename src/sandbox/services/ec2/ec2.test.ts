import { beforeEach, describe, expect, it } from 'vitest';
import { type Keys, Rig } from '../testing.ts';

const ACCOUNT = '657654036224';
let rig: Rig;
let root: Keys;
let auditor: Keys;

const instances = (keys: Keys, input: object = {}) =>
  rig
    .call<{ Reservations: { Instances: { InstanceId: string; State: { Name: string } }[] }[] }>(
      keys,
      'ec2',
      'DescribeInstances',
      input,
    )
    .Reservations.flatMap(({ Instances }) => Instances);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  auditor = rig.user(root, 'auditor', {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
      { Effect: 'Deny', Action: 'ec2:TerminateInstances', Resource: '*' },
    ],
  });
});

describe('EC2', () => {
  it('shows a default VPC and an instance, the same at each look, others in another region', () => {
    const [first] = instances(auditor);
    expect(instances(auditor)).toEqual([first]);
    const { Vpcs } = rig.call<{ Vpcs: { VpcId: string; IsDefault: boolean }[] }>(
      auditor,
      'ec2',
      'DescribeVpcs',
    );
    expect(Vpcs).toMatchObject([{ IsDefault: true, CidrBlock: '172.31.0.0/16', OwnerId: ACCOUNT }]);
    const elsewhere = rig.call<{ Vpcs: { VpcId: string }[] }>(
      auditor,
      'ec2',
      'DescribeVpcs',
      {},
      { region: 'eu-west-1' },
    );
    expect(elsewhere.Vpcs[0]?.VpcId).not.toBe(Vpcs[0]?.VpcId);
  });

  it('denies in its own words, with a message that only its account can decode', () => {
    const [{ InstanceId } = { InstanceId: '' }] = instances(auditor);
    const text = rig.refusal(auditor, 'ec2', 'TerminateInstances', { InstanceIds: [InstanceId] });
    const [, told, encoded = ''] =
      /^UnauthorizedOperation: (.*)\. Encoded authorization failure message: ([\w-]+)$/.exec(text) ?? [];
    expect(told).toBe(
      `You are not authorized to perform this operation. User: arn:aws:iam::${ACCOUNT}:user/auditor is not authorized to perform: ec2:TerminateInstances on resource: arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${InstanceId} with an explicit deny in an identity-based policy`,
    );
    expect(rig.cloud.takeRecords().at(-1)?.errorCode).toBe('Client.UnauthorizedOperation');
    const decode = (keys: Keys, EncodedMessage: string) =>
      rig.sts<{ DecodedMessage: string }>(keys, 'DecodeAuthorizationMessage', { EncodedMessage });
    expect(JSON.parse(decode(root, encoded).DecodedMessage)).toMatchObject({
      allowed: false,
      explicitDeny: true,
      context: { action: 'ec2:TerminateInstances' },
    });
    const other = rig.account('111122223333');
    expect(() => decode(other, encoded)).toThrow('Invalid token');
    expect(() => decode(root, `${encoded.slice(0, -2)}AA`)).toThrow('Invalid token');
    // A session token is no authorization message.
    const { Credentials } = rig.sts<{ Credentials: Keys }>(root, 'GetSessionToken');
    expect(() => decode(root, Credentials.SessionToken ?? '')).toThrow('Invalid token');
    expect(instances(auditor)[0]?.State.Name).toBe('running');
  });

  it('leaves the resource out of a denial of an action without one', () => {
    const poor = rig.user(root, 'poor');
    expect(rig.refusal(poor, 'ec2', 'DescribeInstances')).toBe(
      `UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::${ACCOUNT}:user/poor is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action`,
    );
  });

  it('terminates what it may; DryRun changes nothing', () => {
    const [{ InstanceId } = { InstanceId: '' }] = instances(root);
    expect(
      rig.refusal(root, 'ec2', 'TerminateInstances', { InstanceIds: [InstanceId], DryRun: true }),
    ).toMatch(/^DryRunOperation/);
    expect(instances(root)[0]?.State.Name).toBe('running');
    rig.call(root, 'ec2', 'TerminateInstances', { InstanceIds: [InstanceId] });
    expect(instances(root)[0]?.State.Name).toBe('terminated');
    const running = { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] };
    expect(instances(root, running)).toEqual([]);
  });

  it('refuses ids and filters that it does not know', () => {
    const ids = (...InstanceIds: string[]) => rig.refusal(root, 'ec2', 'DescribeInstances', { InstanceIds });
    expect(ids('i-00000000000000000')).toBe(
      "InvalidInstanceID.NotFound: The instance ID 'i-00000000000000000' does not exist",
    );
    expect(ids('nonsense')).toMatch(/^InvalidInstanceID.Malformed/);
    const Filters = [{ Name: 'colour', Values: ['red'] }];
    expect(rig.refusal(root, 'ec2', 'DescribeInstances', { Filters })).toMatch(/^InvalidParameterValue/);
    expect(rig.call(root, 'ec2', 'DescribeRegions', { RegionNames: ['eu-west-1'] })).toMatchObject({
      Regions: [{ RegionName: 'eu-west-1' }],
    });
    expect(rig.refusal(root, 'ec2', 'DescribeRegions', { RegionNames: ['mars-1'] })).toMatch(
      /^InvalidParameterValue/,
    );
  });
});
