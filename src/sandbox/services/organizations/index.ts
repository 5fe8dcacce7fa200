import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { accountOperations } from './accounts.ts';
import { allFeaturesOperations } from './all-features.ts';
import { attachmentOperations } from './attachments.ts';
import { chooseId } from './choose-id.ts';
import { createAccountOperations } from './create-account.ts';
import { delegatedAdministratorOperations } from './delegated-administrators.ts';
import { departureOperations } from './departures.ts';
import { effectivePolicyOperations } from './effective-policies.ts';
import { Handshakes } from './handshake-state.ts';
import { handshakeOperations } from './handshakes.ts';
import { invitationOperations } from './invitations.ts';
import { organizationOperations } from './organization.ts';
import { policyOperations } from './policies.ts';
import { resourcePolicyOperations } from './resource-policy.ts';
import { rootOperations } from './roots.ts';
import { serviceOf } from './service.ts';
import { tagOperations } from './tags.ts';
import { treeOperations } from './tree.ts';
import { trustedServiceOperations } from './trusted-services.ts';
import { unitOperations } from './units.ts';

const groups = [
  accountOperations,
  allFeaturesOperations,
  attachmentOperations,
  createAccountOperations,
  delegatedAdministratorOperations,
  departureOperations,
  effectivePolicyOperations,
  handshakeOperations,
  invitationOperations,
  organizationOperations,
  policyOperations,
  resourcePolicyOperations,
  rootOperations,
  tagOperations,
  treeOperations,
  trustedServiceOperations,
  unitOperations,
];

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html */
export function organizationsOperations(world: World): readonly Operation[] {
  const service = serviceOf(world);
  const handshakes = new Handshakes(world, service.state);
  world.routes.set('organization-id', chooseId(service.state));
  return groups.flatMap((group) => group(service, handshakes));
}
