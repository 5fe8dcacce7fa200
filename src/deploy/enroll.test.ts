import { inspect } from 'node:util';
import {
  CreateVirtualMFADeviceCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callerIdentity, describeAwsError, iamClient, stsClient } from '../aws/index.ts';
import { loseAnswersOf } from '../aws/testing/lossy.ts';
import { decodeBase32, totp } from '../base/index.ts';
import { applyPlan, enroll, planDeployment } from './index.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await applyPlan(await planDeployment(world.access, world.connect), world.connect);
});
afterEach(() => world.close());

const who = () => world.access.operators[0]!;
const admin = () => world.connection(who().account.id);
const adminIam = () => iamClient(admin().target, admin().credentials);

test('gives a key and a device that work together', async () => {
  const { accessKeyId = '', secretAccessKey, mfa, operatorArn } = await enroll(who(), admin());
  expect(mfa?.serialNumber).toBe('arn:aws:iam::489157521585:mfa/pixel1');
  const operator = world.as({ accessKeyId, secretAccessKey: secretAccessKey?.reveal() ?? '' });
  expect((await callerIdentity(operator)).arn).toBe(operatorArn);
  // The two codes of the enrolment are used up; the next window's is good.
  const now = (await world.control.advance(30)).getTime();
  const uri = new URL(mfa?.otpauthUri.reveal() ?? '');
  expect(uri.host).toBe('totp');
  const seed = decodeBase32(uri.searchParams.get('secret') ?? '');
  const sts = await stsClient(operator.target, operator.credentials);
  const TokenCode = totp(seed ?? new Uint8Array(), now);
  const answer = await sts.send(new GetSessionTokenCommand({ SerialNumber: mfa?.serialNumber, TokenCode }));
  expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA/);
  sts.destroy();
});

test('prints no secret', async () => {
  const enrollment = await enroll(who(), admin());
  const printed =
    inspect(enrollment, { depth: 9 }) + JSON.stringify(enrollment) + String(enrollment.mfa?.seed);
  expect(printed).not.toContain(enrollment.secretAccessKey?.reveal());
  expect(printed).not.toContain(enrollment.mfa?.seed.reveal());
});

test('refuses a second time, and leaves what is there', async () => {
  await enroll(who(), admin());
  const code = await enroll(who(), admin()).catch((e: unknown) => describeAwsError(e).code);
  expect(code).toBe('already-enrolled');
  const withoutKey = await enroll(who(), admin(), { accessKey: false }).catch((e: unknown) =>
    describeAwsError(e),
  );
  expect(withoutKey).toMatchObject({
    code: 'already-enrolled',
    message: expect.stringContaining('mfa/pixel1'),
  });
});

test('takes the place of a device whose enrolment broke off: nobody has its seed', async () => {
  const iam = await adminIam();
  await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'pixel1' }));
  const { mfa } = await enroll(who(), admin());
  expect(mfa?.serialNumber).toContain('pixel1');
  const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: who().name }));
  expect(MFADevices).toHaveLength(1);
  iam.destroy();
});

test('leaves no second key behind when an answer is lost and the SDK asks again', async () => {
  const network = await loseAnswersOf('CreateAccessKey', world.sandbox.url, 1);
  const { target, credentials } = admin();
  const { accessKeyId } = await enroll(who(), { target: { ...target, endpoint: network.url }, credentials });
  await network.close();
  expect(network.lost).toBe(1);
  const iam = await adminIam();
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: who().name }));
  expect(AccessKeyMetadata.map((key) => key.AccessKeyId)).toEqual([accessKeyId]);
  iam.destroy();
});

test("does not depend on this machine's clock", async () => {
  // AWS is an hour ahead of us. Codes are computed by its time, so that the first two are right all the same.
  await world.control.advance(3_600);
  const pauses: number[] = [];
  const { mfa } = await enroll(who(), admin(), { sleep: async (ms) => void pauses.push(ms) });
  expect(mfa?.serialNumber).toContain('pixel1');
  expect(pauses).toEqual([]);
});
