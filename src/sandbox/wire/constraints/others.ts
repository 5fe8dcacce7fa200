import type { ServiceConstraints } from './types.ts';

/** Amazon EC2 API Reference, API version 2016-11-15. */
export const ec2: ServiceConstraints = {
  members: {
    // unverified: EC2 checks MaxResults per action (5–1,000 for most Describe calls).
    MaxResults: { min: 1, max: 1000 },
  },
};

/** AWS CloudTrail API Reference, API version 2013-11-01. */
export const cloudtrail: ServiceConstraints = {
  operations: {
    LookupEvents: { EventCategory: { values: ['insight'] } },
  },
  structures: {
    LookupAttribute: {
      AttributeKey: {
        values: [
          'EventId',
          'EventName',
          'ReadOnly',
          'Username',
          'ResourceType',
          'ResourceName',
          'EventSource',
          'AccessKeyId',
        ],
      },
      AttributeValue: { min: 1, max: 2000 },
    },
  },
};

/** Amazon S3 API Reference, API version 2006-03-01. Bucket names are checked by the operations: their errors differ. */
export const s3: ServiceConstraints = {
  operations: {
    ListBuckets: { MaxBuckets: { min: 1, max: 10_000 }, ContinuationToken: { min: 0, max: 1024 } },
  },
};
