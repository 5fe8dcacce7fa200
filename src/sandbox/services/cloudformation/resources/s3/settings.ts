import type { Json, JsonObject } from '../../model.ts';
import { type Answer, objects, type Property, type ResourceContext, same, type Values } from '../types.ts';
import { lifecycleProperties, lifecycleRules } from './lifecycle.ts';

/** A property of a bucket that has an API of its own: how it is put, taken away and read back. */
interface Setting {
  readonly property: string;
  readonly kind: Property;
  put(value: Json, bucket: string, context: ResourceContext): void;
  remove?(bucket: string, context: ResourceContext): void;
  read?(bucket: string, context: ResourceContext): Json | undefined;
}

const s3 = (context: ResourceContext, operation: string, input: Readonly<Record<string, unknown>>): Answer =>
  context.api('s3', operation, input);

/** The answer of a read; undefined for a setting that isn't there. */
function found(context: ResourceContext, operation: string, bucket: string): Answer | undefined {
  const codes = [
    'ServerSideEncryptionConfigurationNotFoundError',
    'NoSuchPublicAccessBlockConfiguration',
    'NoSuchLifecycleConfiguration',
    'OwnershipControlsNotFoundError',
    'NoSuchTagSet',
    'NoSuchCORSConfiguration',
    'NoSuchBucketPolicy',
    'ObjectLockConfigurationNotFoundError',
  ];
  return context.apiUnless(codes, 's3', operation, { Bucket: bucket });
}

const flags: Readonly<Record<string, Property>> = {
  BlockPublicAcls: { kind: 'boolean' },
  BlockPublicPolicy: { kind: 'boolean' },
  IgnorePublicAcls: { kind: 'boolean' },
  RestrictPublicBuckets: { kind: 'boolean' },
};

export const settings: readonly Setting[] = [
  {
    property: 'OwnershipControls',
    kind: {
      kind: 'object',
      of: { Rules: { kind: 'objects', required: true, of: { ObjectOwnership: { kind: 'string' } } } },
    },
    put: (OwnershipControls, Bucket, context) =>
      void s3(context, 'PutBucketOwnershipControls', { Bucket, OwnershipControls }),
    remove: (Bucket, context) => void s3(context, 'DeleteBucketOwnershipControls', { Bucket }),
    read: (bucket, context) =>
      found(context, 'GetBucketOwnershipControls', bucket)?.OwnershipControls as Json | undefined,
  },
  {
    property: 'PublicAccessBlockConfiguration',
    kind: { kind: 'object', of: flags },
    put: (PublicAccessBlockConfiguration, Bucket, context) =>
      void s3(context, 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration }),
    remove: (Bucket, context) => void s3(context, 'DeletePublicAccessBlock', { Bucket }),
    read: (bucket, context) =>
      found(context, 'GetPublicAccessBlock', bucket)?.PublicAccessBlockConfiguration as Json | undefined,
  },
  {
    property: 'VersioningConfiguration',
    kind: { kind: 'object', of: { Status: { kind: 'string', required: true } } },
    put: (VersioningConfiguration, Bucket, context) =>
      void s3(context, 'PutBucketVersioning', { Bucket, VersioningConfiguration }),
    remove: (Bucket, context) =>
      void s3(context, 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    read: (bucket, context) => {
      const { Status } = s3(context, 'GetBucketVersioning', { Bucket: bucket });
      return Status === undefined ? undefined : { Status: String(Status) };
    },
  },
  {
    property: 'BucketEncryption',
    kind: {
      kind: 'object',
      of: {
        ServerSideEncryptionConfiguration: {
          kind: 'objects',
          required: true,
          of: {
            BucketKeyEnabled: { kind: 'boolean' },
            ServerSideEncryptionByDefault: {
              kind: 'object',
              of: { KMSMasterKeyID: { kind: 'string' }, SSEAlgorithm: { kind: 'string', required: true } },
            },
          },
        },
      },
    },
    put: (value, Bucket, context) => {
      const rules = objects((value as JsonObject).ServerSideEncryptionConfiguration);
      const Rules = rules.map(({ ServerSideEncryptionByDefault, ...rest }) => ({
        ...rest,
        ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
      }));
      s3(context, 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
    },
    remove: (Bucket, context) => void s3(context, 'DeleteBucketEncryption', { Bucket }),
    read: (bucket, context) => {
      const answer = found(context, 'GetBucketEncryption', bucket);
      const configuration = answer?.ServerSideEncryptionConfiguration as { Rules?: JsonObject[] } | undefined;
      if (configuration === undefined) return undefined;
      return {
        ServerSideEncryptionConfiguration: (configuration.Rules ?? []).map(
          ({ ApplyServerSideEncryptionByDefault: standard, BucketKeyEnabled: key }): Json => ({
            // Off is what it is when nobody says anything.
            ...(key === true && { BucketKeyEnabled: true }),
            ...(standard !== undefined && { ServerSideEncryptionByDefault: standard }),
          }),
        ),
      };
    },
  },
  {
    property: 'LifecycleConfiguration',
    kind: { kind: 'object', of: lifecycleProperties, writeOnly: true },
    put: (value, Bucket, context) =>
      void s3(context, 'PutBucketLifecycleConfiguration', {
        Bucket,
        LifecycleConfiguration: { Rules: lifecycleRules(value) },
      }),
    remove: (Bucket, context) => void s3(context, 'DeleteBucketLifecycle', { Bucket }),
  },
  {
    property: 'LoggingConfiguration',
    kind: {
      kind: 'object',
      of: {
        DestinationBucketName: { kind: 'string' },
        LogFilePrefix: { kind: 'string' },
        TargetObjectKeyFormat: { kind: 'object' },
      },
    },
    put: (value, Bucket, context) => {
      const { DestinationBucketName, LogFilePrefix, TargetObjectKeyFormat } = value as JsonObject;
      const LoggingEnabled = {
        TargetBucket: DestinationBucketName ?? Bucket,
        TargetPrefix: LogFilePrefix ?? '',
        ...(TargetObjectKeyFormat !== undefined && { TargetObjectKeyFormat }),
      };
      s3(context, 'PutBucketLogging', { Bucket, BucketLoggingStatus: { LoggingEnabled } });
    },
    remove: (Bucket, context) => void s3(context, 'PutBucketLogging', { Bucket, BucketLoggingStatus: {} }),
    read: (bucket, context) => {
      const logging = s3(context, 'GetBucketLogging', { Bucket: bucket }).LoggingEnabled as
        | JsonObject
        | undefined;
      if (logging === undefined) return undefined;
      return {
        ...(logging.TargetBucket !== undefined && { DestinationBucketName: logging.TargetBucket }),
        ...(logging.TargetPrefix !== undefined &&
          logging.TargetPrefix !== '' && { LogFilePrefix: logging.TargetPrefix }),
      };
    },
  },
  {
    property: 'ObjectLockConfiguration',
    kind: { kind: 'object' },
    put: (ObjectLockConfiguration, Bucket, context) =>
      void s3(context, 'PutObjectLockConfiguration', { Bucket, ObjectLockConfiguration }),
    read: (bucket, context) =>
      found(context, 'GetObjectLockConfiguration', bucket)?.ObjectLockConfiguration as Json | undefined,
  },
];

/** Brings all settings from one set to the other. */
export function syncSettings(bucket: string, values: Values, before: Values, context: ResourceContext): void {
  for (const { property, put, remove } of settings) {
    const value = values[property];
    if (same(value, before[property])) continue;
    if (value === undefined) remove?.(bucket, context);
    else put(value, bucket, context);
  }
}
