import type { Operation } from '../../types.ts';
import type { LinkedRoleUse, World } from '../world.ts';
import { accountOperations } from './accounts.ts';
import { allFeaturesOperations } from './all-features.ts';
import { organizationArn } from './arns.ts';
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
import { type Service, serviceOf } from './service.ts';
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
  world.linkedRoleUses.set('organizations.amazonaws.com', (accountId) => needsRole(service, accountId));
  return groups.flatMap((group) => group(service, handshakes));
}

/**
 * With all features the role "is required", with consolidated billing alone it "isn't used for anything, and you can
 * delete it": https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services-using_slrs.html
 */
function needsRole({ state }: Service, accountId: string): LinkedRoleUse[] {
  const organization = state.members.get(accountId)?.organization;
  if (organization?.featureSet !== 'ALL') return [];
  return [{ region: 'us-east-1', resources: [organizationArn(organization)] }];
}
