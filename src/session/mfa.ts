import { createHash } from 'node:crypto';
import { asFailure, type Connection, realSleep, serverClock } from '../aws/index.ts';
import { TOTP_STEP_MS } from '../base/index.ts';
import { noCode } from './codes.ts';
import type { CodeSource, SessionContext, UsedCode } from './types.ts';

const ATTEMPTS = 3;
/** A mark further ahead than this was made by a clock that has been set back since. */
const FORGET_STEPS = 20;

/**
 * Has `use` called with a code that was never sent before: AWS takes each code once, and a second try with it counts as
 * a failed one. Must run alone for the serial number (store.exclusive). Returns when the code was made, ms.
 */
export async function withCode<T>(
  context: SessionContext,
  serialNumber: string,
  codes: CodeSource,
  connection: Connection,
  use: (code: string) => Promise<T>,
): Promise<{ result: T; mfaAt: number }> {
  let reason: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const used = await context.store.usedCode(serialNumber);
    const now =
      codes.kind === 'seed' ? await nextWindow(context, connection, used) : context.target.clock.now();
    const step = Math.floor(now / TOTP_STEP_MS);
    const code = await codes.code({
      serialNumber,
      now,
      attempt,
      ...(reason === undefined ? {} : { reason }),
    });
    const digest = createHash('sha256').update(`${serialNumber} ${code}`).digest('hex');
    if (used?.digest === digest && Math.abs(step - used.step) <= FORGET_STEPS) {
      if (codes.kind === 'given' || attempt >= ATTEMPTS)
        throw noCode(
          'code-used',
          'this MFA code was used already',
          'each code is good once: wait for the next one',
        );
      reason = 'That code was used already; wait for the next one.';
      continue;
    }
    // Before it is sent: a process that is killed on the way must not leave a used code that looks fresh.
    await context.store.markCode(serialNumber, { step, digest });
    // By the clock that its age will be measured with, which for seeds isn't the one that the code is of.
    const mfaAt = context.target.clock.now();
    try {
      return { result: await use(code), mfaAt };
    } catch (error) {
      const failure = asFailure(error, context.target);
      const wrong = /MultiFactorAuthentication failed/i.test(failure.problem.message);
      if (!wrong || codes.kind === 'given' || attempt >= ATTEMPTS) throw failure;
      reason = 'AWS did not take that code.';
    }
  }
}

/** For seeds: waits, when need be, until a step begins whose code was not used. By AWS's clock, whatever ours says. */
async function nextWindow(
  context: SessionContext,
  connection: Connection,
  used: UsedCode | undefined,
): Promise<number> {
  for (let waits = 0; ; waits++) {
    const now = (await serverClock(connection)).now();
    const step = Math.floor(now / TOTP_STEP_MS);
    if (used === undefined || step > used.step || used.step - step > FORGET_STEPS) return now;
    if (waits === 5)
      throw noCode('no-code', "the next MFA code does not come: does AWS's clock stand still?");
    const wait = (used.step + 1) * TOTP_STEP_MS - now + 500;
    context.notify?.(`waiting ${Math.ceil(wait / 1_000)} s for the next MFA code: each is good once`);
    await (context.sleep ?? realSleep)(wait);
  }
}
