import type { Clock } from '../base/index.ts';
import { stsClient } from './clients.ts';
import { asFailure } from './errors.ts';
import { AwsFailure, type Connection } from './types.ts';

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  /** `AIDA…`, or `AROA…:session`. */
  readonly userId: string;
}

/** Who AWS takes us for; needs no permission. Throws AwsFailure. */
export const callerIdentity = async (connection: Connection): Promise<CallerIdentity> =>
  (await ask(connection)).identity;

/**
 * AWS's clock, as its answers tell it (to the second): what is written into a policy or computed into a one-time code
 * must not depend on how this machine's clock is set. Never ahead of AWS by more than the answer's way back.
 */
export async function serverClock(connection: Connection): Promise<Clock> {
  const { date } = await ask(connection);
  if (date === undefined) return connection.target.clock;
  const offset = date - Date.now();
  return { now: () => Date.now() + offset };
}

/**
 * Throws AwsFailure `wrong-account` unless the credentials are of this account. A profile that points elsewhere would
 * have users and roles changed, or keys made, in an account that nobody meant.
 */
export async function requireAccount(connection: Connection, accountId: string): Promise<void> {
  const { account, arn } = await callerIdentity(connection);
  if (account === accountId) return;
  throw new AwsFailure({
    code: 'wrong-account',
    message: `the credentials for account ${accountId} belong to account ${account} (${arn})`,
    help: 'check which profile the definition names for this account',
    retryable: false,
  });
}

async function ask(connection: Connection): Promise<{ identity: CallerIdentity; date?: number }> {
  const { target, credentials } = connection;
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = await stsClient(target, credentials);
  let date: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = dateHeader(result.response);
      return result;
    },
    { step: 'deserialize', name: 'readServerDate', priority: 'low' },
  );
  try {
    const answer = await client.send(new GetCallerIdentityCommand({}));
    const identity = { account: answer.Account ?? '', arn: answer.Arn ?? '', userId: answer.UserId ?? '' };
    return date === undefined ? { identity } : { identity, date };
  } catch (error) {
    throw asFailure(error, target);
  } finally {
    client.destroy();
  }
}

function dateHeader(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  const headers: unknown = Reflect.get(response, 'headers');
  if (typeof headers !== 'object' || headers === null) return undefined;
  const text: unknown = Reflect.get(headers, 'date');
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
