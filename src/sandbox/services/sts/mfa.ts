import { takeCode } from '../../state/mfa.ts';
import type { Store } from '../../state/store.ts';
import { AwsError, type Call } from '../../types.ts';

const failed = (message: string): AwsError => new AwsError('AccessDenied', message, 403);

/**
 * Checks SerialNumber and TokenCode of AssumeRole and GetSessionToken; false when neither was sent.
 * A code that is right is used up here, also when the call is refused afterwards: else a refusal would be a way to try
 * a stolen code without spending it. unverified for AWS, whose documents only say that a code is good once.
 */
export function checkMfa(
  store: Store,
  call: Call,
  serialNumber: string | undefined,
  code: string | undefined,
): boolean {
  if (serialNumber === undefined && code === undefined) return false;
  if (serialNumber === undefined || code === undefined) {
    throw failed(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    );
  }
  const { principal } = call.caller;
  const device =
    principal.type === 'user' ? store.users.get(principal.id)?.mfaDevices.get(serialNumber) : undefined;
  if (device === undefined) {
    throw failed(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    );
  }
  if (!takeCode(device, code, call.now)) {
    throw failed('MultiFactorAuthentication failed with invalid MFA one time pass code.');
  }
  return true;
}
