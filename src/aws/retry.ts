import { StandardRetryStrategy } from '@smithy/core/retry';

type ErrorInfo = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[1];
type Token = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[0];

/** Answers that a wrong clock can cause: only these are worth a second try after the SDK has corrected it. */
const SKEW_CODES: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/**
 * The SDK's standard strategy, minus one habit: on a machine whose clock is minutes off it takes every error for a
 * consequence of that and tries again, so that one refused AssumeRole becomes five denials in CloudTrail, and an alarm.
 */
export class HonestRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    token: Token,
    info: ErrorInfo,
  ): ReturnType<StandardRetryStrategy['refreshRetryTokenForRetry']> {
    const { error } = info;
    if (error instanceof Error && blamedOnClock(error) && !SKEW_CODES.has(codeOf(error))) throw error;
    return super.refreshRetryTokenForRetry(token, info);
  }
}

const blamedOnClock = (error: Error): boolean =>
  '$metadata' in error &&
  typeof error.$metadata === 'object' &&
  error.$metadata !== null &&
  'clockSkewCorrected' in error.$metadata;

const codeOf = (error: Error): string => ('Code' in error ? String(error.Code) : error.name);
