import { AwsError } from '../types.ts';
import type { Keeper } from './keeper.ts';

/**
 * Keeps a cloud's acts in a folder, before they are answered.
 * INVARIANT: what was answered is in the folder. When it can't be written, the call is answered 503, and nothing more
 * happens until the whole state could be written again.
 */
export class Memory {
  readonly #keeper: Keeper;
  readonly #save: () => object;
  /** Something has happened that the folder doesn't know of. */
  #behind = false;

  constructor(keeper: Keeper, save: () => object) {
    this.#keeper = keeper;
    this.#save = save;
  }

  ready(): void {
    if (!this.#behind && !this.#keeper.full) return;
    try {
      this.snapshot();
    } catch (error) {
      if (this.#behind) throw unavailable(error);
    }
  }

  append(act: object): void {
    try {
      this.#keeper.append(act);
    } catch (error) {
      this.#behind = true;
      throw unavailable(error);
    }
  }

  /** Throws node's error. */
  snapshot(): void {
    this.#keeper.snapshot(this.#save());
    this.#behind = false;
  }
}

const unavailable = (error: unknown): AwsError =>
  new AwsError(
    'ServiceUnavailable',
    `The sandbox can't write its data folder: ${error instanceof Error ? error.message : String(error)}`,
    503,
    'Receiver',
  );
