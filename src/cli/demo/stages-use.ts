import { join } from 'node:path';
import { assume, login, openSessionStore, routeTo, seedCodes } from '../../session/index.ts';
import { plural } from '../output.ts';
import { trailFiles } from '../trail-files.ts';
import { OFFICE_IP, readsOf, workingDay } from './day.ts';
import { span, tick } from './run.ts';
import { need, type Stage, type World } from './types.ts';

const codes = (world: World) => seedCodes(need(world.enrollment?.mfa, 'MFA device').seed);

export const loginStage: Stage = {
  name: 'login',
  title: 'The operator proves possession of the MFA device, once.',
  async run(world) {
    const access = need(world.access, 'definition');
    const operator = need(access.operators[0], 'operator');
    const { accessKeyId, secretAccessKey, mfa } = need(world.enrollment, 'enrollment');
    const key = {
      accessKeyId: need(accessKeyId, 'access key'),
      secretAccessKey: need(secretAccessKey, 'access key'),
    };
    world.source = {
      arn: operator.arn,
      partition: access.partition,
      ...(mfa === undefined ? {} : { mfaSerial: mfa.serialNumber }),
      credentials: async () => key,
    };
    const store = await openSessionStore({ directory: join(world.out, 'home', 'cache'), clock: world.clock });
    const sleep = (ms: number) => world.clock.advance(Math.ceil(ms / 1000));
    world.sessions = { target: need(world.target, 'endpoint'), store, sleep };
    world.login = await login(world.sessions, world.source, { codes: codes(world) });
    const seconds = Math.round((world.login.expiresAt - world.login.issuedAt) / 1000);
    return {
      ok: true,
      lines: [
        `${tick} GetSessionToken with a code of ${operator.mfa?.device}: good for ${span(seconds)}, any number of roles`,
      ],
    };
  },
};

export const assumeStage: Stage = {
  name: 'assume',
  title: 'One login, then roles: with the ExternalId, for an hour.',
  async run(world) {
    world.role = await enterRole(world, 'SecurityAuditRole');
    const chained = await enterRole(world, 'SecurityInventoryRole');
    const line = (s: typeof chained) =>
      `${tick} ${s.roleArn} for ${span(Math.round((s.expiresAt - s.issuedAt) / 1000))}`;
    return { ok: true, lines: [line(world.role), `${line(chained)}, through SecurityAuditOperator`] };
  },
};

/** A new code, a new MFA session. */
export const freshLogin = (world: World) =>
  login(need(world.sessions, 'session store'), need(world.source, 'operator'), {
    codes: codes(world),
    fresh: true,
  });

/** Enters a role by its shortest route, as `crossaccount assume` does. */
export async function enterRole(world: World, role: string) {
  const route = routeTo(need(world.access, 'definition'), 'security-admin', role);
  if (!route.ok) throw new Error(route.diagnostics[0]?.message);
  return assume(need(world.sessions, 'session store'), need(world.source, 'operator'), route.value, {
    codes: codes(world),
  });
}

export const use: Stage = {
  name: 'use',
  title: 'A working day inside the role: reads work, and nothing about it is remarkable.',
  async run(world) {
    const { credentials } = need(world.role, 'role session');
    const reads = await readsOf(world, credentials);
    for (const [, call] of reads) await call();
    const control = need(world.control, 'control interface');
    // What came before (deploying, enrolling) is not part of the day.
    await control.flush();
    const trail = join(world.out, 'cloudtrail');
    const before = new Set(trailFiles(trail));
    const calls = await workingDay(world);
    await control.flush();
    const files = trailFiles(trail).filter((file) => !before.has(file));
    world.benign = { events: 0, findings: 0, files };
    return {
      ok: true,
      lines: [
        `${tick} ${reads.map(([name]) => name).join(', ')}`,
        `${tick} ${plural(calls, 'call')} from ${OFFICE_IP} between 08:30 and 18:00; CloudTrail wrote ${plural(files.length, 'file')}`,
      ],
    };
  },
};
