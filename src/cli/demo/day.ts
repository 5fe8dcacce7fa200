import { type Credentials, ec2Client, iamClient, s3Client, stsClient } from '../../aws/index.ts';
import { credentialsOf } from './people.ts';
import { need, pathTo, type World } from './types.ts';

/** An address of the definition's office network (203.0.113.0/24, reserved for documentation by RFC 5737). */
export const OFFICE_IP = '203.0.113.10';

const HOURS = 9;
const READS_AN_HOUR = 60;

/** One read that the role may make: its name in CloudTrail, and the call. */
type Read = readonly [name: string, call: () => Promise<unknown>];

/** The calls that SecurityAuditRole is for, with the clients kept for the session. */
export async function readsOf(world: World, credentials: Credentials): Promise<readonly Read[]> {
  const target = need(world.target, 'endpoint');
  const { DescribeInstancesCommand, DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
  const { GetRoleCommand, GetUserCommand } = await import('@aws-sdk/client-iam');
  const ec2 = await ec2Client(target, credentials);
  const s3 = await s3Client(target, credentials);
  const iam = await iamClient(target, credentials);
  return [
    ['ec2:DescribeInstances', () => ec2.send(new DescribeInstancesCommand({}))],
    ['ec2:DescribeVpcs', () => ec2.send(new DescribeVpcsCommand({}))],
    ['s3:ListAllMyBuckets', () => s3.send(new ListBucketsCommand({}))],
    ['iam:GetRole', () => iam.send(new GetRoleCommand({ RoleName: 'SecurityAuditRole' }))],
    ['iam:GetUser', () => iam.send(new GetUserCommand({ UserName: 'break-glass' }))],
  ];
}

/**
 * A benign working day, from the clock's time on: the operator enters the role each hour and reads all day.
 * Every call is a real one; the records are what the sandbox writes of them. Returns the number of calls.
 */
export async function workingDay(world: World): Promise<number> {
  const target = need(world.target, 'endpoint');
  const login = need(world.login, 'login').credentials;
  const path = pathTo(world, 'SecurityAuditRole');
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  const sts = await stsClient(target, login);
  let calls = 0;
  for (let hour = 0; hour < HOURS; hour++) {
    const answer = await sts.send(
      new AssumeRoleCommand({
        RoleArn: path.roleArn,
        ExternalId: path.externalId,
        RoleSessionName: 'security-admin',
      }),
    );
    const reads = await readsOf(world, credentialsOf(answer.Credentials));
    for (let i = 0; i < READS_AN_HOUR; i++) {
      await reads[i % reads.length]![1]();
      if (i % 10 === 9) await world.clock.advance(500);
    }
    calls += READS_AN_HOUR + 1;
    await world.clock.advance(550);
  }
  return calls;
}
