import type { PolicyJson } from '../../policy/index.ts';
import type { Role } from '../types.ts';

/** The inline policy of a role; undefined when it has managed policies only, or none. */
export const permissionPolicy = (role: Role): PolicyJson | undefined => role.permissions.inline;
