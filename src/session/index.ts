export { assume, login } from './assume.ts';
export { askTerminal, givenCode, promptCodes, seedCodes, seedFromEnvironment } from './codes.ts';
export { execCommand, execEnvironment } from './exec.ts';
export { listSessions, logout } from './manage.ts';
export { credentialProcessOutput } from './process.ts';
export { removeProfiles, writeProfiles } from './profiles.ts';
export { routeTo } from './route.ts';
export { defaultCacheDirectory, openSessionStore } from './store.ts';
export type * from './types.ts';
