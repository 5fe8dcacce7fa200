import type { ServiceConstraints } from './types.ts';

/** Amazon SNS API Reference, API version 2010-03-31. What SNS calls InvalidParameter is checked by its operations. */
export const sns: ServiceConstraints = {
  members: {
    ResourceArn: { min: 1, max: 1011 },
    'TagKeys[]': { min: 1, max: 128 },
  },
  structures: {
    Tag: { Key: { min: 1, max: 128 }, Value: { min: 0, max: 256 } },
  },
};
