import { startServer } from './server.ts';
import { createCloud, type Served, servedOperations } from './services/index.ts';
import type { RunningSandbox, SandboxOptions } from './types.ts';

export * from './control-client.ts';
export { DataError } from './persist/errors.ts';
export * from './types.ts';
export { type Served, servedOperations };

/**
 * Starts a local AWS on 127.0.0.1: signatures, policies and CloudTrail always on. Rejects with node's error
 * (`code: 'EADDRINUSE'`) when the port is taken.
 */
export const startSandbox = (options: SandboxOptions = {}): Promise<RunningSandbox> =>
  startServer(createCloud, options);
