import type { ServiceConstraints } from './types.ts';

/** Amazon S3 API Reference, API version 2006-03-01. Bucket names are checked by the operations: their errors differ. */
export const s3: ServiceConstraints = {
  operations: {
    ListBuckets: { MaxBuckets: { min: 1, max: 10_000 }, ContinuationToken: { min: 0, max: 1024 } },
  },
};
