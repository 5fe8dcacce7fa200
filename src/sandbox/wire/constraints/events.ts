import type { ServiceConstraints } from './types.ts';

export const events: ServiceConstraints = {};
