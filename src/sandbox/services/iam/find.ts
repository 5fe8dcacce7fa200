import type { Account, Group, Identity, ManagedPolicy, MfaDevice, Role, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { AwsError, type Call } from '../../types.ts';
import { isProtected } from './service-linked.ts';

export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
export const alreadyExists = (message: string): AwsError => new AwsError('EntityAlreadyExists', message, 409);
export const conflict = (message: string): AwsError => new AwsError('DeleteConflict', message, 409);
export const limitExceeded = (message: string): AwsError => new AwsError('LimitExceeded', message, 409);
export const invalidInput = (message: string): AwsError => new AwsError('InvalidInput', message);

/**
 * Entities an account may have by default: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
 * AWS raises them on request, up to 5,000 roles, 500 groups and 10,000 policies, say.
 */
export const quotas = {
  UsersPerAccount: 5_000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1_000,
  PoliciesPerAccount: 1_500,
  InstanceProfilesPerAccount: 1_000,
  // "Equal to the user quota for the account", assigned or not. unverified: the word of the error for it.
  VirtualMFADevicesPerAccount: 5_000,
} as const;

/** Throws LimitExceeded when there is no room for one more. */
export function checkQuota(quota: keyof typeof quotas, size: number): void {
  if (size >= quotas[quota]) throw limitExceeded(`Cannot exceed quota for ${quota}: ${quotas[quota]}`);
}

/** The account that a call acts in: IAM has no cross-account calls. */
export const accountOf = (store: Store, call: Call): Account => store.account(call.caller.accountId);

/** Looks up by name, in the caller's account; throws NoSuchEntity in AWS's words. */
export function findUser(store: Store, call: Call, name: string): User {
  const user = accountOf(store, call).users.get(name);
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

export function findRole(store: Store, call: Call, name: string): Role {
  const role = accountOf(store, call).roles.get(name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** For operations that change a role; throws UnmodifiableEntity for roles that only AWS changes. */
export function findOwnRole(store: Store, call: Call, name: string): Role {
  const role = findRole(store, call, name);
  assertModifiable(role);
  return role;
}

export function assertModifiable(holder: Identity): void {
  if (holder.kind !== 'role' || !isProtected(holder)) return;
  throw new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${holder.name}' - this role is only modifiable by AWS`,
  );
}

export function findGroup(store: Store, call: Call, name: string): Group {
  const group = accountOf(store, call).groups.get(name);
  if (group === undefined) throw noSuchEntity(`The group with name ${name} cannot be found.`);
  return group;
}

export function findPolicy(store: Store, call: Call, arn: string): ManagedPolicy {
  const policy = store.policy(accountOf(store, call), arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** For attaching, and as a boundary. */
export function findAttachable(store: Store, call: Call, arn: string): ManagedPolicy {
  const policy = store.policy(accountOf(store, call), arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  // "That permissions policy cannot be attached to any other IAM entity": using-service-linked-roles.html. The boundary
  // operations name the same error. unverified: CreateUser's and CreateRole's for their boundary.
  if (policy.owner === 'aws' && isProtected(policy)) {
    throw new AwsError('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.');
  }
  return policy;
}

export function findMfaDevice(store: Store, call: Call, serialNumber: string): MfaDevice {
  const device = accountOf(store, call).mfaDevices.get(serialNumber);
  if (device === undefined) {
    throw noSuchEntity(`VirtualMFADevice with serial number ${serialNumber} does not exist.`);
  }
  return device;
}

/** The user that a call means when it names none: the caller. undefined for the root user. */
export function userOrSelf(store: Store, call: Call, name: string | undefined): User | undefined {
  if (name !== undefined) return findUser(store, call, name);
  const { principal } = call.caller;
  if (principal.type === 'root') return undefined;
  const self = principal.type === 'user' ? store.users.get(principal.id) : undefined;
  if (self === undefined) {
    throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
  }
  return self;
}

/** The same for operations that the root user must name a user for. */
export function namedUserOrSelf(store: Store, call: Call, name: string | undefined): User {
  const user = userOrSelf(store, call, name);
  if (user === undefined) {
    throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
  }
  return user;
}
