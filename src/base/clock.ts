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
  // One request asks for the same second half a dozen times.
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}
let lastSecond = Number.NaN;
let lastText = '';
