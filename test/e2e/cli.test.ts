import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, startXa, xa } from './tools.ts';

const example = readFileSync(join(root, 'examples', 'two-accounts', 'access.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'xa-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const edit = (from: string | RegExp, to: string): string => {
  const text = example.replace(from, to);
  if (text === example) throw new Error(`the example has no ${from}`);
  return text;
};

describe('bad definitions: a place, a reason, a remedy, exit code 2, no stack', () => {
  it.each([
    ['broken YAML', edit('accounts:\n', 'accounts: [\n'), /access\.yaml:\d+:\d+: error\[/, /./],
    [
      'an unknown key',
      edit('    session: 1h\n', '    sesion: 1h\n'),
      /access\.yaml:\d+:\d+.*sesion/,
      /session/,
    ],
    [
      'an account id that lost its zero',
      edit('"657654036224"', '012345678901'),
      /access\.yaml:\d+:\d+.*number/s,
      /quote/i,
    ],
    ['an ExternalId of one character', edit('MyUniqueSecretValue123', 'x'), /access\.yaml:\d+:\d+.*2/s, /./],
    [
      'MFA where it can never be satisfied',
      edit('      mfa: none', '      mfa: required'),
      /access\.yaml:\d+:\d+.*MFA/s,
      /./,
    ],
    [
      'an unknown operator',
      edit('operators: security-admin', 'operators: security-admn'),
      /security-admn/,
      /security-admin/,
    ],
    ['an empty file', '', /access\.yaml/, /./],
    ['a list instead of a mapping', '- a\n- b\n', /access\.yaml:1:1/, /./],
    ['binary', '\u0000\u0001\u0002\ufffd', /access\.yaml/, /./],
  ])('%s', async (_, text, place, remedy) => {
    writeFileSync(join(folder, 'access.yaml'), text);
    for (const command of [['check'], ['generate', '-o', 'out'], ['plan'], ['detect', '.']]) {
      const run = await xa(command, { cwd: folder });
      const said = run.stdout + run.stderr;
      expect(run.code).toBe(2);
      expect(said).toMatch(place);
      expect(said).toMatch(remedy);
      expect(said).not.toMatch(/\n\s+at .*:\d+:\d+\)?\n|a bug, please report/);
    }
  });

  it('is a JSON document with --json', async () => {
    writeFileSync(join(folder, 'access.yaml'), edit('    session: 1h\n', '    sesion: 1h\n'));
    const run = await xa(['check', '--json'], { cwd: folder });
    const { ok, diagnostics } = JSON.parse(run.stdout);
    expect(ok).toBe(false);
    expect(diagnostics[0]).toMatchObject({ severity: 'error', file: 'access.yaml' });
    expect(diagnostics[0].span.start.line).toBeGreaterThan(1);
  });
});

describe('wrong use: exit code 2 and a suggestion', () => {
  it.each([
    [['chekc'], /check/],
    [['check', '--jsn'], /--json/],
    [['check', 'nowhere.yaml'], /no such file/],
    [['check', 'trust.json', '--kind', 'trusty'], /not one of/],
    [
      [
        'authorize',
        '--principal',
        'arn:aws:iam::111122223333:role/x',
        '--action',
        'a:b',
        '--identity',
        'p.json',
      ],
      /sessions/,
    ],
    [['sandbox', 'start', '--port', '70000'], /not a port/],
    [['sandbox', 'start', '--account', '12'], /12 digits/],
    [['respond', 'revoke'], /--role or --operator/],
    [['assume', 'SecurityAuditRol'], /SecurityAuditRole/],
    [['login', 'nobody'], /security-admin/],
    [['plan', '--account', 'worklod'], /did you mean workload/],
    [['login', '--code', '12'], /six digits/],
  ])('%j', async (args, expected) => {
    writeFileSync(join(folder, 'access.yaml'), example);
    const run = await xa(args, { cwd: folder });
    expect(run.stderr).toMatch(expected);
    expect(run.code).toBe(args.includes('--code') ? 3 : 2);
    expect(run.stderr).not.toMatch(/a bug, please report/);
  });
});

describe('the world fails: exit code 3', () => {
  let taken: Server;
  beforeAll(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    writeFileSync(join(folder, 'access.yaml'), example);
  });
  afterAll(() => taken.close());

  const port = () => {
    const address = taken.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  it('port in use', async () => {
    const run = await xa(['sandbox', 'start', '--port', String(port())], { cwd: folder });
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/port \d+ is in use.*help: .*--port 0/s);
  });

  it('no place for its profiles: the sandbox ends, too', async () => {
    writeFileSync(join(folder, 'file'), '');
    const run = await xa(['sandbox', 'start', '--port', '0', '--dir', 'file/below', '--trail', 'trail'], {
      cwd: folder,
    });
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/cannot write .*below/);
  });

  it('no sandbox running', async () => {
    for (const args of [
      ['deploy', '--sandbox', '--yes'],
      ['sandbox', 'status'],
      ['login', '--sandbox'],
      ['sandbox', 'env'],
    ]) {
      const run = await xa(args, { cwd: folder });
      expect(run.code).toBe(3);
      expect(run.stderr).toMatch(/no sandbox runs.*crossaccount sandbox start/s);
    }
  });

  it('nothing at the endpoint', async () => {
    writeFileSync(
      join(folder, 'credentials'),
      '[security-account]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n[workload-account]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n',
    );
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      HOME: folder,
    };
    const run = await xa(['plan'], { cwd: folder, env });
    expect(run.code).toBe(3);
    expect(run.stdout).toMatch(/nothing listens at http:\/\/127\.0\.0\.1:9/);
  });

  it('no such profile', async () => {
    const run = await xa(['plan'], {
      cwd: folder,
      env: { HOME: folder, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') },
    });
    expect(run.code).toBe(3);
    expect(run.stdout).toMatch(/no profile `security-account`/);
  });
});

