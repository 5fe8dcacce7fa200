import type { CloudTrailRecord } from '../trail/index.ts';
import { roleKey, type TrustChange, toTrustChange } from './change.ts';
import { type Context, createContext, type Episode } from './context.ts';
import { type Entry, preferred, toEntry } from './entry.ts';
import { entryRules, findTrustPolicyChange, trustPolicyChange } from './rules.ts';
import type { DetectConfig, Detector, DetectorOptions, Finding } from './types.ts';

const DAY = 86_400;

/**
 * Rules are functions from the set of events to findings: order and repetition can't matter to them. What remains for the
 * detector is to hold events for as long as a late one could still change an episode they are in.
 */
export function createDetector(config: DetectConfig, options: DetectorOptions = {}): Detector {
  return new EventTimeDetector(createContext(config), options, horizonOf(config));
}

/** ms. No rule relates events that are farther apart: windows, their successes, and the days that group findings. */
const horizonOf = ({ failedAssumeRole, sharedRole }: DetectConfig): number =>
  Math.max(2 * DAY, 3 * failedAssumeRole.window, 3 * sharedRole.window) * 1000;

interface Keyed {
  readonly key: string;
  readonly time: number;
}

class EventTimeDetector implements Detector {
  readonly #context: Context;
  readonly #lateness: number;
  readonly #settleAfter: number;
  readonly #horizon: number;
  #entries = new Map<string, Entry>();
  #changes = new Map<string, TrustChange>();
  /** Rule → keys of events whose episode has been reported, as long as they are held for the sake of another rule. */
  readonly #claimed = new Map<string, Set<string>>();
  #settled: Finding[] = [];
  #newest = Number.NEGATIVE_INFINITY;
  #limit: number;

  constructor(context: Context, options: DetectorOptions, horizon: number) {
    this.#context = context;
    this.#lateness = (options.lateness ?? 7 * DAY) * 1000;
    this.#settleAfter = options.settleAfter ?? 50_000;
    this.#horizon = horizon;
    this.#limit = this.#settleAfter;
  }

  get held(): number {
    return this.#entries.size + this.#changes.size;
  }

  add(record: CloudTrailRecord): void {
    const entry = toEntry(record);
    if (entry) {
      const other = this.#entries.get(entry.key);
      this.#hold(this.#entries, other ? preferred(entry, other) : entry);
      return;
    }
    const change = toTrustChange(record);
    if (change) this.#hold(this.#changes, change);
  }

  finish(): Finding[] {
    this.#settle(Number.POSITIVE_INFINITY);
    const findings = this.#settled.sort(byTimeAndRule);
    this.#settled = [];
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#limit = this.#settleAfter;
    return findings;
  }

  #hold<T extends Keyed>(pool: Map<string, T>, event: T): void {
    if (Number.isNaN(event.time)) return;
    pool.set(event.key, event);
    if (event.time > this.#newest) this.#newest = event.time;
    if (this.held <= this.#limit) return;
    this.#settle(this.#newest - this.#lateness);
    // Twice what had to stay: otherwise a busy week would be judged again at every event.
    this.#limit = Math.max(this.#settleAfter, 2 * this.held);
  }

  /** Reports episodes that no event at or after `cut` can change, and forgets what none can need. */
  #settle(cut: number): void {
    const before = cut - this.#horizon;
    const entries = sorted(this.#entries);
    const openEntries = new Set<Entry>();
    for (const { id, find } of entryRules) {
      this.#report(id, find(this.#unclaimed(id, entries), this.#context), before, openEntries);
    }
    const changes = sorted(this.#changes);
    const openChanges = new Set<TrustChange>();
    this.#report(trustPolicyChange.id, this.#unreported(changes), before, openChanges);

    // The last document of each role is what the next one is compared with. It has been judged by its own predecessor, which goes.
    const judged = this.#claimed.get(trustPolicyChange.id);
    for (const change of changes) {
      if (change.time < before && !openChanges.has(change)) judged?.add(change.key);
    }
    const old = changes.filter((change) => change.time < before && change.outcome === 'done');
    const latest = new Map(old.map((change) => [roleKey(change), change]));
    const stays = new Set(cut === Number.POSITIVE_INFINITY ? [] : latest.values());
    this.#entries = keep(entries, (entry) => entry.time >= before || openEntries.has(entry));
    this.#changes = keep(changes, (c) => c.time >= before || openChanges.has(c) || stays.has(c));
    for (const keys of this.#claimed.values()) {
      for (const key of keys) if (!this.#entries.has(key) && !this.#changes.has(key)) keys.delete(key);
    }
  }

  #report<T extends Keyed>(
    rule: string,
    episodes: readonly Episode<T>[],
    before: number,
    open: Set<T>,
  ): void {
    const claimed = this.#claimed.get(rule) ?? new Set<string>();
    this.#claimed.set(rule, claimed);
    for (const { members, finding } of episodes) {
      if (members.every((member) => member.time < before)) {
        this.#settled.push(finding);
        for (const member of members) claimed.add(member.key);
      } else {
        for (const member of members) open.add(member);
      }
    }
  }

  #unclaimed(rule: string, events: readonly Entry[]): readonly Entry[] {
    const claimed = this.#claimed.get(rule);
    return claimed === undefined || claimed.size === 0
      ? events
      : events.filter((event) => !claimed.has(event.key));
  }

  /** Changes are judged with all that is held, since one that was reported is still what the next is compared with. */
  #unreported(changes: readonly TrustChange[]): Episode<TrustChange>[] {
    const claimed = this.#claimed.get(trustPolicyChange.id);
    return findTrustPolicyChange(changes, this.#context).filter(
      ({ members }) => !members.every((member) => claimed?.has(member.key)),
    );
  }
}

const sorted = <T extends Keyed>(pool: Map<string, T>): T[] =>
  [...pool.values()].sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));

const keep = <T extends Keyed>(events: readonly T[], stays: (event: T) => boolean): Map<string, T> =>
  new Map(events.filter(stays).map((event) => [event.key, event]));

function byTimeAndRule(a: Finding, b: Finding): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
  return a.events.join() < b.events.join() ? -1 : 1;
}
