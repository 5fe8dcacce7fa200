/** A thing to do at a virtual time. Plain data: it is saved with the cloud. */
export interface Timer {
  /** ms */
  readonly due: number;
  readonly kind: string;
  readonly payload: unknown;
  /** Order among timers of the same time: as they were set. */
  readonly order: number;
}

type Handler = (payload: never, due: number, now: number) => void;

/** Runs before a single tick gives up on timers that keep setting timers in the past. */
const MOST_RUNS = 100_000;

/**
 * What services do by themselves as virtual time passes. Handlers are registered while services are made; timers are
 * set by calls and by handlers, and run in order of their time at the first call or tick after it.
 */
export class Timers {
  readonly #state: { timers: Timer[]; next: number };
  readonly #handlers = new Map<string, Handler>();
  readonly #whenSetBack: ((now: number) => void)[] = [];
  readonly #onBug: (error: Error) => void;
  /** How many of the first timers have run and are still in the list: taking each out by itself would move all others. */
  #ran = 0;

  /** `state` is kept elsewhere, with the rest of the cloud. */
  constructor(state: { timers: Timer[]; next: number }, onBug: (error: Error) => void) {
    this.#state = state;
    this.#onBug = onBug;
  }

  /** `kind` is the service's name and a verb: `cloudtrail.deliver`. A handler that throws is a bug. */
  handle<T>(kind: string, handler: (payload: T, due: number, now: number) => void): void {
    this.#handlers.set(kind, handler as Handler);
  }

  /** What is done at intervals sets its timers anew here: until the one that it has, it may be a year now. */
  whenSetBack(handler: (now: number) => void): void {
    this.#whenSetBack.push(handler);
  }

  /** Called when somebody has set the clock back. */
  setBack(now: number): void {
    for (const handler of this.#whenSetBack) handler(now);
  }

  at(due: number, kind: string, payload: unknown): void {
    const { timers } = this.#state;
    const timer = { due, kind, payload, order: this.#state.next++ };
    let at = timers.length;
    while (at > this.#ran && (timers[at - 1] as Timer).due > due) at--;
    timers.splice(at, 0, timer);
  }

  /** Removes the timers of a kind whose payload the test picks. */
  cancel<T>(kind: string, test: (payload: T) => boolean): void {
    this.#takeOut();
    this.#state.timers = this.#state.timers.filter(
      (timer) => timer.kind !== kind || !test(timer.payload as T),
    );
  }

  /**
   * Runs all that is due; how many ran. What a handler throws is reported and goes no further: the call that happened
   * to come next is somebody else's, and would be answered with a refusal of what it never asked for.
   */
  run(now: number): number {
    let runs = 0;
    for (; runs < MOST_RUNS; runs++) {
      const first = this.#state.timers[this.#ran];
      if (first === undefined || first.due > now) break;
      this.#ran++;
      try {
        this.#handlers.get(first.kind)?.(first.payload as never, first.due, now);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        this.#onBug(new Error(`a bug in the sandbox: ${first.kind} failed: ${why}`, { cause }));
      }
    }
    this.#takeOut();
    return runs;
  }

  #takeOut(): void {
    if (this.#ran > 0) this.#state.timers.splice(0, this.#ran);
    this.#ran = 0;
  }
}
