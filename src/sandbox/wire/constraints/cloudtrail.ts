import type { ServiceConstraints } from './types.ts';

const token = { max: 1000 };
const account = { min: 12, max: 16, pattern: '\\d+' };

/** AWS CloudTrail API Reference, API version 2013-11-01. Names of trails and buckets are checked by the operations: their errors differ. */
export const cloudtrail: ServiceConstraints = {
  operations: {
    LookupEvents: { EventCategory: { values: ['insight'] }, MaxResults: { min: 1, max: 50 } },
    CreateTrail: { TagsList: { max: 200 } },
    AddTags: { TagsList: { max: 200 } },
    RemoveTags: { TagsList: { max: 200 } },
    ListTags: { ResourceIdList: { max: 20 } },
    ListTrails: { NextToken: token },
    ListPublicKeys: { NextToken: token },
    RegisterOrganizationDelegatedAdmin: { MemberAccountId: account },
    DeregisterOrganizationDelegatedAdmin: { DelegatedAdminAccountId: account },
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
    AdvancedEventSelector: { Name: { min: 0, max: 1000 }, FieldSelectors: { min: 1 } },
    AdvancedFieldSelector: { Field: { min: 1, max: 1000, pattern: '[\\w|\\d|\\.|_]+' } },
  },
};
