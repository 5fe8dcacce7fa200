import { AwsError } from '../../types.ts';
import type { ServiceConstraints, Violation } from './types.ts';

const accountId = { max: 12, pattern: '\\d{12}' };
const parentId = { max: 100, pattern: 'r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}' };
const targetId = { max: 100, pattern: 'r-[0-9a-z]{4,32}|\\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}' };
const name = { min: 1, max: 128 };
const policyTypes = {
  values: [
    'SERVICE_CONTROL_POLICY',
    'RESOURCE_CONTROL_POLICY',
    'TAG_POLICY',
    'BACKUP_POLICY',
    'AISERVICES_OPT_OUT_POLICY',
    'CHATBOT_POLICY',
    'DECLARATIVE_POLICY_EC2',
    'SECURITYHUB_POLICY',
    'INSPECTOR_POLICY',
    'UPGRADE_ROLLOUT_POLICY',
    'BEDROCK_POLICY',
    'S3_POLICY',
    'NETWORK_SECURITY_DIRECTOR_POLICY',
    'GUARDDUTY_POLICY',
    'SECURITYHUB_CSPM_POLICY',
  ],
};
/** The others decide who may do what, and have no effective policy that could be shown. */
const managementTypes = {
  values: policyTypes.values.filter((type) => !/^(SERVICE|RESOURCE)_CONTROL_POLICY$/.test(type)),
};
const tagText = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*';

/** AWS Organizations API Reference, API version 2016-11-28. */
export const organizations: ServiceConstraints = {
  members: {
    AccountId: accountId,
    AccountName: { min: 1, max: 50, pattern: '[\\u0020-\\u007E]+' },
    ChildId: { max: 100, pattern: '\\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}' },
    ChildType: { values: ['ACCOUNT', 'ORGANIZATIONAL_UNIT'] },
    Content: { min: 1 },
    CreateAccountRequestId: { max: 36, pattern: 'car-[a-z0-9]{8,32}' },
    Description: { max: 512 },
    DestinationParentId: parentId,
    // Without a second way to match: an address of 60,000 dots took six seconds before anybody had been authorized.
    Email: { min: 6, max: 64, pattern: '[^\\s@]+@[^\\s@.]+(?:\\.[^\\s@.]+)+' },
    FeatureSet: { values: ['ALL', 'CONSOLIDATED_BILLING'] },
    HandshakeId: { max: 34, pattern: 'h-[0-9a-z]{8,32}' },
    IamUserAccessToBilling: { values: ['ALLOW', 'DENY'] },
    MaxResults: { min: 1, max: 20 },
    Name: name,
    NextToken: { max: 100_000 },
    Notes: { max: 1_024 },
    OrganizationalUnitId: { max: 68, pattern: 'ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}' },
    ParentId: parentId,
    PolicyId: { max: 130, pattern: 'p-[0-9a-zA-Z_]{8,128}' },
    PolicyType: policyTypes,
    ResourceId: {
      max: 130,
      pattern:
        'r-[0-9a-z]{4,32}|\\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-zA-Z_]{8,128}|rp-[0-9a-zA-Z_]{4,128}|rt-[0-9a-zA-Z_]{8,32}',
    },
    RoleName: { max: 64, pattern: '[\\w+=,.@-]{1,64}' },
    RootId: { max: 34, pattern: 'r-[0-9a-z]{4,32}' },
    ServicePrincipal: { min: 1, max: 128, pattern: '[\\w+=,.@-]*' },
    SourceParentId: parentId,
    'States[]': { values: ['IN_PROGRESS', 'SUCCEEDED', 'FAILED'] },
    TargetId: targetId,
    Type: policyTypes,
  },
  operations: {
    DescribeEffectivePolicy: { PolicyType: managementTypes },
    ListPolicies: { Filter: policyTypes },
    ListPoliciesForTarget: { Filter: policyTypes },
    PutResourcePolicy: { Content: { min: 1, max: 40_000 } },
  },
  structures: {
    Tag: { Key: { min: 1, max: 128, pattern: tagText }, Value: { min: 0, max: 256, pattern: tagText } },
    HandshakeParty: {
      Id: { min: 1, max: 64 },
      Type: { values: ['ACCOUNT', 'ORGANIZATION', 'EMAIL'] },
    },
    HandshakeFilter: {
      ActionType: {
        values: [
          'INVITE',
          'ENABLE_ALL_FEATURES',
          'APPROVE_ALL_FEATURES',
          'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE',
          'TRANSFER_RESPONSIBILITY',
        ],
      },
      ParentHandshakeId: { max: 34, pattern: 'h-[0-9a-z]{8,32}' },
    },
  },
  refusal: (violations) => {
    const [first] = violations;
    const { reason, message } = answers[first?.kind ?? 'pattern'];
    return new AwsError('InvalidInputException', message, 400, 'Sender', { Reason: reason });
  },
};

/**
 * Organizations answers the first violation with InvalidInputException and a reason, not with the list of all.
 * unverified: the texts, which follow the API reference's descriptions of the reasons.
 */
const answers: Readonly<Record<Violation['kind'], { reason: string; message: string }>> = {
  required: { reason: 'INPUT_REQUIRED', message: 'You must include a value for all required parameters.' },
  pattern: {
    reason: 'INVALID_PATTERN',
    message: 'You provided a value that does not match the required pattern.',
  },
  enum: { reason: 'INVALID_ENUM', message: 'You specified an invalid value.' },
  'min-length': {
    reason: 'MIN_LENGTH_EXCEEDED',
    message: 'You provided a string parameter that is shorter than allowed.',
  },
  'max-length': {
    reason: 'MAX_LENGTH_EXCEEDED',
    message: 'You provided a string parameter that is longer than allowed.',
  },
  min: {
    reason: 'MIN_VALUE_EXCEEDED',
    message: 'You provided a numeric parameter that has a smaller value than allowed.',
  },
  max: {
    reason: 'MAX_VALUE_EXCEEDED',
    message: 'You provided a numeric parameter that has a larger value than allowed.',
  },
};
