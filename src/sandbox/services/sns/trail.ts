/** What CloudTrail shows in place of endpoints, tokens and messages. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
