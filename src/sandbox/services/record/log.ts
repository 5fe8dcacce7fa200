import type { CloudTrailRecord } from '../../../trail/index.ts';

/** LookupEvents looks back this far per account; on AWS it is 90 days, whatever the number. */
const HISTORY = 10_000;

/** The records of a cloud: those not yet delivered, and each account's recent history. */
export class TrailLog {
  #pending: CloudTrailRecord[] = [];
  readonly #history = new Map<string, CloudTrailRecord[]>();
  readonly #listeners: ((record: CloudTrailRecord) => void)[] = [];

  /** Told of each record when it is made: trails, event buses. Listeners don't throw. */
  listen(listener: (record: CloudTrailRecord) => void): void {
    this.#listeners.push(listener);
  }

  add(record: CloudTrailRecord): void {
    this.#pending.push(record);
    let history = this.#history.get(record.recipientAccountId);
    if (history === undefined) {
      history = [];
      this.#history.set(record.recipientAccountId, history);
    }
    history.push(record);
    // Dropping a tenth at a time keeps the cost of forgetting constant per record.
    if (history.length > HISTORY * 1.1) history.splice(0, history.length - HISTORY);
    for (const listener of this.#listeners) listener(record);
  }

  take(): readonly CloudTrailRecord[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** Oldest first. */
  history(accountId: string): readonly CloudTrailRecord[] {
    return this.#history.get(accountId) ?? [];
  }
}
