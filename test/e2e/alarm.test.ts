import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateAccessKeyCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../src/generate/index.ts';
import { exampleAccess, writeAll } from '../../src/generate/testing.ts';
import { type RootKey, type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { plugins, terraformIn } from './terraform-tools.ts';

const ROLE = 'arn:aws:iam::657654036224:role/SecurityAuditRole';

describe.skipIf(plugins === undefined)('the generated monitoring, applied by Terraform and run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xa-alarm-'));
  let sandbox: RunningSandbox;
  let control: SandboxControl;
  const keys = new Map<string, RootKey>();

  beforeAll(async () => {
    sandbox = await startSandbox();
    control = new SandboxControl(sandbox.url);
    const access = exampleAccess();
    let credentials = '';
    for (const { id, name, profile } of access.accounts) {
      const key = await control.createAccount(id, name);
      keys.set(id, key);
      credentials += `[${profile}]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`;
    }
    writeFileSync(join(folder, 'credentials'), credentials, { mode: 0o600 });
    writeFileSync(join(folder, 'config'), '');
    writeAll(folder, generate(access));
    const terraform = terraformIn(join(folder, 'terraform'), {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_CONFIG_FILE: join(folder, 'config'),
    });
    const init = await terraform('init', '-no-color', `-plugin-dir=${plugins}`);
    expect(init.status, init.output).toBe(0);
    const apply = await terraform('apply', '-auto-approve', '-no-color', '-input=false');
    expect(apply.status, apply.output).toBe(0);
    const plan = await terraform('plan', '-detailed-exitcode', '-no-color', '-input=false');
    expect(plan.status, plan.output).toBe(0);
    // Nobody gets mail who hasn't said yes.
    const [invitation] = await control.inbox('security@example.com');
    if (invitation?.confirmUrl === undefined) throw new Error('no invitation to confirm');
    expect((await fetch(invitation.confirmUrl)).status).toBe(200);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const clientOptions = ({ accessKeyId, secretAccessKey }: RootKey) => ({
    region: 'us-east-1',
    endpoint: sandbox.url,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
  const rootOf = (account: string): RootKey => {
    const key = keys.get(account);
    if (key === undefined) throw new Error(account);
    return key;
  };
  /** Virtual minutes, one at a time, as deliveries and alarms see them. */
  const minutes = async (count: number) => {
    for (let i = 0; i < count; i++) await control.advance(60);
  };

  it('three refused attempts put the alarm into ALARM and a mail into the inbox', async () => {
    const security = rootOf('489157521585');
    const iam = new IAMClient(clientOptions(security));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'security-admin' }));
    const thief = {
      accountId: security.accountId,
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    const sts = new STSClient(clientOptions(thief));
    await control.setSourceIp('35.201.45.89', thief.accessKeyId);
    for (let i = 0; i < 3; i++) {
      const guess = { RoleArn: ROLE, RoleSessionName: 'probe', ExternalId: `guess-${i}` };
      await expect(sts.send(new AssumeRoleCommand(guess))).rejects.toThrow('not authorized');
    }
    // Signatures stay good: within fifteen minutes.
    await minutes(13);
    const cloudwatch = new CloudWatchClient(clientOptions(security));
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['two-accounts-failed-assume-role'] }),
    );
    expect(MetricAlarms[0]?.StateReason).toMatch(/datapoint/);
    const mails = await control.inbox('security@example.com');
    const alarm = mails.find(({ subject }) => subject?.includes('two-accounts-failed-assume-role'));
    expect(alarm?.subject).toMatch(/^ALARM: /);
    expect(alarm?.body).toContain('FailedAssumeRole');
  });

  it('a changed trust policy in the other account sends a mail at once, by way of the event buses', async () => {
    const iam = new IAMClient(clientOptions(rootOf('657654036224')));
    const everyone = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    await control.advance(-13 * 60);
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'SecurityAuditRole',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [everyone] }),
      }),
    );
    await minutes(1);
    const mails = await control.inbox('security@example.com');
    expect(mails.some(({ body }) => body.includes('UpdateAssumeRolePolicy'))).toBe(true);
  });
});
