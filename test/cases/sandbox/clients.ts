import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The keys in an answer of STS or CreateAccessKey. */
export function keysOf(
  answer: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string } | undefined,
): Keys {
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = answer ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('an answer without keys');
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Makes real SDK clients for the sandbox that sign at virtual time and share one pool of connections. */
export class Clients {
  readonly #endpoint: string;
  readonly #requestHandler: STSClient['config']['requestHandler'];

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#requestHandler = new STSClient({ region: 'us-east-1' }).config.requestHandler;
  }

  iam = (keys: Keys, now: number): IAMClient => new IAMClient(this.#options(keys, now));
  sts = (keys: Keys, now: number): STSClient => new STSClient(this.#options(keys, now));
  organizations = (keys: Keys, now: number): OrganizationsClient =>
    new OrganizationsClient(this.#options(keys, now));
  ec2 = (keys: Keys, now: number, region: string): EC2Client =>
    new EC2Client({ ...this.#options(keys, now), region });
  s3 = (keys: Keys, now: number): S3Client =>
    new S3Client({ ...this.#options(keys, now), forcePathStyle: true });

  close(): void {
    this.#requestHandler.destroy?.();
  }

  #options(credentials: Keys, now: number) {
    return {
      endpoint: this.#endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      requestHandler: this.#requestHandler,
      // Sign at the sandbox's time.
      systemClockOffset: now - Date.now(),
    };
  }
}
