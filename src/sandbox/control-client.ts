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

/** Client of a sandbox's control interface. Rejects with ControlError on refusals, with fetch's error when it is down. */
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
    const response = await fetch(`${this.#base}state`);
    if (!response.ok) throw new ControlError(response.status, `status ${response.status}`);
    return response.text();
  }

  /** Replaces all state by an exported one. */
  async importState(text: string): Promise<{ accounts: number }> {
    return this.#answer(await fetch(`${this.#base}state`, { method: 'PUT', body: text }));
  }

  /** Empties the cloud and forgets source addresses; time stays where it is. */
  async reset(): Promise<void> {
    await this.#call('POST', 'reset');
  }

  async #time(method: string, body?: unknown): Promise<Date> {
    return new Date((await this.#call<{ now: string }>(method, 'clock', body)).now);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#base + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return this.#answer(response);
  }

  async #answer<T>(response: Response): Promise<T> {
    const text = await response.text();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ControlError(response.status, 'This is no sandbox: its answer is not JSON.');
    }
    if (response.ok) return value as T;
    const { error } = value as { error?: unknown };
    throw new ControlError(response.status, typeof error === 'string' ? error : `status ${response.status}`);
  }
}
