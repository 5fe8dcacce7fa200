import type { ServiceConstraints } from './types.ts';

export const cloudformation: ServiceConstraints = {};
