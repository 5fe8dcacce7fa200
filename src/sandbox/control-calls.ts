import type { Clock, Random } from '../base/index.ts';
import { uuid } from './state/ids.ts';
import { AwsError, type Cloud } from './types.ts';

/** One of the calls of `POST calls`. */
interface Wanted {
  readonly accountId: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

export function isWanted(value: unknown): value is Wanted {
  if (typeof value !== 'object' || value === null) return false;
  const { accountId, service, operation, input } = value as Partial<Record<keyof Wanted, unknown>>;
  const texts = [accountId, service, operation].every((text) => typeof text === 'string');
  return texts && typeof input === 'object' && input !== null && !Array.isArray(input);
}

/**
 * Makes one call as an account's root user: whoever may use the control interface has that user's key anyway. It goes
 * the way of every call, but for the signature that nobody else could check. `keys`: root keys found before, by account.
 */
export function callAsRoot(
  { cloud, clock, random }: { cloud: Cloud; clock: Clock; random: Random },
  { accountId, service, operation, input }: Wanted,
  keys: Map<string, string>,
): object {
  const now = clock.now();
  try {
    if (!cloud.serves(service, operation)) {
      throw new AwsError('NotImplemented', `The sandbox does not serve ${service}:${operation}.`, 501);
    }
    let key = keys.get(accountId);
    if (key === undefined) {
      if (!cloud.accounts().some((account) => account.accountId === accountId)) {
        throw new AwsError('NoSuchAccount', `There is no account ${accountId}.`, 404);
      }
      key = cloud.createAccount(accountId, undefined, true).accessKeyId;
      keys.set(accountId, key);
    }
    const found = cloud.findCredentials(key, undefined, now);
    if (!found.ok) throw found.error;
    const call = {
      requestId: uuid(random),
      now,
      service,
      operation,
      region: 'us-east-1',
      sourceIp: '127.0.0.1',
      userAgent: 'crossaccount-sandbox',
      host: '127.0.0.1',
      caller: found.caller,
    };
    return { ok: true, output: cloud.invoke(call, input) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }
}
