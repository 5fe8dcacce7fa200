import type { ServiceConstraints } from './types.ts';

export const sns: ServiceConstraints = {};
