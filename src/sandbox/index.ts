import type { Served } from './services/index.ts';
import type { RunningSandbox, SandboxOptions } from './types.ts';

export * from './control-client.ts';
export { DataError } from './persist/errors.ts';
export * from './types.ts';
export type { Served };

// Who only talks to a sandbox (`sandbox env`, `--sandbox`) doesn't load the AWS behind it.

/**
 * Starts a local AWS on 127.0.0.1: signatures, policies and CloudTrail always on. Rejects with node's error
 * (`code: 'EADDRINUSE'`) when the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { start } = await import('./start.ts');
  return start(options);
}

/** What a sandbox serves, by service. */
export async function servedOperations(): Promise<readonly Served[]> {
  return (await import('./start.ts')).servedOperations();
}
