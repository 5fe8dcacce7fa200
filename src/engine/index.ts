/**
 * The decision engine: may this request pass, and which statement decided? Pure functions over parsed policies;
 * no I/O, no clock, no state but caches.
 */
export { compile } from './compile.ts';
export { accountOfCaller, callerArn } from './implicit.ts';
export { impliedRequests } from './implied.ts';
export { accessDeniedMessage } from './message.ts';
export type * from './types.ts';
