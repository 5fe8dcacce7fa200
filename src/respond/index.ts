export { quarantine, release } from './quarantine.ts';
export { revokeSessions } from './revoke.ts';
export { rotateKey } from './rotate.ts';
export type * from './types.ts';
