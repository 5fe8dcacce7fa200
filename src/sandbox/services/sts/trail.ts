import type { Credentials } from '@aws-sdk/client-sts';
import { trailDate } from '../record/naming.ts';

/** Credentials as CloudTrail records them: never the secret; the session token is worth nothing without it. */
export const credentialElements = (credentials: Credentials | undefined): Record<string, unknown> => ({
  accessKeyId: credentials?.AccessKeyId,
  sessionToken: credentials?.SessionToken,
  expiration: credentials?.Expiration && trailDate(credentials.Expiration),
});
