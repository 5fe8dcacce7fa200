import type { ServiceConstraints } from './types.ts';

const name = '[\\w+=,.@-]*';
const text = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+';
const arnText =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+';
/** unverified: what AWS counts of an inline session policy is its packed size; 2,048 is the documented length. */
const policy = { min: 1, max: 2048, pattern: text };
const arn = { min: 20, max: 2048, pattern: arnText };

/** AWS Security Token Service API Reference, API version 2011-06-15, "Request Parameters" of each action. */
export const sts: ServiceConstraints = {
  members: {
    RoleArn: arn,
    RoleSessionName: { min: 2, max: 64, pattern: name },
    DurationSeconds: { min: 900, max: 43_200 },
    ExternalId: { min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
    Policy: policy,
    /** "You can provide up to 10 managed policy ARNs." */
    PolicyArns: { max: 10 },
    SerialNumber: { min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' },
    SourceIdentity: { min: 2, max: 64, pattern: name },
    TokenCode: { min: 6, max: 6, pattern: '[\\d]*' },
    Tags: { max: 50 },
    TransitiveTagKeys: { max: 50 },
    'TransitiveTagKeys[]': { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
    ProvidedContexts: { max: 5 },
    PrincipalArn: arn,
    SAMLAssertion: { min: 4, max: 100_000 },
    WebIdentityToken: { min: 4, max: 20_000 },
    ProviderId: { min: 4, max: 2048 },
    EncodedMessage: { min: 1, max: 10_240 },
    AccessKeyId: { min: 16, max: 128, pattern: '[\\w]*' },
    TargetPrincipal: { min: 12, max: 2048 },
  },
  operations: {
    GetSessionToken: { DurationSeconds: { min: 900, max: 129_600 } },
    GetFederationToken: {
      DurationSeconds: { min: 900, max: 129_600 },
      Name: { min: 2, max: 32, pattern: name },
    },
    GetWebIdentityToken: { DurationSeconds: { min: 60, max: 3600 } },
    AssumeRoot: { DurationSeconds: { min: 0, max: 900 } },
  },
  structures: {
    Tag: {
      Key: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
      Value: { min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    },
    PolicyDescriptorType: { arn },
    ProvidedContext: { ProviderArn: arn, ContextAssertion: { min: 4, max: 2048 } },
  },
};
