import type * as iam from '@aws-sdk/client-iam';
import { encodeBase32, mfaArn } from '../../../base/index.ts';
import { takeConsecutiveCodes } from '../../state/mfa.ts';
import type { MfaDevice, User } from '../../state/model.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import {
  accountOf,
  alreadyExists,
  checkQuota,
  conflict,
  findMfaDevice,
  findUser,
  limitExceeded,
  namedUserOrSelf,
  noSuchEntity,
  userOrSelf,
} from './find.ts';
import { qrPng } from './qr/index.ts';
import { mfaSummary } from './shapes.ts';
import { addTags } from './tag-rules.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const DEVICES_PER_USER = 8;
/** AWS's seeds have 64 base-32 characters. */
const SEED_BYTES = 40;
const LONGEST_SERIAL = 256;

const wrongCode = (): AwsError =>
  new AwsError('InvalidAuthenticationCode', 'Authentication code for device is not valid.', 403);

/** A device that is this user's. */
function findEnabled(user: User, serialNumber: string): MfaDevice {
  const device = user.mfaDevices.get(serialNumber);
  if (device === undefined) throw noSuchEntity(`MFA Device invalid for user: ${user.name}`);
  return device;
}

export const mfaDeviceOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateVirtualMFADeviceRequest, iam.CreateVirtualMFADeviceResponse>({
    name: 'CreateVirtualMFADevice',
    readOnly: false,
    authorize: ({ VirtualMFADeviceName: name, Path: path, Tags: tags }, call) =>
      ask.fresh('CreateVirtualMFADevice', call, 'mfa', { name, path, tags }),
    handle: ({ VirtualMFADeviceName: name, Path: path = '/', Tags }, call) => {
      const account = accountOf(store, call);
      const serialNumber = mfaArn('aws', account.id, name, path);
      if (account.mfaDevices.has(serialNumber)) {
        throw alreadyExists('MFADevice entity at the same path and name already exists.');
      }
      // Operations take serial numbers of 256 characters: a longer one could be neither used nor deleted.
      // unverified: code and words.
      if (serialNumber.length > LONGEST_SERIAL)
        throw new AwsError('ValidationError', 'Path and name of the virtual MFA device are too long.');
      checkQuota('VirtualMFADevicesPerAccount', account.mfaDevices.size);
      const device: MfaDevice = {
        accountId: account.id,
        name,
        path,
        serialNumber,
        seed: Uint8Array.from(store.random.bytes(SEED_BYTES)),
        tags: new Map(),
        drift: 0,
        used: new Set(),
      };
      addTags(device.tags, Tags, 'two-keys');
      account.mfaDevices.set(serialNumber, device);
      const secret = encodeBase32(device.seed);
      return {
        VirtualMFADevice: {
          SerialNumber: serialNumber,
          Base32StringSeed: Buffer.from(secret),
          // The URL of the API reference; every character that a name may have is legal in a URL's path.
          QRCodePNG: qrPng(`otpauth://totp/${name}@${account.alias ?? account.id}?secret=${secret}`),
        },
      };
    },
    trail: (_input, output) => ({
      ...(output && {
        responseElements: { virtualMFADevice: { serialNumber: output.VirtualMFADevice?.SerialNumber } },
      }),
    }),
  }),
  operation<iam.EnableMFADeviceRequest, object>({
    name: 'EnableMFADevice',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('EnableMFADevice', call, UserName),
    handle: ({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }, call) => {
      const user = findUser(store, call, UserName);
      const device = findMfaDevice(store, call, SerialNumber);
      if (device.user !== undefined) {
        throw alreadyExists('MFA Device is already in use.');
      }
      if (user.mfaDevices.size >= DEVICES_PER_USER) {
        throw limitExceeded(`Cannot exceed quota for MFADevicesPerUser: ${DEVICES_PER_USER}`);
      }
      if (!takeConsecutiveCodes(device, AuthenticationCode1, AuthenticationCode2, call.now))
        throw wrongCode();
      device.user = user;
      device.enabledAt = call.now;
      user.mfaDevices.set(device.serialNumber, device);
      return {};
    },
  }),
  operation<iam.ResyncMFADeviceRequest, object>({
    name: 'ResyncMFADevice',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('ResyncMFADevice', call, UserName),
    handle: ({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }, call) => {
      const device = findEnabled(findUser(store, call, UserName), SerialNumber);
      if (!takeConsecutiveCodes(device, AuthenticationCode1, AuthenticationCode2, call.now, true)) {
        throw wrongCode();
      }
      return {};
    },
  }),
  operation<iam.DeactivateMFADeviceRequest, object>({
    name: 'DeactivateMFADevice',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('DeactivateMFADevice', call, UserName),
    handle: ({ UserName, SerialNumber }, call) => {
      const user = namedUserOrSelf(store, call, UserName);
      const device = findEnabled(user, SerialNumber);
      user.mfaDevices.delete(SerialNumber);
      delete device.user;
      delete device.enabledAt;
      return {};
    },
  }),
  operation<iam.DeleteVirtualMFADeviceRequest, object>({
    name: 'DeleteVirtualMFADevice',
    readOnly: false,
    authorize: ({ SerialNumber }, call) => ask.mfa('DeleteVirtualMFADevice', call, SerialNumber),
    handle: ({ SerialNumber }, call) => {
      const device = findMfaDevice(store, call, SerialNumber);
      if (device.user !== undefined) throw conflict('MFA VirtualDevice in use. Must deactivate first.');
      accountOf(store, call).mfaDevices.delete(SerialNumber);
      return {};
    },
  }),
  operation<iam.ListMFADevicesRequest, iam.ListMFADevicesResponse>({
    name: 'ListMFADevices',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('ListMFADevices', call, UserName),
    handle: (input, call) => {
      const user = userOrSelf(store, call, input.UserName);
      // The root user has no devices here: EnableMFADevice names an IAM user.
      if (user === undefined) return { MFADevices: [], IsTruncated: false };
      const { items, rest } = page([...user.mfaDevices.values()], input);
      return {
        MFADevices: items.map((device) => ({
          UserName: user.name,
          SerialNumber: device.serialNumber,
          EnableDate: new Date(device.enabledAt ?? 0),
        })),
        ...rest,
      };
    },
  }),
  operation<iam.GetMFADeviceRequest, iam.GetMFADeviceResponse>({
    name: 'GetMFADevice',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('GetMFADevice', call, UserName),
    handle: ({ UserName, SerialNumber }, call) => {
      const user = namedUserOrSelf(store, call, UserName);
      const device = findEnabled(user, SerialNumber);
      return { UserName: user.name, SerialNumber, EnableDate: new Date(device.enabledAt ?? 0) };
    },
  }),
  operation<iam.ListVirtualMFADevicesRequest, iam.ListVirtualMFADevicesResponse>({
    name: 'ListVirtualMFADevices',
    readOnly: true,
    authorize: (_input, call) => ask.kind('ListVirtualMFADevices', call, 'mfa'),
    handle: (input, call) => {
      const status = input.AssignmentStatus ?? 'Any';
      const all = [...accountOf(store, call).mfaDevices.values()].filter(
        ({ user }) => status === 'Any' || (status === 'Assigned') === (user !== undefined),
      );
      const { items, rest } = page(all, input);
      return { VirtualMFADevices: items.map(mfaSummary), ...rest };
    },
  }),
];
