export { generate } from './generate.ts';
export { ASSUME_POLICY, OWNER_TAG, PERMISSION_POLICY } from './layout.ts';
export type { GeneratedFile } from './types.ts';
