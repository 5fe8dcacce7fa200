import type { Session } from './types.ts';

/**
 * What a command answered with, for the next one of the same words: the session, and the files that said which session
 * it is.
 */
export interface Ticket {
  /** The session's. */
  readonly key: string;
  /** ms since 1970: until then the session is taken from the cache without a second look. */
  readonly until: number;
  /** Absolute paths, and the SHA-256 of their texts, hex. */
  readonly files: readonly { readonly path: string; readonly digest: string }[];
}

const HOUR = 3_600_000;

/** Tickets that weren't used for so long are removed, ms: no session lives longer. */
export const TICKET_LIFE = 12 * HOUR;

/** Earlier than the rules of `assume` would renew it: whoever comes later goes the whole way. */
export const ticketUntil = ({ issuedAt, expiresAt }: Session): number =>
  expiresAt - Math.min(HOUR / 4, (expiresAt - issuedAt) / 4);

/** undefined: damaged. */
export function readTicket(value: unknown): Ticket | undefined {
  const { key, until, files } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Ticket>;
  if (typeof key !== 'string' || typeof until !== 'number' || !Array.isArray(files)) return undefined;
  if (!files.every((file) => typeof file?.path === 'string' && typeof file.digest === 'string'))
    return undefined;
  return { key, until, files };
}
