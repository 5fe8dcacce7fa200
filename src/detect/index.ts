export { detectConfig } from './config.ts';
export { createDetector } from './detector.ts';
export { isRelevant, rules, wantedEvents } from './rules.ts';
export type * from './types.ts';
