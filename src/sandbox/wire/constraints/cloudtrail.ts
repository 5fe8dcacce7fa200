import type { ServiceConstraints } from './types.ts';

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
