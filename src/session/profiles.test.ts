import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessFrom, exampleText } from '../deploy/testing/world.ts';
import { removeProfiles, routeTo, writeProfiles } from './index.ts';
import { findBlock, profileNames, replaceBlock } from './ini.ts';

const access = accessFrom(exampleText());
let home: string;
let file: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'crossaccount-test-'));
  await mkdir(join(home, '.aws'));
  file = join(home, '.aws', 'config');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const write = (more: Partial<Parameters<typeof writeProfiles>[1]> = {}) =>
  writeProfiles(access, {
    env: { HOME: home },
    credentialProcessCommand: (_, profile) => `crossaccount credentials --profile ${profile}`,
    ...more,
  });

describe('profiles', () => {
  test('one for every role within reach, as an SDK reads them', async () => {
    const before = '# mine\n[default]\nregion = eu-west-1 ; why\n';
    await writeFile(file, before, { mode: 0o640 });
    const result = await write();
    expect(result).toMatchObject({
      ok: true,
      value: { changed: true, backup: `${file}.crossaccount-backup` },
    });
    const { configFile } = await loadSharedConfigFiles({
      configFilepath: file,
      filepath: '/nowhere',
      ignoreCache: true,
    });
    expect(configFile?.['workload-SecurityAuditRole']).toEqual({
      credential_process: 'crossaccount credentials --profile workload-SecurityAuditRole',
      region: 'us-east-1',
    });
    expect(Object.keys(configFile ?? {}).sort()).toEqual([
      'default',
      'security-SecurityAuditOperator',
      'workload-SecurityAuditRole',
      'workload-SecurityInventoryRole',
    ]);
    expect((await readFile(file, 'utf8')).startsWith(before)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readFile(`${file}.crossaccount-backup`, 'utf8')).toBe(before);

    expect(await write()).toMatchObject({ ok: true, value: { changed: false } });
    await removeProfiles(access, { env: { HOME: home } });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await readdir(join(home, '.aws'))).sort()).toEqual(['config', 'config.crossaccount-backup']);
  });

  test('a link stays a link', async () => {
    const real = join(home, 'dotfiles-config');
    await writeFile(real, '[default]\n');
    await symlink(real, file);
    await write();
    expect(await readFile(real, 'utf8')).toContain('workload-SecurityAuditRole');
    expect((await readdir(join(home, '.aws'), { withFileTypes: true }))[0]?.isSymbolicLink()).toBe(true);
  });

  test.each([
    ['profile-exists', '[profile workload-SecurityAuditRole]\nregion = x\n', {}],
    ['broken-block', '# BEGIN crossaccount two-accounts\n[profile x]\n', {}],
    ['profile-value', '', { credentialProcessCommand: () => 'x # y' }],
    ['profile-value', '', { credentialProcessCommand: () => 'x\n[profile evil]' }],
    ['profile-name', '', { profileName: () => 'a]b' }],
    ['profile-twice', '', { profileName: () => 'same' }],
    ['no-operator', '', { operator: 'nobody' }],
  ])('%s is refused, and nothing is written', async (code, before, options) => {
    await writeFile(file, before);
    const result = await write(options);
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]?.code).toBe(code);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('a profile of that name in the credentials file would win: refused', async () => {
    await writeFile(
      join(home, '.aws', 'credentials'),
      '[workload-SecurityAuditRole]\naws_access_key_id = AKIA\n',
    );
    expect((await write()).diagnostics[0]?.code).toBe('profile-exists');
  });
});

describe('the block', () => {
  const bytes = fc.string({
    unit: fc.constantFrom('a', '[', ']', '\n', '\r\n', '#', ' ', '=', 'ÿ', '# END crossaccount other\n'),
  });
  const lines = fc.array(fc.constantFrom('[profile x]', 'region = y', ''), { minLength: 1 });

  test('everything around it stays byte for byte, wherever it is', () => {
    fc.assert(
      fc.property(bytes, bytes, lines, lines, (head, tail, first, second) => {
        const placed = replaceBlock(head, 'n', first);
        const text = placed + tail;
        const again = replaceBlock(text, 'n', second);
        const begin = placed.indexOf('# BEGIN crossaccount n');
        expect(again.slice(0, begin)).toBe(placed.slice(0, begin));
        expect(again.endsWith(tail)).toBe(true);
        expect(replaceBlock(again, 'n', [])).toBe(placed.slice(0, begin) + tail);
        expect(placed.slice(0, begin).trimEnd()).toBe(head.trimEnd());
        expect(replaceBlock(again, 'n', second)).toBe(again);
      }),
    );
  });

  test("another definition's block is not ours", () => {
    const text = replaceBlock('', 'prod-eu', ['[profile a]']);
    expect(findBlock(text, 'prod')).toBe('none');
    expect(replaceBlock(replaceBlock(text, 'prod', ['[profile b]']), 'prod', [])).toBe(text);
  });

  test('names of profiles in all their spellings', () => {
    const text = '[default]\n[profile a]\n [ profile  "b c" ]\n[sso-session s]\n#[profile no]\n';
    expect(profileNames(text, 'config')).toEqual(['default', 'a', 'b c']);
    expect(profileNames('[x]\n', 'credentials')).toEqual(['x']);
  });
});

describe('routes', () => {
  const route = (role: string, account?: string, operator = 'security-admin') => {
    const found = routeTo(access, operator, role, account);
    return found.ok
      ? found.value.map((p) => p.role)
      : `${found.diagnostics[0]?.message} ${found.diagnostics[0]?.help}`;
  };
  test('the shortest way, over as many hops as it takes', () => {
    expect(route('SecurityAuditRole')).toEqual(['SecurityAuditRole']);
    expect(route('SecurityInventoryRole', 'workload')).toEqual([
      'SecurityAuditOperator',
      'SecurityInventoryRole',
    ]);
  });
  test('none: said with the nearest name', () => {
    expect(route('SecurityAuditRol')).toContain('did you mean `SecurityAuditRole`?');
    expect(route('SecurityAuditRole', 'workloud')).toContain('did you mean `workload`?');
    expect(route('SecurityAuditRole', undefined, 'security-admim')).toContain(
      'did you mean `security-admin`?',
    );
  });
});
