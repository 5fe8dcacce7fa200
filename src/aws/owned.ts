// Names that deploy/ and respond/ must agree on: an incident measure has to survive the next deployment.

/** Tag of everything that a deployment made; its value is the name of the definition. */
export const OWNER_TAG = 'crossaccount:definition';
/** Inline policy of `respond revoke`: the name that the IAM console uses for the same thing. */
export const REVOCATION_POLICY = 'AWSRevokeOlderSessions';
/** Inline policy of `respond quarantine`. */
export const QUARANTINE_POLICY = 'CrossaccountQuarantine';
/** The generated Terraform and CloudFormation use the same two names. */
export const PERMISSION_POLICY = 'crossaccount-permissions';
export const ASSUME_POLICY = 'crossaccount-assume';

/** IAM returns policy documents URL-encoded (RFC 3986). Undefined when the text is no JSON object. */
export function decodeDocument(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
