import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../types.ts';
import type { Ask } from './ask.ts';
import { invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { type Setting, settingOperations } from './setting.ts';
import type { Bucket } from './state.ts';

const notThere = (code: string, message: string) => (): never => {
  throw new AwsError(code, message, 404);
};

/** A configuration that is kept as it was given. `otherwise`: what a bucket without one answers. */
function kept<V extends object>(
  setting: Omit<Setting<V>, 'read' | 'write' | 'remove'>,
  otherwise: () => object,
  more: {
    readonly check?: (bucket: Bucket, value: V) => void;
    readonly removable?: boolean;
  } = {},
): Setting<V> {
  const { query } = setting;
  return {
    ...setting,
    read: ({ settings }) => settings.get(query) ?? otherwise(),
    write: (bucket, value) => {
      more.check?.(bucket, value);
      bucket.settings.set(query, value);
      return undefined;
    },
    ...(more.removable === true && { remove: ({ settings }: Bucket) => void settings.delete(query) }),
  };
}

const cors = kept<s3.CORSConfiguration>(
  {
    name: 'BucketCors',
    query: 'cors',
    member: 'CORSConfiguration',
    actions: { put: 'PutBucketCORS', get: 'GetBucketCORS' },
  },
  notThere('NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  {
    removable: true,
    check: (_, { CORSRules = [] }) => {
      if (CORSRules.length === 0 || CORSRules.length > 100) throw malformedXml();
      for (const method of CORSRules.flatMap(({ AllowedMethods = [] }) => AllowedMethods)) {
        if (['GET', 'PUT', 'POST', 'DELETE', 'HEAD'].includes(method)) continue;
        throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
      }
    },
  },
);

const website = kept<s3.WebsiteConfiguration>(
  {
    name: 'BucketWebsite',
    query: 'website',
    member: 'WebsiteConfiguration',
    actions: { put: 'PutBucketWebsite', get: 'GetBucketWebsite', delete: 'DeleteBucketWebsite' },
  },
  notThere('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'),
  {
    removable: true,
    check: (_, { IndexDocument, RedirectAllRequestsTo }) => {
      if (IndexDocument?.Suffix === undefined && RedirectAllRequestsTo === undefined) {
        throw invalidArgument(
          'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
        );
      }
    },
  },
);

const logging = kept<s3.BucketLoggingStatus>(
  {
    name: 'BucketLogging',
    query: 'logging',
    member: 'BucketLoggingStatus',
    actions: { put: 'PutBucketLogging', get: 'GetBucketLogging' },
  },
  () => ({}),
);

const accelerate = kept<s3.AccelerateConfiguration>(
  {
    name: 'BucketAccelerateConfiguration',
    event: 'AccelerateConfiguration',
    query: 'accelerate',
    member: 'AccelerateConfiguration',
    actions: { put: 'PutAccelerateConfiguration', get: 'GetAccelerateConfiguration' },
  },
  () => ({}),
  {
    check: ({ name }, { Status }) => {
      if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml();
      if (name.includes('.')) {
        throw invalidRequest(
          'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
        );
      }
    },
  },
);

const payment = kept<s3.RequestPaymentConfiguration>(
  {
    name: 'BucketRequestPayment',
    query: 'requestPayment',
    member: 'RequestPaymentConfiguration',
    actions: { put: 'PutBucketRequestPayment', get: 'GetBucketRequestPayment' },
  },
  () => ({ Payer: 'BucketOwner' }),
  {
    check: (_, { Payer }) => {
      if (Payer !== 'BucketOwner' && Payer !== 'Requester') throw malformedXml();
    },
  },
);

const notification = kept<s3.NotificationConfiguration>(
  {
    name: 'BucketNotificationConfiguration',
    event: 'BucketNotification',
    query: 'notification',
    member: 'NotificationConfiguration',
    actions: { put: 'PutBucketNotification', get: 'GetBucketNotification' },
  },
  () => ({}),
);

const replication: Setting<s3.ReplicationConfiguration> = {
  name: 'BucketReplication',
  query: 'replication',
  member: 'ReplicationConfiguration',
  actions: { put: 'PutReplicationConfiguration', get: 'GetReplicationConfiguration' },
  read: ({ settings }) => ({
    ReplicationConfiguration:
      settings.get('replication') ??
      notThere('ReplicationConfigurationNotFoundError', 'The replication configuration was not found')(),
  }),
  write: (bucket, value) => {
    if (bucket.versioning !== 'Enabled') {
      throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    }
    bucket.settings.set('replication', value);
    return undefined;
  },
  remove: ({ settings }) => void settings.delete('replication'),
};

const encryption: Setting<s3.ServerSideEncryptionConfiguration> = {
  name: 'BucketEncryption',
  query: 'encryption',
  member: 'ServerSideEncryptionConfiguration',
  actions: { put: 'PutEncryptionConfiguration', get: 'GetEncryptionConfiguration' },
  // Since January 2023 every bucket has a default: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
  read: (bucket) => ({ ServerSideEncryptionConfiguration: { Rules: encryptionRules(bucket) } }),
  write: (bucket, { Rules = [] }) => {
    const [rule, ...more] = Rules;
    const by = rule?.ApplyServerSideEncryptionByDefault;
    const algorithms = ['AES256', 'aws:kms', 'aws:kms:dsse'];
    if (rule === undefined || more.length > 0 || (by && !algorithms.includes(by.SSEAlgorithm ?? ''))) {
      throw malformedXml();
    }
    if (by?.SSEAlgorithm === 'AES256' && by.KMSMasterKeyID !== undefined) {
      throw invalidArgument(
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      );
    }
    bucket.settings.set('encryption', [{ BucketKeyEnabled: false, ...rule }]);
    return undefined;
  },
  remove: ({ settings }) => void settings.delete('encryption'),
};

export const encryptionRules = ({ settings }: Bucket): readonly s3.ServerSideEncryptionRule[] =>
  (settings.get('encryption') as readonly s3.ServerSideEncryptionRule[] | undefined) ?? [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
  ];

const versioning: Setting<s3.VersioningConfiguration> = {
  name: 'BucketVersioning',
  query: 'versioning',
  member: 'VersioningConfiguration',
  actions: { put: 'PutBucketVersioning', get: 'GetBucketVersioning' },
  read: (bucket) => ({ ...(bucket.versioning !== undefined && { Status: bucket.versioning }) }),
  write: (bucket, { Status, MFADelete }) => {
    if (Status !== 'Enabled' && Status !== 'Suspended') {
      throw new AwsError(
        'IllegalVersioningConfigurationException',
        'The Versioning element must be specified',
      );
    }
    if (MFADelete === 'Enabled') {
      throw new AwsError('NotImplemented', 'MFA delete is not implemented by this sandbox.', 501, 'Receiver');
    }
    if (Status === 'Suspended' && bucket.settings.has('object-lock')) {
      throw new AwsError(
        'InvalidBucketState',
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
        409,
      );
    }
    if (Status === 'Suspended' && bucket.settings.has('replication')) {
      throw new AwsError(
        'InvalidBucketState',
        "A replication configuration is present on this bucket, so the versioning state cannot be changed to 'Suspended'.",
        409,
      );
    }
    bucket.versioning = Status;
    return undefined;
  },
};

const objectLock: Setting<s3.ObjectLockConfiguration> = {
  name: 'ObjectLockConfiguration',
  event: 'BucketObjectLockConfiguration',
  query: 'object-lock',
  member: 'ObjectLockConfiguration',
  actions: { put: 'PutBucketObjectLockConfiguration', get: 'GetBucketObjectLockConfiguration' },
  read: ({ settings }) => ({
    ObjectLockConfiguration:
      settings.get('object-lock') ??
      notThere(
        'ObjectLockConfigurationNotFoundError',
        'Object Lock configuration does not exist for this bucket',
      )(),
  }),
  write: (bucket, { ObjectLockEnabled, Rule }) => {
    if (bucket.versioning !== 'Enabled') {
      throw new AwsError(
        'InvalidBucketState',
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        409,
      );
    }
    const retention = Rule?.DefaultRetention;
    const periods = [retention?.Days, retention?.Years].filter((n) => n !== undefined);
    const whole = retention === undefined || (retention.Mode !== undefined && periods.length === 1);
    if (ObjectLockEnabled !== 'Enabled' || !whole || periods.some((n) => n <= 0)) throw malformedXml();
    bucket.settings.set('object-lock', { ObjectLockEnabled, ...(Rule && { Rule }) });
    return undefined;
  },
};

export const settingsOperations = (ask: Ask): readonly Operation[] => [
  ...settingOperations(ask, cors),
  ...settingOperations(ask, website),
  ...settingOperations<s3.BucketLoggingStatus>(ask, {
    ...logging,
    write: (bucket, value, call, input) => {
      const target = value.LoggingEnabled?.TargetBucket;
      if (target !== undefined && ask.buckets.get(target)?.accountId !== bucket.accountId) {
        throw new AwsError('InvalidTargetBucketForLogging', 'The target bucket for logging does not exist');
      }
      return logging.write?.(bucket, value, call, input);
    },
  }),
  ...settingOperations(ask, accelerate),
  ...settingOperations(ask, payment),
  ...settingOperations(ask, notification),
  ...settingOperations(ask, replication),
  ...settingOperations(ask, encryption),
  ...settingOperations(ask, versioning),
  ...settingOperations(ask, objectLock),
];
