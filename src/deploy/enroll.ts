import type { IAMClient } from '@aws-sdk/client-iam';
import type { Operator } from '../access/index.ts';
import {
  AwsFailure,
  asFailure,
  type Connection,
  describeAwsError,
  iamClient,
  realSleep,
  requireAccount,
  serverClock,
} from '../aws/index.ts';
import { decodeBase32, Secret, TOTP_STEP_MS, totpAtStep } from '../base/index.ts';
import type { Enrollment, EnrollOptions } from './types.ts';

type Sdk = typeof import('@aws-sdk/client-iam');

/**
 * Gives an operator a virtual MFA device and an access key. Device first: a key without a second factor must never
 * exist. What is returned exists nowhere else. Throws AwsFailure `already-enrolled` when there is one already, since
 * a second device or key that nobody asked for is what an intruder leaves behind.
 */
export async function enroll(
  operator: Operator,
  connection: Connection,
  options: EnrollOptions = {},
): Promise<Enrollment> {
  const wantKey = options.accessKey ?? operator.accessKey;
  const device = (options.mfa ?? true) ? operator.mfa : undefined;
  const sdk = await import('@aws-sdk/client-iam');
  const iam = await iamClient(connection.target, connection.credentials);
  try {
    await requireAccount(connection, operator.account.id);
    await refuseSecond(operator, wantKey, device !== undefined, iam, sdk);
    const mfa =
      device === undefined
        ? undefined
        : await enrollDevice(operator, device.serialNumber, connection, options, iam, sdk);
    if (!wantKey) return { operatorArn: operator.arn, ...(mfa === undefined ? {} : { mfa }) };
    const { AccessKey } = await iam.send(new sdk.CreateAccessKeyCommand({ UserName: operator.name }));
    if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
      throw new AwsFailure({
        code: 'unknown',
        message: 'CreateAccessKey answered without a key',
        retryable: false,
      });
    await deleteOthers(operator, AccessKey.AccessKeyId, iam, sdk);
    return {
      operatorArn: operator.arn,
      accessKeyId: AccessKey.AccessKeyId,
      secretAccessKey: new Secret(AccessKey.SecretAccessKey),
      ...(mfa === undefined ? {} : { mfa }),
    };
  } catch (error) {
    throw asFailure(error, connection.target);
  } finally {
    iam.destroy();
  }
}

/**
 * There was no key a moment ago. When the answer to CreateAccessKey is lost on the way, the SDK asks again: the first
 * key then works, and nobody knows who has seen its secret.
 */
async function deleteOthers(
  { name: UserName }: Operator,
  ours: string,
  iam: IAMClient,
  sdk: Sdk,
): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.send(new sdk.ListAccessKeysCommand({ UserName }));
  for (const { AccessKeyId } of AccessKeyMetadata)
    if (AccessKeyId !== ours) await iam.send(new sdk.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
}

async function refuseSecond(
  { name: UserName }: Operator,
  key: boolean,
  mfa: boolean,
  iam: IAMClient,
  sdk: Sdk,
): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.send(new sdk.ListAccessKeysCommand({ UserName }));
  if (key && AccessKeyMetadata.length > 0)
    throw refusal(
      `${UserName} already has ${AccessKeyMetadata.length === 1 ? 'an access key' : 'two access keys'}`,
      `to replace one: \`crossaccount respond rotate-key ${UserName}\``,
    );
  const { MFADevices = [] } = await iam.send(new sdk.ListMFADevicesCommand({ UserName }));
  if (mfa && MFADevices.length > 0)
    throw refusal(
      `${UserName} already has the MFA device ${MFADevices[0]?.SerialNumber}`,
      'a lost device is deactivated by hand, by somebody who knows the person: `aws iam deactivate-mfa-device`',
    );
}

async function enrollDevice(
  operator: Operator,
  serialNumber: string,
  connection: Connection,
  options: EnrollOptions,
  iam: IAMClient,
  sdk: Sdk,
): Promise<NonNullable<Enrollment['mfa']>> {
  const seed = await createDevice(serialNumber, iam, sdk);
  const bytes = decodeBase32(seed.reveal());
  if (bytes === undefined)
    throw new AwsFailure({ code: 'unknown', message: 'AWS sent no base 32 seed', retryable: false });
  const sleep = options.sleep ?? realSleep;
  for (let attempt = 1; ; attempt++) {
    // By AWS's clock: a machine that is a minute off would compute two codes that AWS doesn't take.
    const step = Math.floor((await serverClock(connection)).now() / TOTP_STEP_MS);
    try {
      await iam.send(
        new sdk.EnableMFADeviceCommand({
          UserName: operator.name,
          SerialNumber: serialNumber,
          AuthenticationCode1: totpAtStep(bytes, step - 1),
          AuthenticationCode2: totpAtStep(bytes, step),
        }),
      );
      break;
    } catch (error) {
      const { code } = describeAwsError(error);
      // Between two steps, or not yet known everywhere.
      if (
        attempt === 3 ||
        !['InvalidAuthenticationCode', 'NoSuchEntity', 'EntityTemporarilyUnmodifiable'].includes(code)
      ) {
        await iam
          .send(new sdk.DeleteVirtualMFADeviceCommand({ SerialNumber: serialNumber }))
          .catch(() => undefined);
        throw error;
      }
      await sleep(5_000);
    }
  }
  return { serialNumber, seed, otpauthUri: otpauthUri(operator, seed) };
}

async function createDevice(serialNumber: string, iam: IAMClient, sdk: Sdk): Promise<Secret> {
  const resource = serialNumber.slice(serialNumber.indexOf(':mfa/') + 4);
  const slash = resource.lastIndexOf('/');
  const input = { VirtualMFADeviceName: resource.slice(slash + 1), Path: resource.slice(0, slash + 1) };
  const create = async (): Promise<Secret> => {
    const { VirtualMFADevice } = await iam.send(new sdk.CreateVirtualMFADeviceCommand(input));
    // The API's blob is the base 32 text itself, not the bytes it stands for.
    return new Secret(Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('utf8'));
  };
  try {
    return await create();
  } catch (error) {
    if (describeAwsError(error).code !== 'EntityAlreadyExists') throw error;
    // Left by a run that broke off before the device was enabled: nobody has its seed.
    for await (const page of sdk.paginateListVirtualMFADevices(
      { client: iam },
      { AssignmentStatus: 'Unassigned' },
    ))
      if (page.VirtualMFADevices?.some((device) => device.SerialNumber === serialNumber)) {
        await iam.send(new sdk.DeleteVirtualMFADeviceCommand({ SerialNumber: serialNumber }));
        return create();
      }
    throw refusal(
      `the MFA device ${serialNumber} exists and belongs to another user`,
      'write another device name into the definition',
    );
  }
}

/** Key URI format of authenticator apps; AWS uses SHA-1, 6 digits, 30 seconds, which are the format's defaults. */
function otpauthUri(operator: Operator, seed: Secret): Secret {
  const issuer = encodeURIComponent(`AWS ${operator.account.id}`);
  const label = `${issuer}:${encodeURIComponent(operator.name)}`;
  return new Secret(`otpauth://totp/${label}?secret=${seed.reveal()}&issuer=${issuer}`);
}

const refusal = (message: string, help: string): AwsFailure =>
  new AwsFailure({ code: 'already-enrolled', message, help, retryable: false });
