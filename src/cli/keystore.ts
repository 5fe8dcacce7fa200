import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Credentials, openSeal, writeAtomically } from '../aws/index.ts';
import { Secret } from '../base/index.ts';
import { errnoOf } from './files.ts';

/** An operator's long-term key, and the seed of the MFA device when this machine is to make the codes (rehearsals). */
export interface OperatorKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly seed?: Secret;
}

/**
 * Long-term keys of operators below our own folder, sealed and 0600; `~/.aws/credentials` is never written.
 * `name` is the operator's user name with its account, so that equal names in two definitions stay apart.
 */
export class KeyStore {
  readonly #dir: string;

  constructor(home: string) {
    this.#dir = join(home, 'keys');
  }

  async put(arn: string, key: OperatorKey): Promise<string> {
    const seal = await openSeal(this.#dir);
    const text = JSON.stringify({
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey.reveal(),
      ...(key.seed === undefined ? {} : { seed: key.seed.reveal() }),
    });
    await writeAtomically(this.#file(arn), seal.seal(arn, text));
    return this.#file(arn);
  }

  /** Undefined when there is none, or when the file was not sealed by this machine's key. */
  async get(arn: string): Promise<OperatorKey | undefined> {
    const sealed = this.#read(arn);
    if (sealed === undefined) return undefined;
    const text = (await openSeal(this.#dir)).open(arn, sealed);
    if (text === undefined) return undefined;
    const { accessKeyId, secretAccessKey, seed } = JSON.parse(text) as Record<string, string>;
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
    return {
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
      ...(seed === undefined ? {} : { seed: new Secret(seed) }),
    };
  }

  remove(arn: string): void {
    rmSync(this.#file(arn), { force: true });
  }

  #read(arn: string): string | undefined {
    try {
      return readFileSync(this.#file(arn), 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  #file(arn: string): string {
    return join(this.#dir, `${arn.replace(/[^\w+=,.@-]+/g, '_')}.sealed`);
  }
}

export const asCredentials = (key: OperatorKey): Credentials => ({
  accessKeyId: key.accessKeyId,
  secretAccessKey: key.secretAccessKey,
});
