import type { ServiceConstraints } from './types.ts';

/** Amazon EC2 API Reference, API version 2016-11-15. */
export const ec2: ServiceConstraints = {
  members: {
    // unverified: EC2 checks MaxResults per action (5–1,000 for most Describe calls).
    MaxResults: { min: 1, max: 1000 },
  },
};
