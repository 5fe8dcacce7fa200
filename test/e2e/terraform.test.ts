import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../src/access/index.ts';
import * as aws from '../../src/aws/index.ts';
import { Secret } from '../../src/base/index.ts';
import { ASSUME_POLICY, generate, OWNER_TAG, PERMISSION_POLICY } from '../../src/generate/index.ts';
import { accessOf, exampleAccess, writeAll } from '../../src/generate/testing.ts';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { plugins, terraformIn } from './terraform-tools.ts';

it('Terraform and `deploy` mean the same resources by the same names', () => {
  expect({ ASSUME_POLICY, OWNER_TAG, PERMISSION_POLICY }).toEqual({
    ASSUME_POLICY: aws.ASSUME_POLICY,
    OWNER_TAG: aws.OWNER_TAG,
    PERMISSION_POLICY: aws.PERMISSION_POLICY,
  });
});

describe.skipIf(plugins === undefined)('generated Terraform, by the real provider', () => {
  let sandbox: RunningSandbox;
  const folders: string[] = [];

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await sandbox.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  interface Keys {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  }

  /** Accounts in the sandbox, profiles for them, and a folder with everything that was generated. */
  async function prepare(access: Access) {
    const folder = mkdtempSync(join(tmpdir(), 'crossaccount-terraform-'));
    folders.push(folder);
    const control = new SandboxControl(sandbox.url);
    const keys = new Map<string, Keys>();
    let credentials = '';
    for (const { id, name, profile } of access.accounts) {
      const key = await control.createAccount(id, name);
      keys.set(name, key);
      credentials += `[${profile}]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`;
    }
    writeFileSync(join(folder, 'credentials'), credentials, { mode: 0o600 });
    writeFileSync(join(folder, 'config'), '');
    writeAll(folder, generate(access));
    const cwd = join(folder, 'terraform');
    const terraform = terraformIn(cwd, {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_CONFIG_FILE: join(folder, 'config'),
    });
    const init = await terraform('init', '-no-color', `-plugin-dir=${plugins}`);
    expect(init.status, init.output).toBe(0);
    return { folder, keys, terraform };
  }

  const iamOnly = ['-no-color', '-input=false', '-var', 'enable_monitoring=false'];

  it('applies, then has no changes, sees what was added by hand, and destroys', async () => {
    const access = exampleAccess();
    const { folder, keys, terraform } = await prepare(access);

    const apply = await terraform('apply', '-auto-approve', ...iamOnly);
    expect(apply.status, apply.output).toBe(0);
    expect(apply.output).toContain('arn:aws:iam::657654036224:role/SecurityAuditRole');

    const second = await terraform('plan', '-detailed-exitcode', ...iamOnly);
    expect(second.status, second.output).toBe(0);
    expect(second.output).toContain('No changes');

    // An inline policy that somebody adds by hand: invisible without the exclusive resources.
    const key = keys.get('workload');
    if (key === undefined) throw new Error('no key of the workload account');
    const target = { region: access.region, endpoint: sandbox.url, clock: { now: () => Date.now() } };
    const iam = await aws.iamClient(target, {
      accessKeyId: key.accessKeyId,
      secretAccessKey: new Secret(key.secretAccessKey),
    });
    const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam');
    const everything = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'SecurityAuditRole',
        PolicyName: 'backdoor',
        PolicyDocument: JSON.stringify(everything),
      }),
    );
    const third = await terraform('plan', '-detailed-exitcode', ...iamOnly);
    expect(third.status, third.output).toBe(2);
    expect(third.output).toMatch(/-\s+"backdoor"/);
    const heal = await terraform('apply', '-auto-approve', ...iamOnly);
    expect(heal.status, heal.output).toBe(0);

    // The state is read by everybody who plans: nothing in it may open anything.
    const state = readFileSync(join(folder, 'terraform', 'terraform.tfstate'), 'utf8');
    for (const { secretAccessKey } of keys.values()) expect(state).not.toContain(secretAccessKey);
    expect(state).not.toMatch(/"type": "aws_iam_(access_key|virtual_mfa_device)"/);

    const destroy = await terraform('destroy', '-auto-approve', ...iamOnly);
    expect(destroy.status, destroy.output).toBe(0);
  }, 180_000);

  it('plans several accounts with monitoring in another region than that of IAM', async () => {
    const { terraform } = await prepare(accessOf({ workloads: 2, derived: true }));
    const plan = await terraform('plan', '-no-color', '-input=false');
    expect(plan.status, plan.output).toBe(0);
    // The ExternalId is computed per account, and the plan shows the whole trust policy.
    expect(plan.output).toMatch(/"sts:ExternalId" += "audit-000000000002"/);
    expect(plan.output).toMatch(/aws_cloudtrail\.workload_2\[0\] will be created/);
  }, 180_000);

  it('refuses values that AWS would refuse later', async () => {
    const { terraform } = await prepare(accessOf({ workloads: 3 }));
    const bad = await terraform(
      'plan',
      ...iamOnly,
      '-var',
      'external_id=x',
      '-var',
      'workload_1_account_id=1234',
    );
    expect(bad.status).toBe(1);
    expect(bad.output).toContain('An account id has 12 digits.');
    expect(bad.output).toContain('It has 2 to 1224 characters.');
  }, 180_000);
});
