import type { Clock } from '../base/index.ts';
import type { Sleep } from './types.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

export const realSleep: Sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
