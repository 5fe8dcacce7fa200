import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, callerIdentity, describeAwsError, ec2Client } from '../aws/index.ts';
import { decodeBase32, totp } from '../base/index.ts';
import {
  assume,
  type CodeSource,
  credentialProcessOutput,
  givenCode,
  listSessions,
  login,
  logout,
  openSessionStore,
  promptCodes,
} from './index.ts';
import { type OperatorWorld, startOperatorWorld } from './testing/operator.ts';

let world: OperatorWorld;
beforeEach(async () => {
  world = await startOperatorWorld();
});
afterEach(() => world.close());

const regions = async ({ target, credentials }: Connection) => {
  const client = await ec2Client(target, credentials);
  try {
    return (await client.send(new DescribeRegionsCommand({}))).Regions?.length;
  } finally {
    client.destroy();
  }
};
const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'allowed',
    (error: unknown) => describeAwsError(error).code,
  );
const counting = (codes: CodeSource): CodeSource & { asked: number } => {
  const counter = {
    kind: codes.kind,
    asked: 0,
    code: (request: Parameters<CodeSource['code']>[0]) => {
      counter.asked++;
      return codes.code(request);
    },
  };
  return counter;
};
/** What the authenticator shows now. */
const shown = () =>
  totp(
    decodeBase32(world.enrollment.mfa?.seed.reveal() ?? '') ?? new Uint8Array(),
    world.context.target.clock.now(),
  );

