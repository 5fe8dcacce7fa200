import { type Connection, type Credentials, iamClient, stsClient } from '../../aws/index.ts';
import { decodeBase32, Secret, TOTP_STEP_MS, totpAtStep } from '../../base/index.ts';
import type { DemoClock } from './types.ts';

/** Somebody with a key and an MFA device of their own: the demo's bystanders and attackers. */
export interface Person {
  readonly name: string;
  readonly accountId: string;
  readonly key: Credentials;
  readonly mfaSerial: string;
  readonly seed: Uint8Array;
}

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/**
 * An administrator of their own account: whatever they are refused later, their own permissions are not the reason.
 */
export async function createPerson(
  admin: Connection,
  accountId: string,
  name: string,
  clock: DemoClock,
): Promise<Person> {
  const {
    AttachUserPolicyCommand,
    CreateAccessKeyCommand,
    CreateUserCommand,
    CreateVirtualMFADeviceCommand,
    EnableMFADeviceCommand,
  } = await import('@aws-sdk/client-iam');
  const iam = await iamClient(admin.target, admin.credentials);
  try {
    await iam.send(new CreateUserCommand({ UserName: name }));
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: ADMINISTRATOR }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }),
    );
    const seed = seedOf(VirtualMFADevice?.Base32StringSeed);
    const step = Math.floor(clock.now() / TOTP_STEP_MS);
    await iam.send(
      new EnableMFADeviceCommand({
        UserName: name,
        SerialNumber: VirtualMFADevice?.SerialNumber,
        AuthenticationCode1: totpAtStep(seed, step - 1),
        AuthenticationCode2: totpAtStep(seed, step),
      }),
    );
    return {
      name,
      accountId,
      seed,
      mfaSerial: VirtualMFADevice?.SerialNumber ?? '',
      key: {
        accessKeyId: AccessKey?.AccessKeyId ?? '',
        secretAccessKey: new Secret(AccessKey?.SecretAccessKey ?? ''),
      },
    };
  } finally {
    iam.destroy();
  }
}

/** A session with MFA; waits (on the virtual clock) for a code that was not used yet. */
export async function mfaSession(person: Person, admin: Connection, clock: DemoClock): Promise<Credentials> {
  const { GetSessionTokenCommand } = await import('@aws-sdk/client-sts');
  await clock.advance(2 * (TOTP_STEP_MS / 1000));
  const sts = await stsClient(admin.target, person.key);
  try {
    const answer = await sts.send(
      new GetSessionTokenCommand({
        SerialNumber: person.mfaSerial,
        TokenCode: totpAtStep(person.seed, Math.floor(clock.now() / TOTP_STEP_MS)),
      }),
    );
    return credentialsOf(answer.Credentials);
  } finally {
    sts.destroy();
  }
}

export function credentialsOf(
  answer:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
        Expiration?: Date | undefined;
      }
    | undefined,
): Credentials {
  return {
    accessKeyId: answer?.AccessKeyId ?? '',
    secretAccessKey: new Secret(answer?.SecretAccessKey ?? ''),
    sessionToken: new Secret(answer?.SessionToken ?? ''),
    ...(answer?.Expiration === undefined ? {} : { expiration: answer.Expiration.getTime() }),
  };
}

/** AWS returns the seed as the bytes of its base 32 text. */
function seedOf(bytes: Uint8Array | undefined): Uint8Array {
  const seed = decodeBase32(new TextDecoder().decode(bytes));
  if (seed === undefined) throw new Error('CreateVirtualMFADevice returned no seed');
  return seed;
}
