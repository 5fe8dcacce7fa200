import { type Exchanged, exchange } from './control-http.ts';

/** A refusal of the control interface. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** The key of a new account's root user. */
export interface RootKey {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A message as it arrived in a mailbox or on a phone, or one that could not be delivered. */
export interface InboxMessage {
  readonly time: string;
  /** `email`, `email-json`, `sms`, `https` … */
  readonly protocol: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly body: string;
  readonly topicArn: string;
  readonly messageId: string;
  /** Of subscription confirmations; getting `confirmUrl` confirms. */
  readonly token?: string;
  readonly confirmUrl?: string;
  /** Why the message did not reach its endpoint. */
  readonly undelivered?: string;
}

/** A call that the control interface makes as an account's root user. `input` as the SDK types it, without bytes and dates. */
export interface RootCall {
  readonly accountId: string;
  /** Signing name. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type RootCallOutcome =
  | { readonly ok: true; readonly output: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Calls a request: a body stays below a few megabytes. */
const BATCH = 500;

/** Client of a sandbox's control interface. Rejects with ControlError on refusals, with node's error when it is down. */
export class SandboxControl {
  readonly #base: string;

  /** `url` as RunningSandbox gives it: `http://127.0.0.1:4599`. */
  constructor(url: string) {
    this.#base = `${url.replace(/\/+$/, '')}/_sandbox/`;
  }

  async health(): Promise<{ ok: boolean; now: Date }> {
    const { ok, now } = await this.#call<{ ok: boolean; now: string }>('GET', 'health');
    return { ok, now: new Date(now) };
  }

  /** Creates an empty account; refused with 409 when it exists. */
  createAccount(accountId: string, name?: string): Promise<RootKey> {
    return this.#call('POST', 'accounts', { accountId, name });
  }

  /** The same; of an account that exists, its root user's first key. */
  ensureAccount(accountId: string, name?: string): Promise<RootKey> {
    return this.#call('POST', 'accounts', { accountId, name, ifMissing: true });
  }

  /** The same for many, in order. */
  async ensureAccounts(
    accounts: readonly { readonly accountId: string; readonly name?: string }[],
  ): Promise<RootKey[]> {
    const keys: RootKey[] = [];
    for (let at = 0; at < accounts.length; at += BATCH) {
      const body = { accounts: accounts.slice(at, at + BATCH) };
      keys.push(...(await this.#call<{ accounts: RootKey[] }>('POST', 'accounts', body)).accounts);
    }
    return keys;
  }

  /**
   * Makes many calls as root users, in order: authorized, run and recorded as if each had been signed with the account's
   * root key, only faster. What is refused doesn't stop the rest.
   */
  async calls(calls: readonly RootCall[]): Promise<RootCallOutcome[]> {
    const outcomes: RootCallOutcome[] = [];
    for (let at = 0; at < calls.length; at += BATCH) {
      const body = { calls: calls.slice(at, at + BATCH) };
      outcomes.push(...(await this.#call<{ outcomes: RootCallOutcome[] }>('POST', 'calls', body)).outcomes);
    }
    return outcomes;
  }

  /** The id that the next organization gets: definitions name it in conditions (aws:PrincipalOrgID). */
  async nextOrganizationId(id: string): Promise<void> {
    await this.#call('PUT', 'organization-id', { id });
  }

  accounts(): Promise<{ accountId: string; name?: string }[]> {
    return this.#call('GET', 'accounts');
  }

  now(): Promise<Date> {
    return this.#time('GET');
  }

  /** Sets virtual time, forwards or backwards; it keeps running from there. */
  setTime(time: Date): Promise<Date> {
    return this.#time('PUT', { now: time.toISOString() });
  }

  advance(seconds: number): Promise<Date> {
    return this.#time('PUT', { advanceSeconds: seconds });
  }

  /** Lets calls (all, or those signed with a key) come from an address; null ends it. */
  async setSourceIp(ip: string | null, accessKeyId?: string): Promise<void> {
    await this.#call('PUT', 'source-ip', { ip, accessKeyId });
  }

  /** Delivers pending CloudTrail records; paths of the files written. */
  async flush(): Promise<string[]> {
    return (await this.#call<{ files: string[] }>('POST', 'flush')).files;
  }

  /** What SNS sent, oldest first: to one address, or of one topic (name or ARN), or everything. */
  inbox(about = ''): Promise<InboxMessage[]> {
    return this.#call('GET', `inbox/${encodeURIComponent(about)}`);
  }

  /** Why a request was refused; undefined when the sandbox knows of no such denial. */
  async explainDenial(requestId: string): Promise<unknown> {
    try {
      return await this.#call<unknown>('GET', `decisions/${encodeURIComponent(requestId)}`);
    } catch (error) {
      if (error instanceof ControlError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** All state as text: secrets, keys and MFA seeds included. */
  async exportState(): Promise<string> {
    const { status, text } = await exchange('GET', `${this.#base}state`);
    if (status !== 200) throw new ControlError(status, `status ${status}`);
    return text;
  }

  /** Replaces all state by an exported one. */
  async importState(text: string): Promise<{ accounts: number }> {
    return answerOf(await exchange('PUT', `${this.#base}state`, text));
  }

  /** Empties the cloud and forgets source addresses; time stays where it is. */
  async reset(): Promise<void> {
    await this.#call('POST', 'reset');
  }

  async #time(method: string, body?: unknown): Promise<Date> {
    return new Date((await this.#call<{ now: string }>(method, 'clock', body)).now);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return answerOf(
      body === undefined
        ? await exchange(method, this.#base + path)
        : await exchange(method, this.#base + path, JSON.stringify(body), 'application/json'),
    );
  }
}

function answerOf<T>({ status, text }: Exchanged): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError(status, 'This is no sandbox: its answer is not JSON.');
  }
  if (status >= 200 && status < 300) return value as T;
  const { error } = value as { error?: unknown };
  throw new ControlError(status, typeof error === 'string' ? error : `status ${status}`);
}