describe('a day with the sandbox, command by command', () => {
  const home = join(folder, 'day');
  let sandbox: ChildProcess;
  let stop: Promise<unknown>;

  beforeAll(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'access.yaml'), example);
    sandbox = startXa(['sandbox', 'start', '--port', '0'], { cwd: home, env: { HOME: home } });
    stop = once(sandbox, 'exit');
    let said = '';
    for await (const chunk of sandbox.stdout!) {
      said += String(chunk);
      if (/657654036224/.test(said)) break;
    }
  });
  afterAll(async () => {
    sandbox.kill('SIGTERM');
    await stop;
  });

  const run = (...args: string[]) => xa(args, { cwd: home, env: { HOME: home } });
  const good = async (...args: string[]) => {
    const result = await run(...args);
    expect({ args, code: result.code, stderr: result.code === 0 ? '' : result.stderr }).toEqual({
      args,
      code: 0,
      stderr: '',
    });
    return result;
  };

  it('goes from plan to revocation', async () => {
    expect((await run('drift', '--sandbox')).code).toBe(1);
    await good('plan', '--sandbox');
    const unconfirmed = await run('deploy', '--sandbox');
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringMatching(/not confirmed/)]);
    await good('deploy', '--sandbox', '--yes');
    await good('drift', '--sandbox');

    const enrolled = await good('enroll', '--sandbox', '--keep-seed');
    expect(enrolled.stdout).toMatch(/AKIA/);
    const wrong = await run('login', '--sandbox', '--code', '000000');
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toMatch(/MultiFactorAuthentication failed.*help: /s);
    await good('sandbox', 'clock', '--advance', '90s');
    await good('login', '--sandbox');

    const identity = JSON.parse((await good('credentials', 'SecurityAuditRole', '--sandbox')).stdout);
    expect(identity).toMatchObject({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SessionToken: expect.any(String),
    });
    const inside = await good(
      'exec',
      'SecurityAuditRole',
      '--sandbox',
      '--',
      process.execPath,
      '-p',
      'process.env.AWS_ACCESS_KEY_ID',
    );
    expect(inside.stdout.trim()).toBe(identity.AccessKeyId);
    expect((await run('exec', 'SecurityAuditRole', '--sandbox', '--', 'sh', '-c', 'exit 7')).code).toBe(7);
    expect(
      (await run('exec', 'SecurityAuditRole', '--sandbox', '--', 'sh', '-c', 'kill -TERM $$')).code,
    ).toBe(143);
    await good('assume', 'SecurityInventoryRole', '--sandbox', '--json');
    expect((await good('sessions', '--sandbox')).stdout).toMatch(/SecurityAuditRole/);
    await good('profiles', '--sandbox');

    await good('sandbox', 'clock', '--advance', '60s');
    const revoked = await good('respond', 'revoke', '--role', 'SecurityAuditRole', '--sandbox');
    expect(revoked.stdout).toMatch(/proved: cached session of .*SecurityAuditRole/);
    await good('respond', 'rotate-key', '--sandbox');
    await good('respond', 'quarantine', '--operator', 'security-admin', '--sandbox');
    expect((await run('assume', 'SecurityAuditRole', '--fresh', '--sandbox')).code).toBe(3);
    await good('respond', 'quarantine', '--operator', 'security-admin', '--release', '--sandbox');
    await good('drift', '--sandbox');

    await good('sandbox', 'flush');
    const found = await run('detect', '.crossaccount/sandbox/cloudtrail');
    // 127.0.0.1 is none of the definition's networks.
    expect(found.stdout).toMatch(/unknown-network/);
    expect(found.code).toBe(1);
    await good('logout', '--sandbox');
    await good('destroy', '--sandbox', '--yes');
    await good('sandbox', 'status');
  });
});

describe('authorize', () => {
  it('names file, line, condition and actual value', async () => {
    writeFileSync(join(folder, 'access.yaml'), example);
    const asked = ['authorize', '--as', 'security-admin', '--role', 'SecurityAuditRole', '--mfa'];
    const denied = await xa([...asked, '--external-id', 'guessed'], { cwd: folder });
    expect(denied.code).toBe(1);
    expect(denied.stdout).toMatch(/sts:ExternalId is "guessed"; StringEquals needs "MyUniqueSecretValue123"/);
    const allowed = await xa([...asked, '--external-id', 'MyUniqueSecretValue123', '--expect', 'allow'], {
      cwd: folder,
    });
    expect(allowed.code).toBe(0);
    const expected = await xa([...asked, '--expect', 'deny'], { cwd: folder });
    expect(expected.code).toBe(0);
    const files = ['--trust', join(root, 'examples', 'two-accounts', 'policies', 'trust-policy.json')];
    const byFile = await xa(
      [
        'authorize',
        '--principal',
        'arn:aws:iam::489157521585:user/security-admin',
        '--action',
        'sts:AssumeRole',
        '--resource',
        'arn:aws:iam::657654036224:role/SecurityAuditRole',
        ...files,
      ],
      { cwd: folder },
    );
    expect(byFile.code).toBe(1);
    expect(byFile.stdout).toMatch(/trust-policy\.json:\d+/);
  });
});
