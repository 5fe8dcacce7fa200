/** EventBridge's event patterns, which SNS uses for filter policies too. Pure. */
export { matches } from './match.ts';
export { parsePattern, readPattern } from './parse.ts';
export type { Json, PatternNode } from './types.ts';
