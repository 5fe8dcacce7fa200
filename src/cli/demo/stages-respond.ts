import { join } from 'node:path';
import pc from 'picocolors';
import { type Credentials, callerIdentity } from '../../aws/index.ts';
import { applyPlan, inSync, planDeployment } from '../../deploy/index.ts';
import { revokeSessions, rotateKey } from '../../respond/index.ts';
import { plural } from '../output.ts';
import { readsOf } from './day.ts';
import { mfaSession } from './people.ts';
import { cross, tick } from './run.ts';
import { enterWith, refusal } from './scenarios.ts';
import { enterRole, freshLogin } from './stages-use.ts';
import { need, pathTo, type Stage, type World } from './types.ts';

export const respond: Stage = {
  name: 'respond',
  title: 'Thursday 03:40: shut it off, and prove over the wire that it is off.',
  async run(world) {
    const access = need(world.access, 'definition');
    const connect = async (account: { id: string }) =>
      need(world.admins.get(account.id), `administrator of ${account.id}`);
    const target = need(world.target, 'endpoint');
    const { key, login, role } = need(world.stolen, 'stolen session');
    const path = pathTo(world, 'SecurityAuditRole');
    const input = { RoleArn: path.roleArn, ExternalId: path.externalId, RoleSessionName: 'backup' };
    const [[, read]] = (await readsOf(world, role)) as [readonly [string, () => Promise<unknown>]];
    const refused: { what: string; error: string }[] = [];
    const lines: string[] = [];
    const prove = async (what: string, call: () => Promise<unknown>) => {
      const error = await refusal(call);
      if (error !== undefined) refused.push({ what, error });
      lines.push(
        error === undefined ? `${cross} ${what}: STILL WORKS` : `${tick} refused now: ${what}`,
        pc.dim(`    ${error ?? ''}`),
      );
      return error !== undefined;
    };

    await world.clock.advance(900);
    const alive =
      (await refusal(read)) === undefined &&
      (await refusal(() => enterWith(target, login, input))) === undefined;
    lines.push(`${alive ? tick : cross} the thief is inside: session and MFA session work`);
    await world.clock.advance(5);

    const revoked = await revokeSessions(access, { kind: 'operator', operator: 'security-admin' }, connect, {
      probes: [{ name: "the thief's role session", credentials: role }],
    });
    lines.push(
      `${revoked.complete ? tick : cross} respond revoke: ${plural(revoked.measures.length, 'identity', 'identities')} deny every session issued before ${revoked.issuedBefore}`,
    );
    const ended = [
      await prove("the thief's role session reads", read),
      await prove("the thief's MFA session enters the role", () => enterWith(target, login, input)),
    ];

    await world.clock.advance(60);
    const back = await freshLogin(world);
    const freshRole = await enterRole(world, 'SecurityAuditRole');
    const [[, freshRead]] = (await readsOf(world, freshRole.credentials)) as [
      readonly [string, () => Promise<unknown>],
    ];
    const freshLoginWorks = back.issuedAt > 0 && (await refusal(freshRead)) === undefined;
    lines.push(`${freshLoginWorks ? tick : cross} a fresh login of the operator works, and enters the role`);

    const rotated = await rotate(world, key);
    lines.push(`${rotated.newKeyWorks ? tick : cross} respond rotate-key: the new key works`);
    const oldKeyRefused = await prove('the stolen access key', () =>
      callerIdentity({ target, credentials: key }),
    );

    const trustRestored = await restoreTrust(world);
    lines.push(`${trustRestored ? tick : cross} drift shows the changed trust policy, deploy restores it`);
    const contractor = need(world.contractors?.[0], 'contractor');
    const admin = await connect(access.security);
    const contractorSession = await mfaSession(contractor, admin, world.clock);
    const outside = await prove(`${contractor.name} enters the role`, () =>
      enterWith(target, contractorSession, { RoleArn: path.roleArn, RoleSessionName: 'again' }),
    );

    world.revoked = {
      sessions: {
        issuedBefore: revoked.issuedBefore,
        complete: revoked.complete,
        measures: revoked.measures.length,
      },
      refused,
      freshLogin: freshLoginWorks,
      oldKeyRefused,
      trustRestored,
    };
    const ok =
      alive &&
      revoked.complete &&
      ended.every(Boolean) &&
      freshLoginWorks &&
      rotated.newKeyWorks &&
      oldKeyRefused &&
      trustRestored &&
      outside;
    return { ok, lines };
  },
};

/** New key in, old key out; what the operator's tools hold is replaced on the way. */
async function rotate(world: World, old: Credentials): Promise<{ newKeyWorks: boolean }> {
  const access = need(world.access, 'definition');
  const operator = need(access.operators[0], 'operator');
  const admin = need(world.admins.get(access.security.id), 'administrator');
  let fresh = old;
  await rotateKey(operator, admin, {
    journalDir: join(world.out, 'home', 'rotations'),
    oldCredentials: old,
    sleep: (ms) => world.clock.advance(Math.ceil(ms / 1000)),
    store: async (key) => {
      fresh = { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
    },
  });
  const identity = await callerIdentity({ target: admin.target, credentials: fresh });
  return { newKeyWorks: fresh.accessKeyId !== old.accessKeyId && identity.arn === operator.arn };
}

async function restoreTrust(world: World): Promise<boolean> {
  const access = need(world.access, 'definition');
  const connect = async (account: { id: string }) =>
    need(world.admins.get(account.id), `administrator of ${account.id}`);
  const drift = await planDeployment(access, connect);
  const outcome = await applyPlan(drift, connect);
  return drift.summary.update > 0 && outcome.ok && inSync(await planDeployment(access, connect));
}
