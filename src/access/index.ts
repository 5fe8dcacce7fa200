export { checkAccess } from './check/check.ts';
export { assumePolicy } from './derive/assume-policy.ts';
export { externalIdFor } from './derive/external-id.ts';
export { permissionPolicy } from './derive/permission-policy.ts';
export { trustPolicy } from './derive/trust-policy.ts';
export { jsonSchema } from './json-schema.ts';
export { type LoadOptions, loadAccess } from './load.ts';
export type * from './types.ts';
