import type { SessionStore, SessionSummary } from './types.ts';

/** Cached sessions, the one that expires first at the top; without credentials. */
export async function listSessions(store: SessionStore): Promise<readonly SessionSummary[]> {
  const sessions = await store.list();
  return sessions
    .map(({ credentials, fromCache: _, ...rest }) => ({ ...rest, accessKeyId: credentials.accessKeyId }))
    .sort((a, b) => a.expiresAt - b.expiresAt);
}

/**
 * Forgets cached sessions: all, or those that match every given field. Returns how many.
 * It ends nothing at AWS: whoever copied a session keeps it until it expires or is revoked.
 */
export async function logout(
  store: SessionStore,
  filter: { readonly key?: string; readonly sourceArn?: string; readonly roleArn?: string } = {},
): Promise<number> {
  let count = 0;
  for (const session of await store.list()) {
    if (filter.key !== undefined && filter.key !== session.key) continue;
    if (filter.sourceArn !== undefined && filter.sourceArn !== session.sourceArn) continue;
    if (filter.roleArn !== undefined && filter.roleArn !== session.roleArn) continue;
    if (await store.delete(session.key)) count++;
  }
  return count;
}
