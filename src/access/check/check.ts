import type { Diagnostic } from '../../base/index.ts';
import type { Access } from '../types.ts';

/** Risks in a valid definition: warnings and hints, never errors. */
export function checkAccess(_access: Access): Diagnostic[] {
  return [];
}
