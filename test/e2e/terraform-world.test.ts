import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { plugins, type Terraform, terraformIn } from './terraform-tools.ts';

describe.skipIf(plugins === undefined)('Terraform, one of everything', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xa-world-'));
  let sandbox: RunningSandbox;
  let terraform: Terraform;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const key = await new SandboxControl(sandbox.url).createAccount('111111111111', 'management');
    copyFileSync(join(import.meta.dirname, 'fixtures', 'world', 'main.tf'), join(folder, 'main.tf'));
    terraform = terraformIn(folder, {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    });
    const init = await terraform('init', '-no-color', `-plugin-dir=${plugins}`);
    expect(init.status, init.output).toBe(0);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const options = ['-no-color', '-input=false'];
  const inSync = async (...more: string[]) => {
    const plan = await terraform('plan', '-detailed-exitcode', ...options, ...more);
    expect(plan.status, plan.output).toBe(0);
  };

  it('applies, plans nothing, changes, plans nothing, destroys', async () => {
    const apply = await terraform('apply', '-auto-approve', ...options);
    expect(apply.status, apply.output).toBe(0);
    await inSync();
    const change = await terraform('apply', '-auto-approve', ...options, '-var', 'change=true');
    expect(change.status, change.output).toBe(0);
    expect(change.output).toMatch(/0 added|[1-9]\d* changed/);
    await inSync('-var', 'change=true');
    const destroy = await terraform('destroy', '-auto-approve', ...options, '-var', 'change=true');
    expect(destroy.status, destroy.output).toBe(0);
  });
});
