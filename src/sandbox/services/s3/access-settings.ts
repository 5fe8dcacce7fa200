import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../types.ts';
import type { Ask } from './ask.ts';
import { malformedXml } from './errors.ts';
import { type Setting, settingOperations } from './setting.ts';
import { canonicalId } from './state.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const publicAccess: Setting<s3.PublicAccessBlockConfiguration> = {
  name: 'PublicAccessBlock',
  event: 'BucketPublicAccessBlock',
  query: 'publicAccessBlock',
  member: 'PublicAccessBlockConfiguration',
  actions: { put: 'PutBucketPublicAccessBlock', get: 'GetBucketPublicAccessBlock' },
  read: (bucket) => {
    if (bucket.publicAccess === undefined) {
      throw new AwsError(
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
        404,
      );
    }
    return { PublicAccessBlockConfiguration: bucket.publicAccess };
  },
  write: (bucket, value) => {
    bucket.publicAccess = {
      BlockPublicAcls: value.BlockPublicAcls ?? false,
      IgnorePublicAcls: value.IgnorePublicAcls ?? false,
      BlockPublicPolicy: value.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: value.RestrictPublicBuckets ?? false,
    };
    return undefined;
  },
  remove: (bucket) => {
    delete bucket.publicAccess;
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
const ownership: Setting<s3.OwnershipControls> = {
  name: 'BucketOwnershipControls',
  query: 'ownershipControls',
  member: 'OwnershipControls',
  actions: { put: 'PutBucketOwnershipControls', get: 'GetBucketOwnershipControls' },
  read: (bucket) => {
    if (bucket.ownership === undefined) {
      throw new AwsError(
        'OwnershipControlsNotFoundError',
        'The bucket ownership controls were not found',
        404,
      );
    }
    return { OwnershipControls: { Rules: [{ ObjectOwnership: bucket.ownership }] } };
  },
  write: (bucket, { Rules = [] }) => {
    const [rule, ...more] = Rules;
    const chosen = rule?.ObjectOwnership;
    if (chosen === undefined || more.length > 0 || !isOwnership(chosen)) throw malformedXml();
    const foreign = bucket.grants.some(({ grantee }) => grantee !== canonicalId(bucket.accountId));
    if (chosen === 'BucketOwnerEnforced' && foreign) {
      throw new AwsError(
        'InvalidBucketAclWithObjectOwnership',
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      );
    }
    bucket.ownership = chosen;
    return undefined;
  },
  remove: (bucket) => {
    delete bucket.ownership;
  },
};

export const isOwnership = (text: string): text is s3.ObjectOwnership =>
  ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(text);

export const accessSettingsOperations = (ask: Ask): readonly Operation[] => [
  ...settingOperations(ask, publicAccess),
  ...settingOperations(ask, ownership),
];
