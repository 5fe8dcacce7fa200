import type { ServiceConstraints } from './types.ts';

export const organizations: ServiceConstraints = {};
