import type { ServiceConstraints } from './types.ts';

/**
 * Amazon S3 API Reference, API version 2006-03-01. Bucket names and most configurations are checked by the operations:
 * their errors (InvalidBucketName, MalformedXML, InvalidArgument) differ.
 */
export const s3: ServiceConstraints = {
  operations: {
    ListBuckets: { MaxBuckets: { min: 1, max: 10_000 }, ContinuationToken: { min: 0, max: 1024 } },
    ListParts: { MaxParts: { min: 0, max: 2_147_483_647 } },
    UploadPart: { PartNumber: { min: 1, max: 10_000 } },
  },
};
