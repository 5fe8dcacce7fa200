import type { ServiceConstraints } from './types.ts';

export const monitoring: ServiceConstraints = {};
