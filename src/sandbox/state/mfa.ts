import { TOTP_STEP_MS, totpAtStep } from '../../base/index.ts';
import type { MfaDevice } from './model.ts';

/** How many 30-second steps a device may be off either way when it signs in. unverified: AWS names no number. */
const WINDOW = 1;
/** How far ResyncMFADevice looks: an hour either way. unverified: AWS names no number. */
const RESYNC_WINDOW = 120;
/** How many used steps are remembered; far more than the window ever reaches back. */
const REMEMBERED = 4_096;

const stepAt = (now: number): number => Math.floor(now / TOTP_STEP_MS);

function use(device: MfaDevice, step: number): void {
  device.used.add(step);
  if (device.used.size <= REMEMBERED) return;
  const [oldest] = device.used;
  if (oldest !== undefined) device.used.delete(oldest);
}

/**
 * Takes a code: true once for each code within the window, false ever after.
 * "You cannot use a code more than once": https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_mfa.html
 */
export function takeCode(device: MfaDevice, code: string, now: number): boolean {
  const middle = stepAt(now) + device.drift;
  // The present step first: nearly every code is of it.
  for (const step of [middle, middle - WINDOW, middle + WINDOW]) {
    if (step < 0 || device.used.has(step) || totpAtStep(device.seed, step) !== code) continue;
    use(device, step);
    return true;
  }
  return false;
}

/** Two codes of successive steps, as EnableMFADevice and ResyncMFADevice want them; both are used up. */
export function takeConsecutiveCodes(
  device: MfaDevice,
  first: string,
  second: string,
  now: number,
  resync = false,
): boolean {
  const window = resync ? RESYNC_WINDOW : WINDOW;
  const middle = stepAt(now) + (resync ? 0 : device.drift);
  // The first code may be a step older than the window: a person waits for the second one before sending both.
  for (let step = middle - window - 1; step <= middle + window; step++) {
    if (step < 0 || device.used.has(step) || device.used.has(step + 1)) continue;
    if (totpAtStep(device.seed, step) !== first || totpAtStep(device.seed, step + 1) !== second) continue;
    use(device, step);
    use(device, step + 1);
    if (resync) {
      // A difference within the normal window is waiting time, not drift.
      const drift = step + 1 - middle;
      device.drift = Math.abs(drift) <= WINDOW ? 0 : drift;
    }
    return true;
  }
  return false;
}
