import type * as cfn from '@aws-sdk/client-cloudformation';
import { uuid } from '../../../state/ids.ts';
import type { Call, Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import type { Ask } from './ask.ts';
import { invalidOperation } from './errors.ts';
import { listing } from './listing.ts';
import type { Room } from './room.ts';
import { accessOf, administratorOf, checkAdministratorName, MEMBER_STACKSETS } from './service-roles.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html */
export const organizationOperations = (room: Room, ask: Ask): readonly Operation[] => [
  operation<cfn.ActivateOrganizationsAccessInput, cfn.ActivateOrganizationsAccessOutput>({
    name: 'ActivateOrganizationsAccess',
    readOnly: false,
    authorize: () => ask.any('ActivateOrganizationsAccess'),
    handle: (_, call) => {
      const accountId = managementAccount(room, call);
      checkAdministratorName(room.world, accountId);
      organizations(room, call, 'EnableAWSServiceAccess');
      administratorOf(room.world, accountId, call.now);
      accessOf(room.world, accountId).active = true;
      return {};
    },
  }),
  operation<cfn.DeactivateOrganizationsAccessInput, cfn.DeactivateOrganizationsAccessOutput>({
    name: 'DeactivateOrganizationsAccess',
    readOnly: false,
    authorize: () => ask.any('DeactivateOrganizationsAccess'),
    handle: (_, call) => {
      const accountId = managementAccount(room, call);
      organizations(room, call, 'DisableAWSServiceAccess');
      accessOf(room.world, accountId).active = false;
      return {};
    },
  }),
  operation<cfn.DescribeOrganizationsAccessInput, cfn.DescribeOrganizationsAccessOutput>({
    name: 'DescribeOrganizationsAccess',
    readOnly: true,
    authorize: () => ask.any('DescribeOrganizationsAccess'),
    handle: (input, call) => {
      const owner = room.owner(call, input.CallAs);
      const management = room.structure.managementAccountOf(owner);
      if (management === undefined) throw noOrganization();
      return { Status: room.isActivated(management) ? 'ENABLED' : 'DISABLED' };
    },
  }),
  operation<cfn.ListStackSetAutoDeploymentTargetsInput, cfn.ListStackSetAutoDeploymentTargetsOutput>({
    name: 'ListStackSetAutoDeploymentTargets',
    readOnly: true,
    authorize: (input, call) => ask.set('ListStackSetAutoDeploymentTargets', call, input),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const all = [...set.targets].map(([OrganizationalUnitId, regions]) => ({
        OrganizationalUnitId,
        Regions: [...regions],
      }));
      const { items, rest } = listing(all, input);
      return { Summaries: [...items], ...rest };
    },
  }),
];

/** unverified: code and words. */
const noOrganization = () =>
  invalidOperation('The account is not a member of an organization: create an organization first');

function managementAccount(room: Room, call: Call): string {
  const { accountId } = call.caller;
  if (room.structure.organizationOf(accountId) === undefined) throw noOrganization();
  if (!room.structure.isManagement(accountId)) {
    throw invalidOperation('Only the management account of an organization can manage trusted access');
  }
  return accountId;
}

/** With the caller's own rights: who may not change trusted access in Organizations may not do it here. */
function organizations(room: Room, call: Call, name: string): void {
  room.world.invoke(
    {
      ...call,
      service: 'organizations',
      operation: name,
      region: 'us-east-1',
      requestId: uuid(room.world.store.random),
      invokedBy: 'cloudformation.amazonaws.com',
    },
    { ServicePrincipal: MEMBER_STACKSETS },
  );
}
