import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
  PutUserPolicyCommand,
  ResyncMFADeviceCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decodeBase32, totp } from '../../../base/index.ts';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../index.ts';
import { allow, trust } from '../testing.ts';

const ACCOUNT = '489157521585';
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/auditor`;
type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
type Issued = { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string } | undefined;

let dir: string;
const running: RunningSandbox[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sessions-'));
});
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
  rmSync(dir, { recursive: true });
});

async function start(name: string) {
  const data = join(dir, name);
  const sandbox = await startSandbox({ data });
  running.push(sandbox);
  const client = { region: 'us-east-1', endpoint: sandbox.url, maxAttempts: 1 };
  const control = new SandboxControl(sandbox.url);
  const sts = (credentials: Credentials) => new STSClient({ ...client, credentials });
  return {
    control,
    sts,
    iam: (credentials: Credentials) => new IAMClient({ ...client, credentials }),
    who: async (credentials: Credentials) => {
      // The client's clock goes with the sandbox's: signatures are good for 15 minutes only.
      const systemClockOffset = (await control.now()).getTime() - Date.now();
      const own = new STSClient({ ...client, credentials, systemClockOffset });
      return (await own.send(new GetCallerIdentityCommand({}))).Arn;
    },
    /** What a killed process leaves behind, started again. */
    again: async (next: string) => {
      cpSync(data, join(dir, next), { recursive: true });
      rmSync(join(dir, next, 'lock'), { force: true });
      return start(next);
    },
  };
}

const keysOf = (issued: Issued): Credentials => ({
  accessKeyId: issued?.AccessKeyId ?? '',
  secretAccessKey: issued?.SecretAccessKey ?? '',
  ...(issued?.SessionToken !== undefined && { sessionToken: issued.SessionToken }),
});

/** An account with a user who has an MFA device, and a role that the user may assume. */
async function furnish({ control, iam, sts }: Awaited<ReturnType<typeof start>>) {
  const root = iam(await control.ensureAccount(ACCOUNT));
  await root.send(new CreateUserCommand({ UserName: 'alice' }));
  const PolicyDocument = JSON.stringify(allow('sts:*'));
  await root.send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
  const AssumeRolePolicyDocument = trust(ACCOUNT);
  await root.send(new CreateRoleCommand({ RoleName: 'auditor', AssumeRolePolicyDocument }));
  const { VirtualMFADevice: device } = await root.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
  );
  const seed = decodeBase32(Buffer.from(device?.Base32StringSeed ?? []).toString());
  if (seed === undefined) throw new Error('the seed is no base 32');
  const SerialNumber = device?.SerialNumber ?? '';
  const now = (await control.now()).getTime();
  const [AuthenticationCode1, AuthenticationCode2] = [totp(seed, now - 30_000), totp(seed, now)];
  await root.send(
    new EnableMFADeviceCommand({ UserName: 'alice', SerialNumber, AuthenticationCode1, AuthenticationCode2 }),
  );
  await control.advance(60);
  const alice = keysOf(AccessKey);
  const { Credentials } = await sts(alice).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'audit' }));
  return {
    root: await control.ensureAccount(ACCOUNT),
    alice,
    seed,
    SerialNumber,
    session: keysOf(Credentials),
  };
}

const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/auditor/audit`;

it('sessions go on after a kill and in another sandbox that takes the state over, and end when they would have', async () => {
  const first = await start('one');
  const { session } = await furnish(first);
  const second = await first.again('two');
  const third = await start('three');
  await expect(third.who(session)).rejects.toThrow('security token included in the request is invalid');
  await third.control.importState(await first.control.exportState());
  for (const one of [first, second, third]) {
    expect(await one.who(session)).toBe(SESSION);
    await one.control.advance(3_000);
    expect(await one.who(session)).toBe(SESSION);
    await one.control.advance(700);
    await expect(one.who(session)).rejects.toThrow('expired');
  }
});

it('a code of an MFA device is used up over restarts and exports, also where the device was resynchronised', async () => {
  const first = await start('one');
  const { alice, root, seed, SerialNumber } = await furnish(first);
  const codeOf = async ({ control }: typeof first, ms: number) =>
    totp(seed, (await control.now()).getTime() + ms);
  const signIn = ({ sts }: typeof first, TokenCode: string) =>
    sts(alice).send(new GetSessionTokenCommand({ SerialNumber, TokenCode }));
  const used = await codeOf(first, 0);
  await signIn(first, used);
  const second = await first.again('two');
  const third = await start('three');
  await third.control.importState(await first.control.exportState());
  for (const one of [first, second, third]) await expect(signIn(one, used)).rejects.toThrow('invalid MFA');
  // The device turns out to be ten minutes ahead.
  const fast = 600_000;
  const [AuthenticationCode1, AuthenticationCode2] = [
    await codeOf(second, fast),
    await codeOf(second, fast + 30_000),
  ];
  await second.iam(root).send(
    new ResyncMFADeviceCommand({
      UserName: 'alice',
      SerialNumber,
      AuthenticationCode1,
      AuthenticationCode2,
    }),
  );
  const fourth = await second.again('four');
  for (const code of [AuthenticationCode1, AuthenticationCode2, used])
    await expect(signIn(fourth, code)).rejects.toThrow('invalid MFA');
  await fourth.control.advance(60);
  await expect(signIn(fourth, await codeOf(fourth, 0))).rejects.toThrow('invalid MFA');
  expect(await signIn(fourth, await codeOf(fourth, fast))).toBeDefined();
});
