import {
  type Connection,
  type Credentials,
  describeAwsError,
  iamClient,
  stsClient,
} from '../../aws/index.ts';
import type { PolicyJson } from '../../policy/index.ts';
import { OFFICE_IP, readsOf } from './day.ts';
import { createPerson, credentialsOf, mfaSession, type Person } from './people.ts';
import { freshLogin } from './stages-use.ts';
import { localTime } from './time.ts';
import { need, pathTo, type Stolen, type World } from './types.ts';

/** The attacker's address of the worked example. */
export const ATTACKER_IP = '35.201.45.89';

export async function enterWith(
  target: Connection['target'],
  credentials: Credentials,
  input: { RoleArn: string; ExternalId?: string | undefined; RoleSessionName: string },
) {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  const sts = await stsClient(target, credentials);
  try {
    return credentialsOf((await sts.send(new AssumeRoleCommand(input))).Credentials);
  } finally {
    sts.destroy();
  }
}

/**
 * The worked attack, at night: a thief has copied the operator's access key and, from the same laptop, the MFA session
 * of the afternoon. Three tries with the bare key at 03:15, 03:16 and 03:17 fail; the session then opens the door.
 */
export async function nightAttack(world: World, monday: number): Promise<Stolen> {
  const target = need(world.target, 'endpoint');
  const { timeZone } = need(world.access, 'definition').monitoring.businessHours;
  const path = pathTo(world, 'SecurityAuditRole');
  const control = need(world.control, 'control interface');
  await world.clock.set(localTime(monday, 2, 17, 30, timeZone));
  const login = (await freshLogin(world)).credentials;
  const key = await need(world.source, 'operator').credentials();
  const input = { RoleArn: path.roleArn, ExternalId: path.externalId, RoleSessionName: 'backup' };
  await control.setSourceIp(ATTACKER_IP);
  for (const minute of [15, 16, 17]) {
    await world.clock.set(localTime(monday, 3, 3, minute, timeZone));
    if ((await refusal(() => enterWith(target, key, input))) === undefined)
      throw new Error('the bare key got in');
  }
  await world.clock.set(localTime(monday, 3, 3, 25, timeZone));
  const role = await enterWith(target, login, input);
  for (const [, call] of await readsOf(world, role)) await call();
  await control.setSourceIp(OFFICE_IP);
  return { key, login, role };
}

/** What AWS said when it refused; undefined when it did not. */
export async function refusal(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    const { code, message } = describeAwsError(error);
    return `${code}: ${message}`;
  }
}

/**
 * Somebody with administrator rights in the workload account lets three more people into the role, who then come.
 * What the definition says stays in place, so that nobody misses anything.
 */
export async function trustAttack(world: World, monday: number): Promise<readonly Person[]> {
  const access = need(world.access, 'definition');
  const { timeZone } = access.monitoring.businessHours;
  const path = pathTo(world, 'SecurityAuditRole');
  const security = need(world.admins.get(access.security.id), 'administrator');
  const workload = need(world.admins.get(path.account.id), 'administrator');
  await world.clock.set(localTime(monday, 2, 10, 0, timeZone));
  const people: Person[] = [];
  for (const name of ['contractor-1', 'contractor-2', 'contractor-3']) {
    people.push(await createPerson(security, access.security.id, name, world.clock));
  }
  const { GetRoleCommand, UpdateAssumeRolePolicyCommand } = await import('@aws-sdk/client-iam');
  const iam = await iamClient(workload.target, workload.credentials);
  const principals = people.map((p) => `arn:aws:iam::${p.accountId}:user/${p.name}`);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'SecurityAuditRole' }));
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as PolicyJson;
  await iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: 'SecurityAuditRole',
      PolicyDocument: JSON.stringify({
        ...trust,
        Statement: [
          ...trust.Statement,
          { Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  for (const person of people) {
    const session = await mfaSession(person, workload, world.clock);
    await enterWith(workload.target, session, { RoleArn: path.roleArn, RoleSessionName: person.name });
  }
  return people;
}
