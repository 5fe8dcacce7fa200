import type { Clock } from '../base/index.ts';

/** Year 1970 to 9999: what four-digit timestamps on the wire can say. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Virtual time: the real clock plus an offset, so that it keeps running wherever it is set to. */
export class VirtualClock implements Clock {
  readonly #real: Clock;
  #offset = 0;

  constructor(real: Clock) {
    this.#real = real;
  }

  /** ms ahead of the real clock. */
  get offset(): number {
    return this.#offset;
  }

  set offset(ms: number) {
    this.#offset = ms;
  }

  now(): number {
    return this.#real.now() + this.#offset;
  }

  /** Sets the time (ms), forwards or backwards; false when it is outside 1970–9999. */
  set(ms: number): boolean {
    if (!(ms >= 0 && ms <= LATEST)) return false;
    this.#offset = ms - this.#real.now();
    return true;
  }

  advance(ms: number): boolean {
    return this.set(this.now() + ms);
  }
}
