import type { Credentials } from '../aws/index.ts';
import { isoSeconds } from '../base/index.ts';

/** What a credential_process prints on stdout: one JSON object, secrets revealed. Write it nowhere else. */
export const credentialProcessOutput = (credentials: Credentials): string =>
  JSON.stringify({
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken === undefined ? {} : { SessionToken: credentials.sessionToken.reveal() }),
    ...(credentials.expiration === undefined ? {} : { Expiration: isoSeconds(credentials.expiration) }),
  });
