import type { ServiceConstraints } from './types.ts';

export const logs: ServiceConstraints = {};
