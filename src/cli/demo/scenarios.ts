import { type Connection, type Credentials, iamClient, stsClient } from '../../aws/index.ts';
import { OFFICE_IP, readsOf } from './day.ts';
import { createPerson, credentialsOf, mfaSession, type Person } from './people.ts';
import { localTime } from './time.ts';
import { need, pathTo, type World } from './types.ts';

/** The attacker's address of the worked example. */
export const ATTACKER_IP = '35.201.45.89';

async function enter(
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
 * The worked attack, at night: a thief has copied the operator's access key and, from the same laptop, a cached MFA
 * session. Three tries with the bare key at 03:15, 03:16 and 03:17 fail; the session then opens the door.
 */
export async function nightAttack(world: World, monday: number): Promise<Credentials> {
  const target = need(world.target, 'endpoint');
  const { timeZone } = need(world.access, 'definition').monitoring.businessHours;
  const key = await need(world.source, 'operator').credentials();
  const path = pathTo(world, 'SecurityAuditRole');
  const control = need(world.control, 'control interface');
  await control.setSourceIp(ATTACKER_IP);
  for (const minute of [15, 16, 17]) {
    await world.clock.set(localTime(monday, 2, 3, minute, timeZone));
    const input = { RoleArn: path.roleArn, ExternalId: path.externalId, RoleSessionName: 'backup' };
    const error: unknown = await enter(target, key, input).then(
      () => undefined,
      (e: unknown) => e,
    );
    if (error === undefined) throw new Error(`03:${minute}: the bare key got in`);
  }
  const stolen = need(world.stolen, 'stolen session');
  await world.clock.set(localTime(monday, 2, 3, 25, timeZone));
  const inside = await enter(target, stolen.session, {
    RoleArn: path.roleArn,
    ExternalId: path.externalId,
    RoleSessionName: 'backup',
  });
  const [[, describe]] = (await readsOf(world, inside)) as [Awaited<ReturnType<typeof readsOf>>[number]];
  await describe();
  await control.setSourceIp(OFFICE_IP);
  return inside;
}

/** Somebody with administrator rights in the workload account lets three more people into the role, who then come. */
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
  const { UpdateAssumeRolePolicyCommand } = await import('@aws-sdk/client-iam');
  const iam = await iamClient(workload.target, workload.credentials);
  const principals = people.map((p) => `arn:aws:iam::${p.accountId}:user/${p.name}`);
  await iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: 'SecurityAuditRole',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' }],
      }),
    }),
  );
  for (const person of people) {
    const session = await mfaSession(person, workload, world.clock);
    await enter(workload.target, session, { RoleArn: path.roleArn, RoleSessionName: person.name });
  }
  return people;
}
