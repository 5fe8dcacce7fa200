/** Time is passed in: milliseconds since 1970-01-01 UTC. */
export interface Clock {
  now(): number;
}

/** Entropy is passed in; production passes `node:crypto`'s `randomBytes`. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** AWS's second-precision form: `2026-11-23T03:15:00Z`. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
