import type { Explanation } from '../../../engine/index.ts';

const KEPT = 1_000;

/** What a denial leaves behind for the control interface; the explanation is made when somebody asks. */
export class Denials {
  readonly #explain = new Map<string, () => Explanation>();

  add(requestId: string, explain: () => Explanation): void {
    const [oldest] = this.#explain.keys();
    if (this.#explain.size >= KEPT && oldest !== undefined) this.#explain.delete(oldest);
    this.#explain.set(requestId, explain);
  }

  /** Pure: authorizers and requests are immutable, so the answer is the one of the time of the denial. */
  explain(requestId: string): Explanation | undefined {
    return this.#explain.get(requestId)?.();
  }
}
