import type { ServiceConstraints } from './types.ts';

const name64 = { min: 1, max: 64, pattern: '[\\w+=,.@-]+' };
const name128 = { min: 1, max: 128, pattern: '[\\w+=,.@-]+' };
const arn = { min: 20, max: 2048 };
const document = { min: 1, max: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' };
const path = { min: 1, max: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' };
const pathPrefix = { min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' };
const tagKey = { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' };
const serial = { min: 9, max: 256, pattern: '[\\w+=/:,.@-]+' };
const password = { min: 1, max: 128, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' };
const code = { min: 6, max: 6, pattern: '[\\d]+' };
const accessKeyId = { min: 16, max: 128, pattern: '[\\w]+' };

/** Managed policies have a narrower path than other entities, and `/` alone is one. */
const policyPath = { min: 1, max: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' };
const looseArn = { min: 1, max: 2048 };

/** The API has two types of user names: these actions take the one of 64 characters, the others that of 128. */
const shortUserNames = Object.fromEntries(
  [
    'AttachUserPolicy',
    'CreateLoginProfile',
    'CreateUser',
    'DeleteLoginProfile',
    'DeleteUserPermissionsBoundary',
    'DetachUserPolicy',
    'GetLoginProfile',
    'GetMFADevice',
    'ListSSHPublicKeys',
    'ListServiceSpecificCredentials',
    'PutUserPermissionsBoundary',
    'UpdateLoginProfile',
  ].map((action) => [action, { UserName: name64 }]),
);

/** AWS Identity and Access Management API Reference, API version 2010-05-08, "Request Parameters" of each action. */
export const iam: ServiceConstraints = {
  members: {
    RoleName: name64,
    UserName: name128,
    GroupName: name128,
    InstanceProfileName: name128,
    PolicyName: name128,
    NewUserName: name64,
    NewGroupName: name128,
    PolicyArn: arn,
    PermissionsBoundary: arn,
    PolicyDocument: document,
    AssumeRolePolicyDocument: document,
    Path: path,
    NewPath: path,
    PathPrefix: pathPrefix,
    Description: { max: 1000, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*' },
    MaxSessionDuration: { min: 3600, max: 43_200 },
    MaxItems: { min: 1, max: 1000 },
    Marker: { min: 1, max: 320, pattern: '[\\u0020-\\u00FF]+' },
    Tags: { max: 50 },
    TagKeys: { max: 50 },
    'TagKeys[]': tagKey,
    AccessKeyId: accessKeyId,
    Status: { values: ['Active', 'Inactive', 'Expired'] },
    SerialNumber: serial,
    AuthenticationCode1: code,
    AuthenticationCode2: code,
    VirtualMFADeviceName: { min: 1, pattern: '[\\w+=,.@-]+' },
    Password: password,
    AccountAlias: { min: 3, max: 63, pattern: '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$' },
    VersionId: { pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' },
    Scope: { values: ['All', 'AWS', 'Local'] },
    EntityFilter: { values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
    PolicyUsageFilter: { values: ['PermissionsPolicy', 'PermissionsBoundary'] },
    AssignmentStatus: { values: ['Assigned', 'Unassigned', 'Any'] },
    PolicySourceArn: arn,
    'PolicyInputList[]': document,
    'PermissionsBoundaryPolicyInputList[]': document,
    'ActionNames[]': { min: 3, max: 128 },
    'ResourceArns[]': looseArn,
    ResourcePolicy: document,
    ResourceOwner: looseArn,
    CallerArn: looseArn,
    ResourceHandlingOption: { min: 1, max: 64 },
    'Filter[]': { values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
    SSHPublicKeyId: { min: 20, max: 128, pattern: '[\\w]+' },
    ServiceSpecificCredentialId: { min: 20, max: 128, pattern: '[\\w]+' },
    CertificateId: { min: 24, max: 128, pattern: '[\\w]+' },
    ServerCertificateName: name128,
    OpenIDConnectProviderArn: arn,
    SAMLProviderArn: arn,
    OldPassword: password,
    NewPassword: password,
    MinimumPasswordLength: { min: 6, max: 128 },
    MaxPasswordAge: { min: 1, max: 1095 },
    PasswordReusePrevention: { min: 1, max: 24 },
    SAMLMetadataDocument: { min: 1000, max: 10_000_000 },
    AssertionEncryptionMode: { values: ['Required', 'Allowed'] },
    Url: { min: 1, max: 255 },
    ClientID: { min: 1, max: 255 },
    'ClientIDList[]': { min: 1, max: 255 },
    ThumbprintList: { max: 5 },
    'ThumbprintList[]': { min: 40, max: 40, pattern: '[0-9A-Fa-f]+' },
    CustomSuffix: { min: 1, max: 64, pattern: '[\\w+=,.@-]+' },
    DeletionTaskId: { min: 1, max: 1000 },
    JobId: { min: 36, max: 36 },
    ServiceNamespace: { min: 1, max: 64, pattern: '[\\w-]*' },
    Granularity: { values: ['SERVICE_LEVEL', 'ACTION_LEVEL'] },
    GlobalEndpointTokenVersion: { values: ['v1Token', 'v2Token'] },
    AWSServiceName: { min: 1, max: 128, pattern: '[\\w+=,.@-]+' },
  },
  operations: {
    ...shortUserNames,
    CreatePolicy: { Path: policyPath, Description: { max: 1000 } },
    ListPolicies: { PathPrefix: policyPath },
    ListAttachedGroupPolicies: { PathPrefix: policyPath },
    ListAttachedRolePolicies: { PathPrefix: policyPath },
    ListAttachedUserPolicies: { PathPrefix: policyPath, UserName: name64 },
    CreateSAMLProvider: { Name: { min: 1, max: 128, pattern: '[\\w._-]+' } },
    GenerateServiceLastAccessedDetails: { Arn: arn },
    ListEntitiesForPolicy: { PathPrefix: path },
    GetSSHPublicKey: { Encoding: { values: ['SSH', 'PEM'] } },
  },
  structures: {
    Tag: {
      Key: tagKey,
      Value: { min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    },
    PolicyIdentifier: {
      PolicyType: {
        values: ['user-managed', 'aws-managed', 'inline', 'permission-boundary', 'scp', 'rcp'],
      },
    },
    InlinePolicyIdentifierType: {
      AttachmentType: { values: ['user', 'group', 'role'] },
    },
    ContextEntry: {
      ContextKeyName: { min: 5, max: 256 },
      ContextKeyType: {
        values: ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'].flatMap((type) => [
          type,
          `${type}List`,
        ]),
      },
    },
  },
};
