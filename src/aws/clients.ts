import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsTarget, Credentials } from './types.ts';

// SDK clients, imported when first wanted: client-sts alone costs ~100 ms of CPU, and a cached
// `crossaccount credentials` needs none of them. Partition, FIPS and dual-stack endpoints are the SDK's business
// (from the region and AWS_USE_FIPS_ENDPOINT); we only ever name an endpoint when the target does.

export async function stsClient(target: AwsTarget, credentials: Credentials): Promise<STSClient> {
  const { STSClient } = await import('@aws-sdk/client-sts');
  const settings = await configuration(target, credentials);
  return quietly(() => new STSClient(settings));
}

export async function iamClient(target: AwsTarget, credentials: Credentials): Promise<IAMClient> {
  const { IAMClient } = await import('@aws-sdk/client-iam');
  const settings = await configuration(target, credentials);
  return quietly(() => new IAMClient(settings));
}

export async function ec2Client(target: AwsTarget, credentials: Credentials): Promise<EC2Client> {
  const { EC2Client } = await import('@aws-sdk/client-ec2');
  const settings = await configuration(target, credentials);
  return quietly(() => new EC2Client(settings));
}

export async function s3Client(target: AwsTarget, credentials: Credentials): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  // One URL for all services has no bucket host names.
  const forcePathStyle = target.endpoint !== undefined;
  const settings = await configuration(target, credentials);
  return quietly(() => new S3Client({ ...settings, forcePathStyle }));
}

async function configuration(target: AwsTarget, credentials: Credentials) {
  const { HonestRetryStrategy } = await import('./retry.ts');
  return {
    region: target.region,
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    credentials: async () => reveal(credentials),
    // IAM throttles hard when many accounts are deployed from one place.
    retryStrategy: new HonestRetryStrategy({ maxAttempts: 5 }),
    // A first guess; the SDK corrects it from the Date header of an answer that refuses the signature's time.
    systemClockOffset: target.clock.now() - Date.now(),
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 },
  };
}

const reveal = (credentials: Credentials) => ({
  accessKeyId: credentials.accessKeyId,
  secretAccessKey: credentials.secretAccessKey.reveal(),
  ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken.reveal() }),
  ...(credentials.expiration === undefined ? {} : { expiration: new Date(credentials.expiration) }),
});

const WARNING_SWITCH = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/**
 * The SDK warns about Node 20 on stderr from its first client's constructor; which versions we support is ours to say.
 * It reads the switch from the environment, which is restored so that children don't inherit it.
 */
function quietly<T>(construct: () => T): T {
  const before = process.env[WARNING_SWITCH];
  process.env[WARNING_SWITCH] = 'true';
  try {
    return construct();
  } finally {
    if (before === undefined) delete process.env[WARNING_SWITCH];
    else process.env[WARNING_SWITCH] = before;
  }
}
