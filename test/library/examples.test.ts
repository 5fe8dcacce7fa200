import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, root } from '../../scripts/build.mjs';

// What an installed user has: package.json with its `exports`, and the bundle built from the sources as they are. It lies
// below our own node_modules, where the bundle finds the data package that it reads at run time.
const home = join(root, 'node_modules', '.cache', `crossaccount-library-${process.pid}`);
const installed = join(home, 'node_modules', 'crossaccount');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'));
  await build(join(installed, 'dist'));
  cpSync(join(root, 'examples'), join(home, 'examples'), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('examples/library, run against the built package', () => {
  it('policy.mjs flags the published policy for the service that does not exist', () => {
    const { status, stdout, stderr } = run('examples/library/policy.mjs');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/permission-policy\.json:8:9: warning unknown-service: .*vpc/);
    expect(stdout).toMatch(/\d+ of 6144 characters/);
    expect(status).toBe(1);
  });

  it('policy.mjs accepts the corrected policy, and the trust policy as what it is', () => {
    const policies = 'examples/two-accounts/policies';
    expect(run('examples/library/policy.mjs', `${policies}/permission-policy.json`).status).toBe(0);
    expect(
      run('examples/library/policy.mjs', '--kind', 'trust', `${policies}/trust-policy.json`).status,
    ).toBe(0);
    expect(run('examples/library/policy.mjs', `${policies}/trust-policy.json`).status).toBe(1);
  });

  it('policy.mjs says which file it cannot read, and where one is broken', () => {
    expect(run('examples/library/policy.mjs', 'missing.json')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('missing.json: ENOENT'),
    });
    writeFileSync(join(home, 'broken.json'), '{\n  "Version": "2012-10-17",\n  "Statement": [}');
    const { status, stdout } = run('examples/library/policy.mjs', 'broken.json');
    expect(stdout).toMatch(/^broken\.json:3:17: error /m);
    expect(status).toBe(1);
  });

  it('engine.mjs tells why, names file, line, condition and value, and every expectation holds', () => {
    const { status, stdout, stderr } = run('examples/library/engine.mjs');
    expect(stderr).toBe('');
    expect(stdout).toContain('trust-policy.json:');
    expect(stdout).toContain('aws:MultiFactorAuthPresent is absent');
    expect(stdout).toContain(
      'AWS says: User: arn:aws:iam::489157521585:user/security-admin is not authorized to perform: sts:AssumeRole',
    );
    expect(stdout.match(/^holds {3}/gm)).toHaveLength(6);
    expect(stdout).toContain('also needs sts:SetSourceIdentity: denied');
    expect(status).toBe(0);
  });

  it('engine.mjs fails when somebody takes MFA out of the trust policy', () => {
    const file = join(home, 'examples/two-accounts/policies/trust-policy.json');
    const original = join(root, 'examples/two-accounts/policies/trust-policy.json');
    writeFileSync(
      file,
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::489157521585:user/security-admin' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' } },
          },
        ],
      }),
    );
    const { status, stdout } = run('examples/library/engine.mjs');
    expect(stdout).toContain('BROKEN  nobody enters without MFA (allowed, trust)');
    expect(status).toBe(1);
    copyFileSync(original, file);
    expect(run('examples/library/engine.mjs').status).toBe(0);
  });

  it('the examples type-check against the declarations that are shipped', () => {
    // The configuration of `npm run build`, for the two doors only.
    writeFileSync(
      join(home, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.build.json'),
        compilerOptions: { outDir: join(installed, 'dist', 'types') },
        include: [join(root, 'src/policy'), join(root, 'src/engine')],
      }),
    );
    const emitted = run(tsc, '-p', 'tsconfig.json');
    expect(emitted).toEqual({ status: 0, stdout: '', stderr: '' });
    symlinkSync(join(root, 'node_modules', '@types'), join(home, 'node_modules', '@types'));
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--allowJs',
      '--strict',
      '--module',
      'nodenext',
      '--types',
      'node',
    ];
    const checked = run(tsc, ...options, 'examples/library/policy.mjs', 'examples/library/engine.mjs');
    expect(checked).toEqual({ status: 0, stdout: '', stderr: '' });
    // And they do say something: a wrong use is refused.
    writeFileSync(
      join(home, 'wrong.mts'),
      "import { compile } from 'crossaccount/engine';\ncompile({ identity: 'all' });\n",
    );
    expect(run(tsc, ...options, 'wrong.mts').stdout).toContain("'string' is not assignable");
  });
});
