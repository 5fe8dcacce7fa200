import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Where this user's sessions are cached. */
export async function cacheDirectory(env: Env): Promise<string> {
  const { defaultCacheDirectory } = await import('../session/index.ts');
  return env['CROSSACCOUNT_HOME'] ? join(env['CROSSACCOUNT_HOME'], 'cache') : defaultCacheDirectory(env);
}
