import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { accessKeyOperations } from './access-keys.ts';
import { accountOperations } from './account.ts';
import { Ask } from './ask.ts';
import { attachmentOperations } from './attachments.ts';
import { authorizationDetailOperations } from './authorization-details.ts';
import { boundaryOperations } from './boundaries.ts';
import { groupOperations } from './groups.ts';
import { inlinePolicyOperations } from './inline-policies.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { loginProfileOperations } from './login-profiles.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { mfaDeviceOperations } from './mfa-devices.ts';
import { neverThereOperations } from './never-there.ts';
import { passwordPolicyOperations } from './password-policy.ts';
import { policyVersionOperations } from './policy-versions.ts';
import { roleOperations } from './roles.ts';
import { serviceLinkedRoleOperations } from './service-linked-roles.ts';
import { simulateOperations } from './simulate.ts';
import { tagOperations } from './tags.ts';
import { userOperations } from './users.ts';

const groups = [
  accessKeyOperations,
  accountOperations,
  attachmentOperations,
  authorizationDetailOperations,
  boundaryOperations,
  groupOperations,
  inlinePolicyOperations,
  instanceProfileOperations,
  loginProfileOperations,
  managedPolicyOperations,
  mfaDeviceOperations,
  neverThereOperations,
  passwordPolicyOperations,
  policyVersionOperations,
  roleOperations,
  serviceLinkedRoleOperations,
  simulateOperations,
  tagOperations,
  userOperations,
];

export function iamOperations(world: World): readonly Operation[] {
  const ask = new Ask(world.store);
  return groups.flatMap((group) => group(world, ask));
}
