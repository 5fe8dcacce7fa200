import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { plugins, type Terraform, terraformIn } from './terraform-tools.ts';

const MANAGEMENT = '111111111111';

describe.skipIf(plugins === undefined)('Terraform, one of everything', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xa-world-'));
  let sandbox: RunningSandbox;
  let control: SandboxControl;
  let terraform: Terraform;

  beforeAll(async () => {
    sandbox = await startSandbox();
    control = new SandboxControl(sandbox.url);
    const key = await control.createAccount(MANAGEMENT, 'management');
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

  const root = async (account: string, service: string, operation: string, input: object) => {
    const [outcome] = await control.calls([{ accountId: account, service, operation, input: { ...input } }]);
    if (outcome?.ok !== true) throw new Error(JSON.stringify(outcome));
    return outcome.output;
  };
  const output = async (name: string) => {
    const { status, output } = await terraform('output', '-raw', name);
    expect(status, output).toBe(0);
    return output.trim();
  };

  /** A member account in an OU: Terraform has no resource for invitations. */
  async function enroll(SourceParentId: string, DestinationParentId: string): Promise<string> {
    const AccountId = '222222222222';
    await control.createAccount(AccountId, 'workload');
    const { Handshake } = await root(MANAGEMENT, 'organizations', 'InviteAccountToOrganization', {
      Target: { Id: AccountId, Type: 'ACCOUNT' },
    });
    const HandshakeId = (Handshake as { Id: string }).Id;
    await root(AccountId, 'organizations', 'AcceptHandshake', { HandshakeId });
    const move = { AccountId, SourceParentId, DestinationParentId };
    await root(MANAGEMENT, 'organizations', 'MoveAccount', move);
    return AccountId;
  }

  it('applies, plans nothing, changes, plans nothing, destroys', async () => {
    const unit = ['-target', 'aws_organizations_organizational_unit.workloads'];
    const first = await terraform('apply', '-auto-approve', ...options, ...unit);
    expect(first.status, first.output).toBe(0);
    // "You can enable trusted access using only CloudFormation StackSets": services-that-can-integrate-cloudformation.html
    await root(MANAGEMENT, 'cloudformation', 'ActivateOrganizationsAccess', {});
    const member = await enroll(await output('root'), await output('unit'));

    const apply = await terraform('apply', '-auto-approve', ...options);
    expect(apply.status, apply.output).toBe(0);
    await inSync();
    const change = await terraform('apply', '-auto-approve', ...options, '-var', 'change=true');
    expect(change.status, change.output).toBe(0);
    expect(change.output).toMatch(/0 added|[1-9]\d* changed/);
    await inSync('-var', 'change=true');
    // Once its stack is gone: an account that was invited may be removed at once, one that was created after four days.
    const instance = ['-target', 'aws_cloudformation_stack_set_instance.audit'];
    const empty = await terraform('destroy', '-auto-approve', ...options, '-var', 'change=true', ...instance);
    expect(empty.status, empty.output).toBe(0);
    await root(MANAGEMENT, 'organizations', 'RemoveAccountFromOrganization', { AccountId: member });
    const destroy = await terraform('destroy', '-auto-approve', ...options, '-var', 'change=true');
    expect(destroy.status, destroy.output).toBe(0);
  });
});
