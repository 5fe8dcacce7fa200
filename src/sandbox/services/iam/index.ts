import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { accessAdvisorOperations } from './access-advisor.ts';
import { accessKeyOperations } from './access-keys.ts';
import { accountOperations } from './account.ts';
import { Ask } from './ask.ts';
import { attachmentOperations } from './attachments.ts';
import { authorizationDetailOperations } from './authorization-details.ts';
import { boundaryOperations } from './boundaries.ts';
import { credentialReportOperations } from './credential-report.ts';
import { groupOperations } from './groups.ts';
import { inlinePolicyOperations } from './inline-policies.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { loginProfileOperations } from './login-profiles.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { mfaDeviceOperations } from './mfa-devices.ts';
import { neverThereOperations } from './never-there.ts';
import { oidcProviderOperations } from './oidc-providers.ts';
import { passwordPolicyOperations } from './password-policy.ts';
import { policyVersionOperations } from './policy-versions.ts';
import { roleOperations } from './roles.ts';
import { rootFeatureOperations } from './root-features.ts';
import { samlProviderOperations } from './saml-providers.ts';
import { serviceLinkedRoleOperations } from './service-linked-roles.ts';
import { simulateOperations } from './simulate/index.ts';
import { tagOperations } from './tags.ts';
import { userOperations } from './users.ts';

const groups = [
  accessAdvisorOperations,
  accessKeyOperations,
  accountOperations,
  attachmentOperations,
  authorizationDetailOperations,
  boundaryOperations,
  credentialReportOperations,
  groupOperations,
  inlinePolicyOperations,
  instanceProfileOperations,
  loginProfileOperations,
  managedPolicyOperations,
  mfaDeviceOperations,
  neverThereOperations,
  oidcProviderOperations,
  passwordPolicyOperations,
  policyVersionOperations,
  roleOperations,
  rootFeatureOperations,
  samlProviderOperations,
  serviceLinkedRoleOperations,
  simulateOperations,
  tagOperations,
  userOperations,
];

export function iamOperations(world: World): readonly Operation[] {
  const ask = new Ask(world.store);
  return groups.flatMap((group) => group(world, ask));
}
