import type { Clock, Random } from '../../base/index.ts';
import { AwsError } from '../types.ts';

/** Something that happened to a cloud, with all that it took from outside of it: enough to make it happen again. */
export interface Act {
  readonly act: string;
  /** Virtual time, ms. */
  readonly now: number;
  readonly facts: unknown;
  readonly draws: Uint8Array;
  readonly outside: readonly unknown[];
  /** '' or the error's code. */
  readonly outcome: string;
}

/** Where acts are kept. Both throw AwsError when they can't be. */
export interface ActLog {
  /** Before an act: whether what happens next can be kept. */
  ready(): void;
  append(act: Act): void;
}

/**
 * The cloud's time, entropy and everything else that isn't in its state, as one act sees them.
 * INVARIANT: an act sees one moment, and everything that it takes from outside is written down with it; replayed on the
 * same state, it does the same.
 */
export class Acts {
  readonly clock: Clock;
  readonly random: Random;
  readonly #source: Random;
  readonly #log: ActLog | undefined;
  #now: number | undefined;
  #drawn: Uint8Array[] = [];
  #seen: unknown[] = [];
  #replay: { draws: Uint8Array; at: number; outside: unknown[]; lacks?: string } | undefined;

  constructor(clock: Clock, source: Random, log: ActLog | undefined) {
    this.#source = source;
    this.#log = log;
    this.clock = { now: () => this.#now ?? clock.now() };
    this.random = { bytes: (count) => this.#draw(count) };
  }

  /** What isn't made of state, input, time and `random` (a fresh RSA key): plain data, the same when replayed. */
  outside<T>(make: () => T): T {
    if (this.#replay !== undefined) {
      if (this.#replay.outside.length === 0) throw this.#lacks('a value from outside');
      return this.#replay.outside.shift() as T;
    }
    const made = make();
    this.#seen.push(made);
    return made;
  }

  /** Runs an act and keeps it; `worth` tells whether it changed anything. Without a log it just runs. */
  run<T>(act: string, now: number, facts: () => unknown, work: () => T, worth?: (result: T) => boolean): T {
    const log = this.#log;
    if (this.#replay !== undefined || log === undefined) return this.#at(now, work);
    log.ready();
    this.#drawn = [];
    this.#seen = [];
    const keep = (outcome: string) => {
      const draws = Buffer.concat(this.#drawn);
      log.append({ act, now, facts: facts(), draws, outside: this.#seen, outcome });
    };
    let result: T;
    try {
      result = this.#at(now, work);
    } catch (error) {
      keep(outcomeOf(error));
      throw error;
    }
    if (worth?.(result) !== false) keep('');
    return result;
  }

  /** Lets an act happen again. Throws Error when it turns out differently: then the journal isn't of this cloud. */
  again(act: Act, work: () => unknown): void {
    this.#replay = { draws: act.draws, at: 0, outside: [...act.outside] };
    let outcome = '';
    try {
      this.#at(act.now, work);
    } catch (error) {
      outcome = outcomeOf(error);
    }
    const { at, draws, lacks } = this.#replay;
    this.#replay = undefined;
    // Said here as well as thrown there: what a timer throws goes no further than the timers.
    if (lacks !== undefined) throw new Error(lacks);
    if (outcome !== act.outcome || at !== draws.length) {
      throw new Error(
        `${act.act} ended ${outcome || 'well'} instead of ${act.outcome || 'well'} (${at} of ${draws.length} bytes drawn)`,
      );
    }
  }

  #at<T>(now: number, work: () => T): T {
    const before = this.#now;
    this.#now = now;
    try {
      return work();
    } finally {
      this.#now = before;
    }
  }

  #lacks(what: string): Error {
    const message = `the journal lacks ${what}`;
    if (this.#replay !== undefined) this.#replay.lacks = message;
    return new Error(message);
  }

  #draw(count: number): Uint8Array {
    const replay = this.#replay;
    if (replay !== undefined) {
      if (replay.at + count > replay.draws.length) throw this.#lacks('random bytes');
      const bytes = replay.draws.slice(replay.at, replay.at + count);
      replay.at += count;
      return bytes;
    }
    const bytes = this.#source.bytes(count);
    // A copy: whoever asked may change the bytes (a UUID's version bits).
    if (this.#log !== undefined) this.#drawn.push(Uint8Array.from(bytes));
    return bytes;
  }
}

const outcomeOf = (error: unknown): string => (error instanceof AwsError ? error.code : 'bug');
