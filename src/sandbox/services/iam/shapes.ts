import type * as iam from '@aws-sdk/client-iam';
import type {
  AccessKey,
  Group,
  InstanceProfile,
  ManagedPolicy,
  MfaDevice,
  Role,
  User,
} from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { tagList } from '../../state/tags.ts';

/** IAM returns policy documents "URL-encoded compliant with RFC 3986": stricter than encodeURIComponent. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The documented value is "Policy"; the SDK's enum has another word that the service doesn't send. */
const boundaryType = 'Policy' as string as iam.PermissionsBoundaryAttachmentType;

const boundary = (policy: ManagedPolicy | undefined) =>
  policy && {
    PermissionsBoundary: { PermissionsBoundaryType: boundaryType, PermissionsBoundaryArn: policy.arn },
  };

const tags = (own: ReadonlyMap<string, string>) => own.size > 0 && { Tags: tagList(new Map(own)) };

/** Without tags and boundary, as lists have it. */
export const userSummary = (user: User): iam.User => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: new Date(user.createdAt),
});

export const userShape = (user: User): iam.User => ({
  ...userSummary(user),
  ...boundary(user.boundary),
  ...tags(user.tags),
});

export const groupShape = (group: Group): iam.Group => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: group.arn,
  CreateDate: new Date(group.createdAt),
});

/** Without tags, boundary and last use, as lists have it. */
export const roleSummary = (role: Role, store: Store): iam.Role => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(role.trust.read(store).text),
  ...(role.description !== undefined && { Description: role.description }),
  MaxSessionDuration: role.maxSessionDuration,
});

export const roleShape = (role: Role, store: Store): iam.Role => ({
  ...roleSummary(role, store),
  ...boundary(role.boundary),
  ...tags(role.tags),
  RoleLastUsed: role.lastUsed
    ? { LastUsedDate: new Date(role.lastUsed.at), Region: role.lastUsed.region }
    : {},
});

export const policySummary = (policy: ManagedPolicy): iam.Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: policy.attachedTo.size,
  PermissionsBoundaryUsageCount: policy.boundaryOf.size,
  IsAttachable: true,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.updatedAt),
});

export const policyShape = (policy: ManagedPolicy): iam.Policy => ({
  ...policySummary(policy),
  ...(policy.description !== undefined && { Description: policy.description }),
  ...tags(policy.tags),
});

export const keyMetadata = (key: AccessKey): iam.AccessKeyMetadata => ({
  ...(key.user && { UserName: key.user.name }),
  AccessKeyId: key.id,
  Status: key.active ? 'Active' : 'Inactive',
  CreateDate: new Date(key.createdAt),
});

/** As lists have it: without the tags of the device, and of its user no more than ListUsers tells. */
export const mfaSummary = (device: MfaDevice): iam.VirtualMFADevice => ({
  SerialNumber: device.serialNumber,
  ...(device.user && { User: userSummary(device.user) }),
  ...(device.enabledAt !== undefined && { EnableDate: new Date(device.enabledAt) }),
});

/** "This operation does not return tags": ListInstanceProfiles. unverified: ListInstanceProfilesForRole. */
export const profileSummary = (profile: InstanceProfile, store: Store): iam.InstanceProfile => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: profile.arn,
  CreateDate: new Date(profile.createdAt),
  Roles: profile.role ? [roleSummary(profile.role, store)] : [],
});

export const profileShape = (profile: InstanceProfile, store: Store): iam.InstanceProfile => ({
  ...profileSummary(profile, store),
  ...tags(profile.tags),
});
