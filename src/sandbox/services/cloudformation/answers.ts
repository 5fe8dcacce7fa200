/** `2026-11-23T09:00:00.000Z` */
export const isoMillis = (ms: number): string => new Date(ms).toISOString();
