import type { Random } from '../../base/index.ts';

const BLOCK = 4_096;

/**
 * Entropy, drawn in blocks: asking the system for a few bytes costs 20 µs, and an AssumeRole asks six times.
 * INVARIANT: no byte is given out twice, nor kept after it was given out.
 */
export class Entropy implements Random {
  readonly #source: Random;
  #block = Uint8Array.of();
  #at = 0;

  constructor(source: Random) {
    this.#source = source;
  }

  bytes(count: number): Uint8Array {
    if (count > BLOCK) return this.#source.bytes(count);
    if (this.#at + count > this.#block.length) {
      this.#block = Uint8Array.from(this.#source.bytes(BLOCK));
      this.#at = 0;
    }
    const taken = this.#block.slice(this.#at, this.#at + count);
    this.#block.fill(0, this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }
}
