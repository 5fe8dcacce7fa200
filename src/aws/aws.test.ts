import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../base/index.ts';
import {
  AwsFailure,
  callerIdentity,
  describeAwsError,
  environmentCredentials,
  exclusively,
  inParallel,
  openSeal,
  privateDirectory,
  profileCredentials,
  systemClock,
  writeAtomically,
} from './index.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crossaccount-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const problemOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => describeAwsError(error),
  );
const SENTINEL = 'SENTINELwJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLE';
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: new Secret(SENTINEL) };

describe('errors', () => {
  test('nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const endpoint = `http://127.0.0.1:${port}`;
    const call = callerIdentity({
      target: { region: 'us-east-1', endpoint, clock: systemClock },
      credentials,
    });
    const problem = await problemOf(call);
    expect(problem).toMatchObject({
      code: 'ECONNREFUSED',
      message: `nothing listens at ${endpoint}`,
      help: expect.stringContaining('crossaccount sandbox start'),
      retryable: true,
    });
    const error = await call.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AwsFailure);
    expect(inspect(error, { depth: 12 })).not.toContain(SENTINEL);
  });

  test('an answer that is not AWS', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('<html>Not here</html>'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = { region: 'us-east-1', endpoint, clock: systemClock };
    const problem = await problemOf(callerIdentity({ target, credentials }));
    expect(problem).toMatchObject({ status: 404, retryable: false });
    expect(problem?.message).not.toBe('');
    server.closeAllConnections();
    server.close();
  });

  test('a refused signature does not bring the session token back', async () => {
    const message = [
      'The request signature we calculated does not match the signature you provided.',
      "The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:TOKEN-SENTINEL",
      "The String-to-Sign should have been\n'AWS4-HMAC-SHA256'",
    ].join('\n\n');
    const xml = `<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>${message}</Message></Error></ErrorResponse>`;
    const server = createServer((_, response) => response.writeHead(403).end(xml));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = { region: 'us-east-1', endpoint, clock: systemClock };
    const error = await callerIdentity({ target, credentials }).catch((e: unknown) => e);
    expect(describeAwsError(error)).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: 'The request signature we calculated does not match the signature you provided.',
    });
    expect(inspect(error, { depth: 12 })).not.toContain('TOKEN-SENTINEL');
    server.closeAllConnections();
    server.close();
  });

  test('bugs stay visible, and no proxy is mistaken for a sandbox', () => {
    expect(describeAwsError(new TypeError('x is not a function'))).toMatchObject({
      code: 'unknown',
      message: 'x is not a function',
      retryable: false,
    });
    const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    const { help } = describeAwsError(refused, { region: 'us-east-1', clock: systemClock });
    expect(help).toBe('check the network and proxies');
  });
});

describe('profiles', () => {
  const write = async (credentialsFile: string, config = '') => {
    await writeFile(join(dir, 'credentials'), credentialsFile);
    await writeFile(join(dir, 'config'), config);
    return {
      AWS_SHARED_CREDENTIALS_FILE: join(dir, 'credentials'),
      AWS_CONFIG_FILE: join(dir, 'config'),
      PATH: process.env['PATH'],
    };
  };

  test('static keys, of either file', async () => {
    const env = await write(
      `[one]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${SENTINEL}\n`,
      `[profile two]\naws_access_key_id=AKIAI44QH8DHBEXAMPLE\naws_secret_access_key=${SENTINEL}\naws_session_token=t\n`,
    );
    const one = await profileCredentials('one', env);
    expect(one.secretAccessKey.reveal()).toBe(SENTINEL);
    expect(one.sessionToken).toBeUndefined();
    const two = await profileCredentials('two', env);
    expect([two.accessKeyId, two.sessionToken?.reveal()]).toEqual(['AKIAI44QH8DHBEXAMPLE', 't']);
    expect(inspect([one, two]) + JSON.stringify([one, two])).not.toContain(SENTINEL);
  });

  test('a credential_process', async () => {
    const json = { Version: 1, AccessKeyId: 'ASIAX', SecretAccessKey: SENTINEL, SessionToken: 't' };
    const file = join(dir, 'out.json');
    await writeFile(file, JSON.stringify({ ...json, Expiration: '2026-11-23T12:00:00Z' }));
    const env = await write('', `[profile p]\ncredential_process = cat ${file}\n`);
    const found = await profileCredentials('p', env);
    expect(found).toMatchObject({ accessKeyId: 'ASIAX', expiration: Date.UTC(2026, 10, 23, 12) });
  });

  test.each([
    ['nosuch', '', '[profile nosuck]\nregion = x\n', 'did you mean `nosuck`?'],
    ['half', '[half]\naws_access_key_id = AKIA\n', '', 'without a secret access key'],
    ['role', '', '[profile role]\nrole_arn = arn:aws:iam::111122223333:role/x\n', 'neither keys nor'],
    ['fails', '', '[profile fails]\ncredential_process = echo oh no >&2; exit 3\n', 'failed: oh no'],
    ['prose', '', `[profile prose]\ncredential_process = echo ${SENTINEL}\n`, 'printed no JSON'],
    ['v2', '', `[profile v2]\ncredential_process = echo '{"Version":2}'\n`, 'no credentials of version 1'],
  ])('%s is refused with words that help', async (profile, credentialsFile, config, words) => {
    const problem = await problemOf(profileCredentials(profile, await write(credentialsFile, config)));
    expect(problem?.code).toBe('no-credentials');
    expect(`${problem?.message} ${problem?.help}`).toContain(words);
    expect(JSON.stringify(problem)).not.toContain(SENTINEL);
  });

  test('of the environment', () => {
    expect(environmentCredentials({ AWS_ACCESS_KEY_ID: 'a' })).toBeUndefined();
    expect(environmentCredentials({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })?.accessKeyId).toBe(
      'a',
    );
  });
});

