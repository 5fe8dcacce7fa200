import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAccess } from '../../src/access/index.ts';
import { type Connection, systemClock } from '../../src/aws/index.ts';
import { decodeBase32, Secret, TOTP_STEP_MS, totpAtStep } from '../../src/base/index.ts';
import { applyPlan, type Enrollment, enroll, planDeployment } from '../../src/deploy/index.ts';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { command, hasTool, root } from './tools.ts';

const ROLE = 'arn:aws:iam::657654036224:role/SecurityAuditRole';
const SERIAL = 'arn:aws:iam::489157521585:mfa/pixel1';

describe.runIf(hasTool('aws'))('the AWS CLI, as a user types it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xa-cli-'));
  let sandbox: RunningSandbox;
  let operator: Enrollment;
  let lastStep = 0;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const control = new SandboxControl(sandbox.url);
    const file = join(root, 'examples', 'two-accounts', 'access.yaml');
    const loaded = loadAccess(readFileSync(file, 'utf8'), { file });
    if (!loaded.ok) throw new Error('the example does not load');
    const access = loaded.value;
    const admins = new Map<string, Connection>();
    for (const { id } of access.accounts) {
      const key = await control.createAccount(id);
      admins.set(id, {
        target: { region: 'us-east-1', endpoint: sandbox.url, clock: systemClock },
        credentials: { accessKeyId: key.accessKeyId, secretAccessKey: new Secret(key.secretAccessKey) },
      });
    }
    const connect = async ({ id }: { id: string }) => admins.get(id)!;
    await applyPlan(await planDeployment(access, connect), connect);
    operator = await enroll(access.operators[0]!, await connect(access.security));
    lastStep = Math.floor(Date.now() / TOTP_STEP_MS) + 1;
  });

  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const aws = (args: string, env: Record<string, string> = {}) =>
    command('aws', args.split(' '), {
      cwd: folder,
      env: {
        HOME: folder,
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: operator.accessKeyId,
        AWS_SECRET_ACCESS_KEY: operator.secretAccessKey!.reveal(),
        AWS_MAX_ATTEMPTS: '1',
        ...env,
      },
    });

  /** A code that was not used yet: one step ahead is still accepted, as AWS does for clocks that run fast. */
  const freshCode = async () => {
    const seed = decodeBase32(operator.mfa!.seed.reveal())!;
    const control = new SandboxControl(sandbox.url);
    await control.advance(30);
    lastStep = Math.max(lastStep + 1, Math.floor((await control.now()).getTime() / TOTP_STEP_MS));
    return totpAtStep(seed, lastStep);
  };

  const assume = (rest: string) =>
    aws(`sts assume-role --role-arn ${ROLE} --role-session-name audit ${rest}`);

  it('enters the role with ExternalId and MFA code, and works inside', async () => {
    const code = await freshCode();
    const entered = await assume(
      `--external-id MyUniqueSecretValue123 --serial-number ${SERIAL} --token-code ${code}`,
    );
    expect(entered.stderr).toBe('');
    const { Credentials: credentials, AssumedRoleUser: user } = JSON.parse(entered.stdout);
    expect(user.Arn).toBe('arn:aws:sts::657654036224:assumed-role/SecurityAuditRole/audit');
    expect(user.AssumedRoleId).toMatch(/^AROA[A-Z0-9]+:audit$/);
    expect(credentials.AccessKeyId).toMatch(/^ASIA/);
    const inside = {
      AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: credentials.SessionToken,
    };
    const who = await aws('sts get-caller-identity', inside);
    expect(JSON.parse(who.stdout).Account).toBe('657654036224');
    expect((await aws('ec2 describe-vpcs', inside)).code).toBe(0);
    expect((await aws('s3api list-buckets', inside)).code).toBe(0);
    const terminate = await aws('ec2 terminate-instances --instance-ids i-0123456789abcdef0', inside);
    expect(terminate.code).not.toBe(0);
    expect(terminate.stderr).toMatch(/UnauthorizedOperation.*explicit deny/s);

    const again = await assume(
      `--external-id MyUniqueSecretValue123 --serial-number ${SERIAL} --token-code ${code}`,
    );
    expect(again.stderr).toMatch(/MultiFactorAuthentication failed with invalid MFA one time pass code/);
  });

  it.each([
    ['no MFA', '--external-id MyUniqueSecretValue123'],
    ['no ExternalId', `--serial-number ${SERIAL} --token-code CODE`],
    ['a wrong ExternalId', `--external-id guessed --serial-number ${SERIAL} --token-code CODE`],
  ])('is refused with %s', async (_, rest) => {
    const refused = await assume(rest.replace('CODE', rest.includes('CODE') ? await freshCode() : ''));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::489157521585:user/security-admin is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    );
  });

  it('is refused with a wrong secret', async () => {
    const refused = await aws('sts get-caller-identity', { AWS_SECRET_ACCESS_KEY: 'not-the-secret' });
    expect(refused.stderr).toMatch(/SignatureDoesNotMatch/);
  });
});
