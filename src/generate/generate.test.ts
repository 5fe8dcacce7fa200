import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import { describe, expect, it } from 'vitest';
import { assumePolicy, permissionPolicy, trustPolicy } from '../access/index.ts';
import { generate } from './generate.ts';
import { policyFiles } from './policies.ts';
import { accessOf, contentOf, exampleAccess } from './testing.ts';

const example = generate(exampleAccess());

describe('generate', () => {
  it('gives the same bytes for the same definition', () => {
    expect(generate(exampleAccess())).toEqual(example);
  });

  it('writes clean text files with distinct, relative paths', () => {
    for (const files of [example, generate(accessOf({ workloads: 30, derived: true }))]) {
      expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(files.length);
      for (const { path, content } of files) {
        expect(path).not.toMatch(/^\/|\.\.|\\/);
        expect(content, path).toMatch(/[^\n]\n$/);
        expect(content, path).not.toMatch(/undefined|NaN|\[object|[ \t]+\n/);
      }
    }
  });

  it('serves 10,000 accounts: StackSets for the roles, the list as data, documents that stay readable', () => {
    const files = generate(accessOf({ workloads: 10_000, derived: true, organization: true }));
    expect(contentOf(files, 'accounts.csv').split('\n').length).toBeGreaterThan(20_000);
    expect(contentOf(files, 'terraform/main.tf').length).toBeLessThan(20_000);
    expect(Buffer.byteLength(contentOf(files, 'cloudformation.yaml'))).toBeLessThan(51_200);
    for (const { path, content } of files)
      if (path.endsWith('.md')) expect(content.length, path).toBeLessThan(40_000);
    expect(files.length).toBeLessThan(60);
  });

  it('has links that lead somewhere', () => {
    const paths = new Set(example.map(({ path }) => path));
    for (const { path, content } of example.filter((f) => f.path.endsWith('.md')))
      for (const [, target = ''] of content.matchAll(/\]\(([^)#]+?)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        const at = join(path, '..', decodeURI(target));
        expect(
          [...paths].some((p) => p === at || p.startsWith(at)),
          `${path} → ${target}`,
        ).toBe(true);
      }
  });

  it('keeps every table row at the width of its head', () => {
    for (const { path, content } of example.filter((f) => f.path.endsWith('.md'))) {
      let width = 0;
      for (const line of content.split('\n')) {
        const cells = line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0;
        if (cells > 0 && width > 0) expect(cells, `${path}: ${line}`).toBe(width);
        width = cells;
      }
    }
  });
});

describe('policies', () => {
  const access = exampleAccess();
  const role = access.roles.find(({ name }) => name === 'SecurityAuditRole');
  const account = role?.accounts[0];
  if (role === undefined || account === undefined) throw new Error('no SecurityAuditRole');

  it('are those of the definition: the main role at the top, others in folders', () => {
    const json = (path: string) => JSON.parse(contentOf(example, `policies/${path}`));
    expect(json('trust-policy.json')).toEqual(trustPolicy(role, account, access));
    expect(json('permission-policy.json')).toEqual(permissionPolicy(role));
    expect([json('assume-policy.json')]).toEqual(assumePolicy(access.operators[0]?.arn ?? '', access));
    expect(json('trust-policy.json').Statement[0]).toEqual({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::489157521585:user/security-admin' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    });
    expect(json('SecurityAuditOperator/assume-policy.json').Statement[0].Resource).toBe(
      'arn:aws:iam::657654036224:role/SecurityInventoryRole',
    );
  });

  it('are written per account where they differ, for the first accounts', () => {
    const paths = policyFiles(accessOf({ workloads: 40, derived: true })).map(({ path }) => path);
    expect(paths).toContain('policies/Audit/trust-policy.000000000002.json');
    expect(paths.filter((path) => path.includes('trust-policy.0'))).toHaveLength(9);
    expect(paths).toContain('policies/operators/bob/assume-policy.json');
    const same = policyFiles(accessOf({ workloads: 40 })).map(({ path }) => path);
    expect(same.filter((path) => path.includes('trust-policy.0'))).toEqual([]);
  });
});

describe('aws-config', () => {
  it('is read by the SDK as the profiles it means, and holds no secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'generate-config-'));
    try {
      const text = contentOf(example, 'aws-config/config');
      const load = async (content: string) => {
        const configFilepath = join(folder, `config-${content.length}`);
        writeFileSync(configFilepath, content);
        return (await loadSharedConfigFiles({ configFilepath, filepath: join(folder, 'none') })).configFile;
      };
      const config = await load(text);
      expect(Object.keys(config)).toEqual([
        'security-account',
        'workload-account',
        'security-account-SecurityAuditOperator',
      ]);
      expect(config['workload-account']?.credential_process).toMatch(
        /^crossaccount credentials SecurityAuditRole --account workload --operator security-admin/,
      );
      // The plain variant, uncommented, is a profile too.
      const plain = await load(text.replace(/^credential_process.*\n/gm, '').replace(/^# {3}/gm, ''));
      expect(plain['workload-account']).toMatchObject({
        role_arn: 'arn:aws:iam::657654036224:role/SecurityAuditRole',
        source_profile: 'security-account',
        mfa_serial: 'arn:aws:iam::489157521585:mfa/pixel1',
        external_id: 'MyUniqueSecretValue123',
      });
      expect(text).not.toMatch(/secret_access_key|AKIA/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
