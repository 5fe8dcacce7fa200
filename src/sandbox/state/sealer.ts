import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../../base/index.ts';

/**
 * Seals JSON values with a key that only this cloud knows (AES-256-GCM), as session tokens and encoded authorization
 * messages need it: a value that was made elsewhere or changed by one bit doesn't open.
 * INVARIANT: `purpose` is authenticated, so that a sealed message can't be used as a session token.
 */
export class Sealer {
  readonly #key: Uint8Array;
  readonly #random: Random;
  readonly #purpose: Uint8Array;

  constructor(key: Uint8Array, random: Random, purpose: string) {
    this.#key = key;
    this.#random = random;
    this.#purpose = Buffer.from(purpose);
  }

  seal(value: unknown): Buffer {
    const iv = this.#random.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(this.#purpose);
    const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  /** undefined for anything that `seal` didn't make with this key and purpose. */
  open(sealed: Uint8Array): unknown {
    if (sealed.length < 28) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12))
        .setAAD(this.#purpose)
        .setAuthTag(sealed.subarray(12, 28));
      return JSON.parse(decipher.update(sealed.subarray(28), undefined, 'utf8') + decipher.final('utf8'));
    } catch {
      return undefined;
    }
  }
}
