/** A set of characters of the first 128; all others belong to it when `others` is true. */
export interface CharSet {
  readonly ascii: readonly boolean[];
  readonly others: boolean;
}

/** One character that must come (`set`), possibly left out (`skip`) or repeated (`loop`). */
export interface Step {
  readonly set: CharSet;
  readonly skip: boolean;
  readonly loop: boolean;
}

/**
 * Steps as an automaton whose states, "the next step is number i", are the bits of numbers: all are followed at once, 32
 * in one operation. A thousand steps over a megabyte, one by one, would keep everybody waiting for seconds.
 */
export interface Machine {
  /** Number of steps, which is also the state in which all is found. */
  readonly end: number;
  /** By character code, the last for all beyond the first 128: the steps that take it. */
  readonly takes: readonly Int32Array[];
  readonly loops: Int32Array;
  /** States from which the next 1, 2, 4, 8 and 16 steps can be left out within a word; empty: none can. */
  readonly hops: readonly Int32Array[];
  /** State 0, and those that are reached by leaving out steps. */
  readonly start: Int32Array;
}

const bit = (state: number): number => 1 << (state & 31);

export function machineOf(steps: readonly Step[]): Machine {
  const end = steps.length;
  const words = (end >> 5) + 1;
  const where = (test: (step: Step) => boolean): Int32Array => {
    const bits = new Int32Array(words);
    for (const [i, step] of steps.entries()) if (test(step)) bits[i >> 5] = (bits[i >> 5] ?? 0) | bit(i);
    return bits;
  };
  const takes = Array.from({ length: 128 }, (_, code) => where(({ set }) => set.ascii[code] === true));
  takes.push(where(({ set }) => set.others));
  const hops = [where(({ skip }) => skip)];
  for (let far = 1; far < 16; far *= 2) {
    hops.push((hops.at(-1) ?? new Int32Array(words)).map((bits) => bits & (bits >>> far)));
  }
  const start = new Int32Array(words);
  for (let i = 0; i === 0 || steps[i - 1]?.skip === true; i++) start[i >> 5] = (start[i >> 5] ?? 0) | bit(i);
  const skips = steps.some(({ skip }) => skip);
  return { end, takes, loops: where(({ loop }) => loop), hops: skips ? hops : [], start };
}

/** Whether the steps are found in a text: anywhere, at its start, up to its end. */
export function runs(
  { end, takes, loops, hops, start }: Machine,
  { atStart, atEnd }: { readonly atStart: boolean; readonly atEnd: boolean },
  text: string,
): boolean {
  const states = start.slice();
  const found = (): boolean => ((states[end >> 5] ?? 0) & bit(end)) !== 0;
  const skip = hops[0];
  for (let at = 0; at < text.length; at++) {
    if (!atEnd && found()) return true;
    const taken = takes[Math.min(text.charCodeAt(at), 128)] as Int32Array;
    // What goes over from the last state of a word to the first of the next: by a step, and by one left out.
    let stepped = 0;
    let skipped = 0;
    let any = 0;
    for (let w = 0; w < states.length; w++) {
      const passed = (states[w] as number) & (taken[w] as number);
      let into = (passed << 1) | stepped | skipped | (passed & (loops[w] as number));
      if (!atStart) into |= start[w] as number;
      stepped = passed >>> 31;
      if (skip !== undefined) {
        for (let k = 0; k < hops.length; k++)
          into |= (into & ((hops[k] as Int32Array)[w] as number)) << (1 << k);
        skipped = (into & (skip[w] as number)) >>> 31;
      }
      states[w] = into;
      any |= into;
    }
    if (any === 0) return false;
  }
  return found();
}