describe('one code, then any number of roles', () => {
  test('into the audit role: it can look, and its session is in the cache for the next call', async () => {
    const codes = counting(world.codes);
    const session = await assume(world.context, world.source, world.route('SecurityAuditRole'), { codes });
    expect(await regions(world.with(session.credentials))).toBeGreaterThan(0);
    expect((await callerIdentity(world.with(session.credentials))).arn).toBe(
      'arn:aws:sts::657654036224:assumed-role/SecurityAuditRole/security-admin',
    );
    expect(Math.round((session.expiresAt - session.issuedAt) / 1_000)).toBeCloseTo(3_600, -1);
    const asked = codes.asked;
    const again = await assume(world.context, world.source, world.route('SecurityAuditRole'), { codes });
    expect(again).toMatchObject({ fromCache: true, key: session.key });
    // A chain of two hops comes out of the same login.
    const chained = await assume(world.context, world.source, world.route('SecurityInventoryRole'), {
      codes,
    });
    expect(await regions(world.with(chained.credentials))).toBeGreaterThan(0);
    expect(codes.asked).toBe(asked);
  });

  test('without the login, or with a wrong ExternalId, AWS refuses', async () => {
    const [hop] = world.route('SecurityAuditRole');
    if (hop === undefined) throw new Error('no hop');
    const noMfa = assume(world.context, world.source, [{ ...hop, mfa: false }], { codes: world.codes });
    expect(await codeOf(noMfa)).toBe('AccessDenied');
    const wrong = assume(world.context, world.source, [{ ...hop, externalId: 'guessed' }], {
      codes: world.codes,
    });
    expect(await codeOf(wrong)).toBe('AccessDenied');
  });

  test('serial number and code in the AssumeRole call itself work too', async () => {
    await world.sleep(60_000);
    const session = await assume(world.context, world.source, world.route('SecurityAuditRole'), {
      codes: givenCode(shown()),
      mfa: 'direct',
    });
    expect(await regions(world.with(session.credentials))).toBeGreaterThan(0);
    expect((await listSessions(world.context.store)).map((s) => s.kind)).toEqual(['role']);
  });

  test('after an hour the session is refused, and the next call gets a new one without a new code', async () => {
    const codes = counting(world.codes);
    const first = await assume(world.context, world.source, world.route('SecurityAuditRole'), { codes });
    const asked = codes.asked;
    await world.sleep(3_601_000);
    expect(await codeOf(regions(world.with(first.credentials)))).toMatch(/Expired/);
    const second = await assume(world.context, world.source, world.route('SecurityAuditRole'), { codes });
    expect(second.fromCache).toBe(false);
    expect(await regions(world.with(second.credentials))).toBeGreaterThan(0);
    expect(codes.asked).toBe(asked);
  });

  test('a quarter of an hour before its end a session is renewed: SDKs ask from then on', async () => {
    const run = () =>
      assume(world.context, world.source, world.route('SecurityAuditRole'), { codes: world.codes });
    await run();
    await world.sleep(44 * 60_000);
    expect((await run()).fromCache).toBe(true);
    await world.sleep(2 * 60_000);
    expect((await run()).fromCache).toBe(false);
  });

  test('a cached login that AWS does not know any more is replaced', async () => {
    const session = await login(world.context, world.source, { codes: world.codes });
    const token = { ...session.credentials, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' };
    await world.context.store.put({ ...session, credentials: token });
    const codes = counting(world.codes);
    await assume(world.context, world.source, world.route('SecurityAuditRole'), { codes });
    expect(codes.asked).toBe(1);
  });

  test('a login older than the role admits is renewed', async () => {
    await login(world.context, world.source, { codes: world.codes });
    await world.sleep(600_000);
    const codes = counting(world.codes);
    expect((await login(world.context, world.source, { codes, mfaMaxAge: 3_600 })).fromCache).toBe(true);
    expect((await login(world.context, world.source, { codes, mfaMaxAge: 300 })).fromCache).toBe(false);
    expect(codes.asked).toBe(1);
  });
});

describe('a code is good once', () => {
  test('a seed waits for the next window instead of sending a code twice', async () => {
    await login(world.context, world.source, { codes: world.codes });
    world.notices.length = 0;
    await login(world.context, world.source, { codes: world.codes, fresh: true });
    expect(world.notices.join()).toMatch(/waiting \d+ s for the next MFA code/);
  });

  test('a given code is refused the second time, here and not by AWS', async () => {
    await world.sleep(60_000);
    const code = shown();
    await login(world.context, world.source, { codes: givenCode(code) });
    const again = login(world.context, world.source, { codes: givenCode(code), fresh: true });
    expect(await codeOf(again)).toBe('code-used');
  });

  test('a person is asked again after a wrong code, and told why', async () => {
    await world.sleep(60_000);
    const questions: string[] = [];
    const answers = ['12345', '000000', ''];
    const codes = promptCodes({
      ask: async (question) => {
        questions.push(question);
        const answer = answers.shift() ?? '';
        return answer === '' ? shown() : answer;
      },
    });
    await login(world.context, world.source, { codes });
    expect(questions).toEqual([
      'MFA code of pixel1: ',
      'A code has six digits.\nMFA code of pixel1: ',
      'AWS did not take that code.\nMFA code of pixel1: ',
    ]);
  });

  test('three wrong codes end it', async () => {
    const guesses = ['000000', '000001', '000002'];
    const codes: CodeSource = { kind: 'prompt', code: async () => guesses.shift() ?? '000003' };
    expect(await codeOf(login(world.context, world.source, { codes }))).toBe('AccessDenied');
    expect(guesses).toEqual([]);
  });

  test('ten callers at once cause one login and one code', async () => {
    const codes = counting(world.codes);
    await world.sleep(60_000);
    const sessions = await Promise.all(
      Array.from({ length: 10 }, () =>
        assume(world.context, world.source, world.route('SecurityAuditRole'), { codes }),
      ),
    );
    expect(codes.asked).toBe(1);
    expect(new Set(sessions.map((s) => s.credentials.accessKeyId)).size).toBe(1);
  });
});

describe('the cache', () => {
  test('holds no secret in the clear, and nobody else may read it', async () => {
    const session = await assume(world.context, world.source, world.route('SecurityAuditRole'), {
      codes: world.codes,
    });
    const { directory } = world.context.store;
    const secrets = [
      session.credentials.secretAccessKey.reveal(),
      session.credentials.sessionToken?.reveal() ?? '',
      world.enrollment.secretAccessKey?.reveal() ?? '',
      world.enrollment.mfa?.seed.reveal() ?? '',
    ];
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const names = await readdir(directory);
    expect(names.filter((n) => n.endsWith('.session'))).toHaveLength(2);
    expect(names.filter((n) => /lock|tmp/.test(n))).toEqual([]);
    for (const name of names) {
      const file = join(directory, name);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const text = await readFile(file, 'latin1');
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    const printed =
      inspect({ session, enrollment: world.enrollment }, { depth: 9 }) + JSON.stringify(session);
    for (const secret of secrets) expect(printed + world.notices.join()).not.toContain(secret);
    // And the one place where they belong.
    expect(JSON.parse(credentialProcessOutput(session.credentials))).toMatchObject({
      Version: 1,
      SecretAccessKey: secrets[0],
      SessionToken: secrets[1],
    });
  });

  test('a damaged file counts as missing, with a word about it', async () => {
    const session = await login(world.context, world.source, { codes: world.codes });
    const { store } = world.context;
    const file = join(store.directory, `${session.key}.session`);
    const whole = await readFile(file, 'utf8');
    const damages = [whole.slice(0, 40), '', '{}', whole.replace(/.{3}\n$/, 'AAA\n'), 'v1.\0\0'];
    for (const damaged of damages) {
      await writeFile(file, damaged);
      world.notices.length = 0;
      expect(await store.get(session.key)).toBeUndefined();
      expect(world.notices.join()).toContain('is damaged');
    }
    await writeFile(file, whole);
    expect(await store.get(session.key)).toMatchObject({ sourceArn: world.source.arn });
  });

  test("another session's file under this name doesn't open", async () => {
    const one = await login(world.context, world.source, { codes: world.codes });
    const two = await assume(world.context, world.source, world.route('SecurityAuditRole'), {
      codes: world.codes,
    });
    const { store } = world.context;
    const path = (key: string) => join(store.directory, `${key}.session`);
    await writeFile(path(two.key), await readFile(path(one.key)));
    expect(await store.get(two.key)).toBeUndefined();
  });

  test('logout forgets what it is told to', async () => {
    await assume(world.context, world.source, world.route('SecurityAuditRole'), { codes: world.codes });
    const { store } = world.context;
    const [role] = world.route('SecurityAuditRole');
    expect(await logout(store, { roleArn: role?.roleArn ?? '' })).toBe(1);
    expect((await listSessions(store)).map((s) => s.kind)).toEqual(['login']);
    expect(await logout(store)).toBe(1);
    expect(await listSessions(store)).toEqual([]);
  });

  test('a clock that was set back does not bring an old session back, nor make its code younger', async () => {
    const first = await login(world.context, world.source, { codes: world.codes });
    const { target, store, ...rest } = world.context;
    const clock = { now: () => target.clock.now() - 600_000 };
    const behind = {
      ...rest,
      target: { ...target, clock },
      store: await openSessionStore({ directory: store.directory, clock }),
    };
    const second = await login(behind, world.source, { codes: world.codes });
    expect(second.fromCache).toBe(false);
    expect(second.credentials.accessKeyId).not.toBe(first.credentials.accessKeyId);
    expect(Math.abs((second.mfaAt ?? 0) - clock.now())).toBeLessThan(120_000);
    expect((await login(behind, world.source, { codes: world.codes, mfaMaxAge: 900 })).fromCache).toBe(true);
    await world.sleep(900_000);
    expect((await login(behind, world.source, { codes: world.codes, mfaMaxAge: 900 })).fromCache).toBe(false);
  });

  test('a second store on the same directory reads what the first wrote', async () => {
    const { clock } = world.context.target;
    const session = await login(world.context, world.source, { codes: world.codes });
    const other = await openSessionStore({ directory: world.context.store.directory, clock });
    expect((await other.get(session.key))?.credentials.accessKeyId).toBe(session.credentials.accessKeyId);
  });
});
