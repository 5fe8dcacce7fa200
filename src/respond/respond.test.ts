import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ListAccessKeysCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwsFailure, type Connection, callerIdentity, describeAwsError, iamClient } from '../aws/index.ts';
import { cutSessions, loseAnswersOf } from '../aws/testing/lossy.ts';
import { Secret } from '../base/index.ts';
import { inSync, planDeployment } from '../deploy/index.ts';
import { assume, login, logout } from '../session/index.ts';
import { type OperatorWorld, startOperatorWorld } from '../session/testing/operator.ts';
import { type NewKey, quarantine, release, revokeSessions, rotateKey } from './index.ts';

let world: OperatorWorld;
let journalDir: string;
beforeEach(async () => {
  world = await startOperatorWorld();
  journalDir = await mkdtemp(join(tmpdir(), 'crossaccount-test-'));
});
afterEach(async () => {
  await world.close();
  await rm(journalDir, { recursive: true, force: true });
});

const into = (role: string) => assume(world.context, world.source, world.route(role), { codes: world.codes });
const sleep = (ms: number) => world.sleep(ms);
const failureOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'allowed',
    (error: unknown) => describeAwsError(error).code,
  );

describe('revoke', () => {
  test("a role's sessions are refused at once, proved with a live one; a new session works", async () => {
    const stolen = await into('SecurityAuditRole');
    const result = await revokeSessions(
      world.access,
      { kind: 'role', role: 'SecurityAuditRole' },
      world.connect,
      { probes: [{ name: 'stolen', credentials: stolen.credentials }], sleep },
    );
    expect(result.complete).toBe(true);
    expect(result.measures).toMatchObject([
      { name: 'SecurityAuditRole', state: 'applied', account: { name: 'workload' } },
    ]);
    expect(result.probes).toMatchObject([
      { name: 'stolen', call: 'ec2:DescribeRegions', before: 'allowed', after: 'refused', proved: true },
    ]);

    await world.sleep(5_000);
    await logout(world.context.store, { roleArn: stolen.roleArn ?? '' });
    const fresh = await into('SecurityAuditRole');
    const again = await revokeSessions(
      world.access,
      { kind: 'role', role: 'SecurityAuditOperator' },
      world.connect,
      { probes: [{ name: 'fresh', credentials: fresh.credentials }], sleep },
    );
    expect(again.probes).toMatchObject([{ before: 'allowed', after: 'allowed', proved: false }]);
    expect(again.complete).toBe(false);
  });

  test("an operator's login ends, and every role that it led to, over two hops", async () => {
    const session = await login(world.context, world.source, { codes: world.codes });
    const chained = await into('SecurityInventoryRole');
    const probes = [
      { name: 'login', credentials: session.credentials },
      { name: 'chained', credentials: chained.credentials },
    ];
    const subject = { kind: 'operator', operator: 'security-admin' } as const;
    const result = await revokeSessions(world.access, subject, world.connect, { probes, sleep });
    expect(result.measures.map((m) => [m.kind, m.name, m.state]).sort()).toEqual([
      ['role', 'SecurityAuditOperator', 'applied'],
      ['role', 'SecurityAuditRole', 'applied'],
      ['role', 'SecurityInventoryRole', 'applied'],
      ['user', 'security-admin', 'applied'],
    ]);
    expect(result.probes.map((p) => [p.name, p.proved])).toEqual([
      ['login', true],
      ['chained', true],
    ]);
    expect(result.complete).toBe(true);
    expect(result.notes.join()).toContain('rotate-key');
    // The long-lived key is not a session: the note is true.
    expect((await callerIdentity(world.operator)).arn).toBe(world.source.arn);
    // And the next deployment leaves the measure alone.
    expect(inSync(await planDeployment(world.access, world.connect, { prune: true }))).toBe(true);
  });

  test("is not fooled by this machine's clock", async () => {
    await world.control.advance(900);
    const stolen = await into('SecurityAuditRole');
    const { issuedBefore } = await revokeSessions(
      world.access,
      { kind: 'role', role: 'SecurityAuditRole' },
      world.connect,
    );
    expect(Date.parse(issuedBefore)).toBeGreaterThan((await world.control.now()).getTime() - 60_000);
    const after = await revokeSessions(
      world.access,
      { kind: 'role', role: 'SecurityAuditRole' },
      world.connect,
      {
        probes: [{ name: 'stolen', credentials: stolen.credentials }],
      },
    );
    expect(after.probes).toMatchObject([{ before: 'refused', after: 'refused', proved: false }]);
  });

  test('an account that cannot be reached is a failed measure; the others are shut', async () => {
    const connect: typeof world.connect = async (account) => {
      if (account.name !== 'workload') return world.connect(account);
      throw new AwsFailure({ code: 'no-credentials', message: 'no profile', retryable: false });
    };
    const subject = { kind: 'operator', operator: 'security-admin' } as const;
    const result = await revokeSessions(world.access, subject, connect);
    expect(result.complete).toBe(false);
    expect(result.measures.map((m) => [m.account.name, m.state]).sort()).toEqual([
      ['security', 'applied'],
      ['security', 'applied'],
      ['workload', 'failed'],
      ['workload', 'failed'],
    ]);
  });

  test('a network that fails proves nothing', async () => {
    const stolen = await into('SecurityAuditRole');
    const probes = [{ name: 'stolen', credentials: stolen.credentials }];
    const subject = { kind: 'role', role: 'SecurityAuditRole' } as const;
    // The administrator's calls pass; the session's are cut off, first after the measure and then from the start.
    const gate = await cutSessions(world.sandbox.url);
    const through: typeof world.connect = async (account) => {
      const { target, credentials } = await world.connect(account);
      return { target: { ...target, endpoint: gate.url }, credentials };
    };
    for (const before of ['allowed', 'unknown']) {
      const onProgress = () => {
        gate.closed = true;
      };
      const result = await revokeSessions(world.access, subject, through, { probes, sleep, onProgress });
      expect(result.measures).toMatchObject([{ state: 'applied' }]);
      expect(result.probes).toMatchObject([{ before, after: 'unknown', proved: false }]);
      expect(result.complete).toBe(false);
    }
    await gate.close();
  });

  test('credentials of another account change nothing', async () => {
    const subject = { kind: 'role', role: 'SecurityAuditRole' } as const;
    const wrong: typeof world.connect = async () => world.connection(world.access.security.id);
    const { measures } = await revokeSessions(world.access, subject, wrong);
    expect(measures).toMatchObject([{ state: 'failed', problem: { code: 'wrong-account' } }]);
    const [operator] = world.access.operators;
    const workload = world.access.accounts.find((a) => a.name === 'workload');
    const store = async () => undefined;
    const rotated = rotateKey(operator!, world.connection(workload!.id), { journalDir, store });
    expect(await failureOf(rotated)).toBe('wrong-account');
  });

  test('an unknown subject is refused by name', async () => {
    const subject = { kind: 'role', role: 'SecurityAuditRol' } as const;
    await expect(revokeSessions(world.access, subject, world.connect)).rejects.toThrow(
      'no role `SecurityAuditRol`',
    );
  });
});

