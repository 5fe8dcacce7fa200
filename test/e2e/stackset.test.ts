import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RootKey, type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { command, hasTool, root, xa } from './tools.ts';

const ADMINISTRATION = 'AWSCloudFormationStackSetAdministrationRole';
const EXECUTION = 'AWSCloudFormationStackSetExecutionRole';
const SECURITY = '111122223333';
const PROD = '222233334444';
const LAST = '555566667777';
const MEMBERS = ['444455556666', PROD, '333344445555', '012345678901', LAST];
const region = 'eu-central-1';

const trust = (Principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' },
  });

describe.skipIf(!hasTool('aws'))('the generated stackset.sh, run by the AWS CLI', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'xa-stackset-'));
  const keys = new Map<string, RootKey>();
  let sandbox: RunningSandbox;

  const options = (account: string) => {
    const { accessKeyId = '', secretAccessKey = '' } = keys.get(account) ?? {};
    return { region, endpoint: sandbox.url, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } };
  };
  const iam = (account: string) => new IAMClient(options(account));

  async function executionRole(account: string): Promise<void> {
    const AssumeRolePolicyDocument = trust({ AWS: SECURITY });
    await iam(account).send(new CreateRoleCommand({ RoleName: EXECUTION, AssumeRolePolicyDocument }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam(account).send(new AttachRolePolicyCommand({ RoleName: EXECUTION, PolicyArn }));
  }

  async function generate(): Promise<void> {
    const made = await xa(['generate', '-o', 'generated'], { cwd });
    expect(made.code, made.stderr).toBe(0);
  }

  /** The script as users run it, but for its waiting. */
  const script = () =>
    command('sh', [join(cwd, 'generated', 'cloudformation', 'stackset.sh')], {
      cwd,
      env: {
        PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}`,
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_SHARED_CREDENTIALS_FILE: join(cwd, 'credentials'),
        AWS_CONFIG_FILE: join(cwd, 'config'),
      },
    });

  /** Account → how its stack came out, and why. */
  async function instances(StackSetName: string): Promise<Map<string, string>> {
    const { Summaries = [] } = await new CloudFormationClient(options(SECURITY)).send(
      new ListStackInstancesCommand({ StackSetName }),
    );
    return new Map(
      Summaries.map(({ Account = '', StackInstanceStatus, StatusReason = '' }) => [
        Account,
        `${StackInstanceStatus?.DetailedStatus} ${StatusReason}`.trim(),
      ]),
    );
  }

  beforeAll(async () => {
    sandbox = await startSandbox();
    const control = new SandboxControl(sandbox.url);
    for (const id of [SECURITY, ...MEMBERS]) keys.set(id, await control.createAccount(id));
    const profiles = [...keys].map(
      ([id, key]) =>
        `[${id === SECURITY ? 'security' : id}]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`,
    );
    writeFileSync(join(cwd, 'credentials'), profiles.join('\n'), { mode: 0o600 });
    writeFileSync(join(cwd, 'config'), '');
    mkdirSync(join(cwd, 'bin'));
    writeFileSync(
      join(cwd, 'bin', 'sleep'),
      '#!/bin/sh\nexec "$(PATH=/usr/bin:/bin command -v sleep)" 0.3\n',
    );
    chmodSync(join(cwd, 'bin', 'sleep'), 0o755);
    cpSync(join(root, 'examples', 'organization'), cwd, { recursive: true });
    await generate();
    for (const UserName of ['alice', 'bob', 'carol'])
      await iam(SECURITY).send(new CreateUserCommand({ UserName }));
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('fails as long as nobody lets CloudFormation into the accounts', async () => {
    const refused = await script();
    expect(refused.code).toBe(1);
    expect([...(await instances('organization-access')).values()].join()).toContain(ADMINISTRATION);
  });

  it('fails when one account of five has no execution role, and says which', async () => {
    const security = iam(SECURITY);
    const AssumeRolePolicyDocument = trust({ Service: 'cloudformation.amazonaws.com' });
    await security.send(new CreateRoleCommand({ RoleName: ADMINISTRATION, AssumeRolePolicyDocument }));
    const Statement = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: `arn:aws:iam::*:role/${EXECUTION}`,
    };
    await security.send(
      new PutRolePolicyCommand({
        RoleName: ADMINISTRATION,
        PolicyName: 'enter',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
    for (const account of MEMBERS.slice(0, -1)) await executionRole(account);
    expect((await script()).code).toBe(1);
    const states = await instances('organization-access');
    expect(states.get(PROD)).toMatch(/^SUCCEEDED/);
    expect(states.get(LAST)).toMatch(`Account ${LAST} should have '${EXECUTION}' role`);
  });

  it('makes the roles in every account once it may, and none where the definition names none', async () => {
    await executionRole(LAST);
    const run = await script();
    expect(run.code, run.stdout + run.stderr).toBe(0);
    for (const set of ['organization-access', 'organization-IncidentResponse', 'organization-VendorScan'])
      for (const state of (await instances(set)).values()) expect(state).toMatch(/^SUCCEEDED/);
    await iam(PROD).send(new GetRoleCommand({ RoleName: 'IncidentResponse' }));
    const absent = iam(LAST).send(new GetRoleCommand({ RoleName: 'IncidentResponse' }));
    await expect(absent).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('brings a changed definition to every account when it is run again', async () => {
    const file = join(cwd, 'access.yaml');
    const text = readFileSync(file, 'utf8');
    const changed = text.replace('203.0.113.0/24', '192.0.2.0/24');
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    await generate();
    const run = await script();
    expect(run.code, run.stdout + run.stderr).toBe(0);
    for (const account of (await instances('organization-IncidentResponse')).keys()) {
      const { Role } = await iam(account).send(new GetRoleCommand({ RoleName: 'IncidentResponse' }));
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('192.0.2.0/24');
    }
  });
});
