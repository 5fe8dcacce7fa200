/** Time is passed in: milliseconds since 1970-01-01 UTC. */
export interface Clock {
  now(): number;
}

/** Entropy is passed in; production passes `node:crypto`'s `randomBytes`. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** AWS's second-precision form: `2026-11-23T03:15:00Z`. */
export function isoSeconds(ms: number): string {
  // One request asks for the same few seconds (now, and when its session ends) half a dozen times.
  const second = Math.floor(ms / 1000);
  const slot = Math.abs(second % KNOWN);
  if (seconds[slot] !== second) {
    texts[slot] = `${new Date(ms).toISOString().slice(0, 19)}Z`;
    seconds[slot] = second;
  }
  return texts[slot] as string;
}
/** No divisor of the lives that sessions have: each of those seconds has a place of its own. */
const KNOWN = 13;
const seconds: number[] = new Array(KNOWN).fill(Number.NaN);
const texts: string[] = new Array(KNOWN).fill('');
