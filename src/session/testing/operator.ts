import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Path } from '../../access/index.ts';
import type { Connection, Credentials } from '../../aws/index.ts';
import { applyPlan, type Enrollment, enroll, planDeployment } from '../../deploy/index.ts';
import { startWorld, type World } from '../../deploy/testing/world.ts';
import {
  type CodeSource,
  openSessionStore,
  routeTo,
  type SessionContext,
  type Source,
  seedCodes,
} from '../index.ts';

/** A deployed world with one enrolled operator and a cache of its own. */
export interface OperatorWorld extends World {
  readonly enrollment: Enrollment;
  readonly source: Source;
  readonly context: SessionContext;
  readonly codes: CodeSource;
  readonly notices: string[];
  /** Virtual time passes; nothing waits. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly operator: Connection;
  route(role: string): readonly Path[];
  /** Speaks with a session's credentials. */
  with(credentials: Credentials): Connection;
}

export async function startOperatorWorld(text?: string): Promise<OperatorWorld> {
  const world = await startWorld(text);
  const { access, control } = world;
  const result = await applyPlan(await planDeployment(access, world.connect), world.connect);
  if (!result.ok) throw new Error(JSON.stringify(result.outcomes.map((o) => o.problem)));
  const [who] = access.operators;
  if (who === undefined) throw new Error('no operator');
  const enrollment = await enroll(who, world.connection(who.account.id));
  const { accessKeyId, secretAccessKey, mfa } = enrollment;
  if (accessKeyId === undefined || secretAccessKey === undefined || mfa === undefined)
    throw new Error('not enrolled');

  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const target = { ...world.connection(who.account.id).target, clock };
  const sleep = async (ms: number) => {
    offset += ms;
    await control.advance(ms / 1_000);
  };
  const notices: string[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'crossaccount-test-'));
  const store = await openSessionStore({ directory, clock, notify: (m) => notices.push(m) });
  const credentials = { accessKeyId, secretAccessKey };
  return {
    ...world,
    enrollment,
    notices,
    sleep,
    codes: seedCodes(mfa.seed),
    context: { target, store, sleep, notify: (m) => notices.push(m) },
    source: {
      arn: who.arn,
      partition: access.partition,
      mfaSerial: mfa.serialNumber,
      credentials: async () => credentials,
    },
    operator: { target, credentials },
    with: (c) => ({ target, credentials: c }),
    route(role) {
      const found = routeTo(access, who.name, role);
      if (!found.ok) throw new Error(found.diagnostics[0]?.message);
      return found.value;
    },
    async close() {
      await world.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
