import type { NameMap } from './names.ts';
import type { StoredPolicy } from './stored-policy.ts';
import type { Trust } from './trust.ts';

/** Key → value; keys keep their case and are unique without it (state/tags.ts). */
export type Tags = Map<string, string>;

export interface PolicyVersion {
  /** `v1`; ids are never used again. */
  readonly id: string;
  readonly policy: StoredPolicy;
  readonly createdAt: number;
}

export interface ManagedPolicy {
  readonly kind: 'policy';
  /** `aws` for AWS managed policies. */
  readonly owner: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly description?: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly tags: Tags;
  readonly versions: Map<string, PolicyVersion>;
  defaultVersion: string;
  nextVersion: number;
  /** Users, groups and roles that it is attached to. */
  readonly attachedTo: Set<Identity>;
  /** Users and roles whose permissions boundary it is. */
  readonly boundaryOf: Set<User | Role>;
}

interface Named {
  readonly accountId: string;
  name: string;
  path: string;
  arn: string;
  /** `AIDA…`, `AROA…`, `AGPA…` */
  readonly id: string;
  readonly createdAt: number;
  readonly inline: NameMap<{ readonly name: string; readonly policy: StoredPolicy }>;
  readonly attached: Set<ManagedPolicy>;
}

/** A password as it is kept: it can be compared, not read. */
export interface HashedPassword {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

export interface LoginProfile {
  readonly createdAt: number;
  changedAt: number;
  resetRequired: boolean;
  password: HashedPassword;
  /** Former ones, newest first. */
  readonly former: HashedPassword[];
  lastUsed?: number;
}

export interface User extends Named {
  readonly kind: 'user';
  readonly tags: Tags;
  boundary?: ManagedPolicy;
  readonly groups: Set<Group>;
  readonly keys: Map<string, AccessKey>;
  readonly mfaDevices: Map<string, MfaDevice>;
  /** Absent: the user can't sign in to the console. */
  login?: LoginProfile;
}

export interface Group extends Named {
  readonly kind: 'group';
  readonly members: Set<User>;
}

export interface Role extends Named {
  readonly kind: 'role';
  readonly tags: Tags;
  boundary?: ManagedPolicy;
  trust: Trust;
  description?: string;
  /** Seconds. */
  maxSessionDuration: number;
  lastUsed?: { readonly at: number; readonly region: string };
  readonly profiles: Set<InstanceProfile>;
}

/** What policies can be attached to. */
export type Identity = User | Group | Role;

export interface InstanceProfile {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: number;
  readonly tags: Tags;
  role?: Role;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly accountId: string;
  /** Absent: the root user's key. */
  readonly user?: User;
  readonly createdAt: number;
  active: boolean;
  lastUsed?: { readonly at: number; readonly service: string; readonly region: string };
}

export interface MfaDevice {
  readonly accountId: string;
  readonly name: string;
  readonly path: string;
  /** Its ARN. */
  readonly serialNumber: string;
  readonly seed: Uint8Array;
  readonly tags: Tags;
  user?: User;
  enabledAt?: number;
  /** Steps that the device's clock is ahead of ours, learnt by ResyncMFADevice. */
  drift: number;
  /** Steps whose code was taken: a code is good once. */
  readonly used: Set<number>;
}

export interface Account {
  readonly id: string;
  readonly name?: string;
  readonly createdAt: number;
  readonly rootKeys: Map<string, AccessKey>;
  readonly users: NameMap<User>;
  readonly groups: NameMap<Group>;
  readonly roles: NameMap<Role>;
  /** Customer managed, by name: names are unique whatever the path. */
  readonly policies: NameMap<ManagedPolicy>;
  /** AWS managed ones that this account has touched, by ARN: attachments are counted per account. */
  readonly awsPolicies: Map<string, ManagedPolicy>;
  readonly instanceProfiles: NameMap<InstanceProfile>;
  /** By serial number. */
  readonly mfaDevices: Map<string, MfaDevice>;
  alias?: string;
  /** Closed (CloseAccount): its credentials are no longer taken, its roles can't be assumed. */
  closed?: boolean;
}
