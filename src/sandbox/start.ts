import { startServer } from './server.ts';
import { createCloud, servedOperations } from './services/index.ts';
import type { RunningSandbox, SandboxOptions } from './types.ts';

export { servedOperations };

/** A server and the cloud that it serves. */
export const start = (options: SandboxOptions): Promise<RunningSandbox> => startServer(createCloud, options);