describe('secrets on disk', () => {
  test('what is sealed comes back, and only under its name, unaltered', async () => {
    const seal = await openSeal(dir);
    const other = await openSeal(join(dir, 'other'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.nat(), (text, name, at) => {
        const sealed = seal.seal(name, text);
        expect(seal.open(name, sealed)).toBe(text);
        expect(seal.open(`${name}x`, sealed)).toBeUndefined();
        expect(other.open(name, sealed)).toBeUndefined();
        expect(seal.open(name, sealed.slice(0, at % (sealed.length - 2)))).toBeUndefined();
      }),
    );
  });

  test('many processes that make the key at once agree on one', async () => {
    const seals = await Promise.all(Array.from({ length: 20 }, () => openSeal(dir)));
    const sealed = seals[0]?.seal('n', 'text') ?? '';
    expect(seals.map((s) => s.open('n', sealed))).toEqual(Array(20).fill('text'));
    expect(await readdir(dir)).toEqual(['key']);
    expect((await stat(join(dir, 'key'))).mode & 0o777).toBe(0o600);
  });

  test('a directory that others may read is closed; a link is refused', async () => {
    const open = join(dir, 'open');
    await mkdir(open);
    await chmod(open, 0o755);
    await privateDirectory(open);
    expect((await stat(open)).mode & 0o777).toBe(0o700);
    await symlink(open, join(dir, 'link'));
    expect((await problemOf(privateDirectory(join(dir, 'link'))))?.code).toBe('unsafe-directory');
  });

  test('a reader sees the old or the new file, never a part', async () => {
    const file = join(dir, 'f');
    const [a, b] = ['a'.repeat(200_000), 'b'.repeat(200_000)];
    await writeAtomically(file, a);
    const seen = new Set<string>();
    const writing = (async () => {
      for (let i = 0; i < 10; i++) await writeAtomically(file, i % 2 === 0 ? b : a);
    })();
    for (let i = 0; i < 40; i++) seen.add(await readFile(file, 'utf8'));
    await writing;
    for (const text of seen) expect([a, b].includes(text)).toBe(true);
    expect(await readdir(dir)).toEqual(['f']);
  });
});

describe('the lock', () => {
  /** A process that takes the lock, notes that it has it, and leaves a note again; or dies with it. */
  const start = (mode: 'work' | 'die') =>
    spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `import { appendFileSync } from 'node:fs';
         import { exclusively } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
         await exclusively(${JSON.stringify(join(dir, 'lock'))}, async () => {
           if (${mode === 'die'}) { process.stdout.write('held'); await new Promise((r) => setTimeout(r, 60_000)); }
           appendFileSync(${JSON.stringify(join(dir, 'log'))}, 'in\\n');
           await new Promise((r) => setTimeout(r, 20));
           appendFileSync(${JSON.stringify(join(dir, 'log'))}, 'out\\n');
         });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );

  test('one process at a time, also after one was killed while it held the lock', async () => {
    const dead = start('die');
    await once(dead.stdout, 'data');
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    expect(await readdir(dir)).toContain('lock');
    const waited: number[] = [];
    const alive = [start('work'), start('work'), start('work')].map((child) => once(child, 'exit'));
    const own = Array.from({ length: 5 }, () =>
      exclusively(
        join(dir, 'lock'),
        async () => {
          await writeFile(join(dir, 'log'), 'in\n', { flag: 'a' });
          await writeFile(join(dir, 'log'), 'out\n', { flag: 'a' });
        },
        (pid) => waited.push(pid),
      ),
    );
    await Promise.all([...own, ...alive]);
    expect((await readFile(join(dir, 'log'), 'utf8')).trim().split('\n')).toEqual(
      Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 'in' : 'out')),
    );
    expect(waited).not.toContain(dead.pid);
    expect((await readdir(dir)).filter((n) => n.startsWith('lock'))).toEqual([]);
  });

  test('twenty at once need no more listeners than node allows without a warning', async () => {
    const before = process.listenerCount('exit');
    const most = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        exclusively(join(dir, `lock${i}`), async () => {
          await stat(dir);
          return process.listenerCount('exit');
        }),
      ),
    );
    expect(Math.max(...most) - before).toBeLessThanOrEqual(1);
  });

  test('a file that a power cut left empty is nobody’s lock', async () => {
    const file = join(dir, 'lock');
    await writeFile(file, '');
    let inside = 0;
    await Promise.all(
      [1, 2, 3].map(() =>
        exclusively(file, async () => {
          expect(++inside).toBe(1);
          await stat(dir);
          inside--;
        }),
      ),
    );
    expect((await readdir(dir)).filter((n) => n.startsWith('lock'))).toEqual([]);
  });

  test('an error releases it; a lock of a live process is respected', async () => {
    const file = join(dir, 'lock');
    const order: string[] = [];
    const fails = exclusively(file, async () => {
      order.push('first');
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    await Promise.all(
      ['a', 'b'].map((name) =>
        exclusively(file, async () => {
          order.push(`${name} in`);
          await stat(dir);
          order.push(`${name} out`);
        }),
      ),
    );
    expect(order[2]).toBe(order[1]?.replace('in', 'out'));
    expect(order).toHaveLength(5);
  });
});

test('a pool keeps order and width', async () => {
  let now = 0;
  let most = 0;
  const results = await inParallel([5, 4, 3, 2, 1], 2, async (n) => {
    most = Math.max(most, ++now);
    for (let i = 0; i < n; i++) await Promise.resolve();
    now--;
    return n * 2;
  });
  expect(results).toEqual([10, 8, 6, 4, 2]);
  expect(most).toBe(2);
  expect(await inParallel([], 4, async (x) => x)).toEqual([]);
});