test('no failure carries a secret along, however deep one looks', async () => {
  const { credentials } = await into('SecurityAuditRole');
  const stranger = async () => world.with(credentials);
  const subject = { kind: 'role', role: 'SecurityAuditRole' } as const;
  const result = await revokeSessions(world.access, subject, stranger);
  expect(result.measures).toMatchObject([{ state: 'failed', problem: { code: 'AccessDenied' } }]);
  const error: unknown = await rotateKey(world.access.operators[0]!, world.with(credentials), {
    journalDir,
    store: async () => undefined,
  }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(AwsFailure);
  const seen = inspect([result, error], { depth: 30, showHidden: true, maxStringLength: null });
  expect(seen).not.toContain(credentials.secretAccessKey.reveal());
  expect(seen).not.toContain(credentials.sessionToken?.reveal());
});

describe('quarantine', () => {
  test('denies a long-lived key everything until it is released', async () => {
    const subject = { kind: 'operator', operator: 'security-admin' } as const;
    expect((await quarantine(world.access, subject, world.connect)).complete).toBe(true);
    const session = await login(world.context, world.source, { codes: world.codes });
    const enter = () => into('SecurityAuditRole');
    expect(session.kind).toBe('login');
    expect(await failureOf(enter())).toBe('AccessDenied');
    expect(inSync(await planDeployment(world.access, world.connect, { prune: true }))).toBe(true);
    expect((await release(world.access, subject, world.connect)).complete).toBe(true);
    expect(await failureOf(enter())).toBe('allowed');
    expect((await release(world.access, subject, world.connect)).complete).toBe(true);
  });
});

describe('rotate-key', () => {
  const who = () => world.access.operators[0]!;
  const admin = (): Connection => world.connection(who().account.id);
  const keys = async () => {
    const { target, credentials } = admin();
    const iam = await iamClient(target, credentials);
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: who().name }));
    iam.destroy();
    return AccessKeyMetadata.map((k) => [k.AccessKeyId, k.Status]);
  };
  const as = (key: NewKey) =>
    callerIdentity(
      world.with({ accessKeyId: key.accessKeyId, secretAccessKey: new Secret(key.secretAccessKey.reveal()) }),
    );

  test('the new key works, the old one is refused over the wire and gone', async () => {
    const stored: NewKey[] = [];
    const result = await rotateKey(who(), admin(), {
      journalDir,
      sleep,
      oldCredentials: world.operator.credentials,
      store: async (key) => void stored.push(key),
    });
    expect(result).toMatchObject({
      stages: ['create', 'store', 'prove', 'deactivate', 'refused', 'delete'],
      oldKey: 'deleted',
      proof: 'refused-over-the-wire',
      resumed: false,
    });
    expect(await keys()).toEqual([[result.newKeyId, 'Active']]);
    expect((await as(stored[0]!)).arn).toBe(who().arn);
    expect(await failureOf(callerIdentity(world.operator))).toBe('InvalidClientTokenId');
    expect((await readdir(journalDir)).filter((n) => n.includes('rotation'))).toEqual([]);
    expect(inspect(result) + JSON.stringify(stored)).not.toContain(stored[0]!.secretAccessKey.reveal());
  });

  test('broken off while storing, it goes on with the same key', async () => {
    const seen: string[] = [];
    const once = rotateKey(who(), admin(), {
      journalDir,
      store: async (key) => {
        seen.push(key.accessKeyId);
        throw new Error('the disk is full');
      },
    });
    await expect(once).rejects.toThrow('the disk is full');
    expect((await keys()).map(([, status]) => status)).toEqual(['Active', 'Active']);
    let secret = '';
    const result = await rotateKey(who(), admin(), {
      journalDir,
      sleep,
      store: async (key) => {
        seen.push(key.accessKeyId);
        secret = key.secretAccessKey.reveal();
        const journal = (await readdir(journalDir)).filter((n) => n.endsWith('.rotation'));
        expect(journal).toHaveLength(1);
        const file = join(journalDir, journal[0]!);
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        expect(await readFile(file, 'latin1')).not.toContain(secret);
      },
    });
    expect(secret).not.toBe('');
    expect(seen).toEqual([result.newKeyId, result.newKeyId]);
    expect(result).toMatchObject({
      resumed: true,
      stages: ['store', 'prove', 'deactivate', 'refused', 'delete'],
    });
    expect(result.proof).toBe('read-back');
    expect(await keys()).toEqual([[result.newKeyId, 'Active']]);
  });

  test('a key whose secret was lost on the way is found and deleted, not left behind', async () => {
    const network = await loseAnswersOf('CreateAccessKey', world.sandbox.url);
    const { target, credentials } = admin();
    const through = { target: { ...target, endpoint: network.url }, credentials };
    const store = async () => undefined;
    // The SDK tries again what was done already: AWS allows no third key.
    expect(await failureOf(rotateKey(who(), through, { journalDir, store }))).toBe('LimitExceeded');
    await network.close();
    expect(network.lost).toBe(1);
    const [old, orphan] = await keys();
    expect([old?.[0], orphan?.[1]]).toEqual([world.operator.credentials.accessKeyId, 'Active']);
    const result = await rotateKey(who(), admin(), { journalDir, sleep, store });
    expect(result.resumed).toBe(true);
    expect(result.newKeyId).not.toBe(orphan?.[0]);
    expect(await keys()).toEqual([[result.newKeyId, 'Active']]);
  });

  test('an operator who rotates their own key does not lock themselves out half way', async () => {
    const iam = await iamClient(admin().target, admin().credentials);
    const Statement = [{ Effect: 'Allow', Action: 'iam:*AccessKey*', Resource: who().arn }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName: who().name, PolicyName: 'self', PolicyDocument }));
    iam.destroy();
    const result = await rotateKey(who(), world.operator, {
      journalDir,
      sleep,
      store: async () => undefined,
    });
    expect(result.proof).toBe('refused-over-the-wire');
    expect(await keys()).toEqual([[result.newKeyId, 'Active']]);
  });

  test('a second key that is not ours to delete stops it before anything changes', async () => {
    await rotateKey(who(), admin(), { journalDir, sleep, keepInactive: true, store: async () => undefined });
    const before = await keys();
    expect(before.map(([, status]) => status).sort()).toEqual(['Active', 'Inactive']);
    const again = (replaceInactive: boolean) =>
      rotateKey(who(), admin(), { journalDir, sleep, replaceInactive, store: async () => undefined });
    expect(await failureOf(again(false))).toBe('two-keys');
    expect(await keys()).toEqual(before);
    const oldKeyId = before.find(([, status]) => status === 'Inactive')?.[0] ?? '';
    const mistaken = { journalDir, sleep, replaceInactive: true, oldKeyId, store: async () => undefined };
    expect(await failureOf(rotateKey(who(), admin(), mistaken))).toBe('no-such-key');
    expect(await keys()).toEqual(before);
    const result = await again(true);
    expect(await keys()).toEqual([[result.newKeyId, 'Active']]);
  });

  test('a damaged journal is no licence to begin anew', async () => {
    const store = async () => {
      throw new Error('broken off');
    };
    await expect(rotateKey(who(), admin(), { journalDir, store })).rejects.toThrow('broken off');
    const [file] = (await readdir(journalDir)).filter((n) => n.endsWith('.rotation'));
    await writeFile(join(journalDir, file!), 'v1.AAAA');
    expect(await failureOf(rotateKey(who(), admin(), { journalDir, store }))).toBe('damaged-journal');
    expect(await keys()).toHaveLength(2);
  });
});
