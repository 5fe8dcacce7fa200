import type { Clock, Secret } from '../base/index.ts';

/** Credentials in use. Secrets are never printed; see Secret. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
  /** ms; absent for long-term keys. */
  readonly expiration?: number;
}

/** Where AWS is: the real one, or any endpoint that speaks its protocols (the sandbox). The only thing that differs. */
export interface AwsTarget {
  readonly region: string;
  /** All services at one URL; absent: AWS itself. */
  readonly endpoint?: string;
  readonly clock: Clock;
}

// The room's door (index.ts) offers lazily imported SDK clients (a client import costs ~100 ms):
//   stsClient(target, credentials), iamClient(…), ec2Client, s3Client, cloudtrailClient: Promise<Client>
//   profileCredentials(profile, env): Promise<Credentials>    through the SDK's ini loader; long-term keys or credential_process
//   describeAwsError(error): { code, message, status, requestId?, retryable }      one place that understands SDK errors
