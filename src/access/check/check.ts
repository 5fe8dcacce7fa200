import type { Diagnostic, Severity, Span } from '../../base/index.ts';
import type { Access } from '../types.ts';
import { checkMonitoring } from './monitoring.ts';
import { checkPermissions } from './permissions.ts';
import { checkTrust } from './trust.ts';

export type Say = (
  severity: Severity,
  code: string,
  span: Span | undefined,
  message: string,
  help?: string,
) => void;

/**
 * Risks in a valid definition: warnings and hints, never errors. What no caller could ever fulfil, or AWS would refuse,
 * `loadAccess` has refused already; single policy documents are the policy room's `lintPolicy`.
 */
export function checkAccess(access: Access): Diagnostic[] {
  const found: Diagnostic[] = [];
  const say: Say = (severity, code, span, message, help) => {
    const { file } = access;
    found.push({
      code,
      severity,
      message,
      ...(file !== undefined && { file }),
      ...(span && { span }),
      ...(help !== undefined && { help }),
    });
  };
  for (const role of access.roles) {
    checkPermissions(role, say);
    checkTrust(role, access, say);
  }
  checkMonitoring(access, say);
  return found;
}
