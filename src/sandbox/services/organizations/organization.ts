import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { addDefaultPolicies } from './default-policies.ts';
import { alreadyInOrganization, notInUse, organizationNotEmpty } from './errors.ts';
import { type Handshakes, isOpen } from './handshake-state.ts';
import { newId } from './ids.ts';
import { ownerOf, type Service } from './service.ts';
import { checkMayLink } from './service-linked-role.ts';
import { organizationShape } from './shapes.ts';
import type { Container, Organization } from './state.ts';

export const organizationOperations = (service: Service, handshakes: Handshakes): readonly Operation[] => {
  const { world, state, ask, membership } = service;
  return [
    operation<organizations.CreateOrganizationRequest, organizations.CreateOrganizationResponse>({
      name: 'CreateOrganization',
      readOnly: false,
      authorize: (_input, call) => ask.any('CreateOrganization', call, 'member'),
      handle: ({ FeatureSet = 'ALL' }, call) => {
        const { store } = world;
        const { now } = call;
        const { accountId } = call.caller;
        if (state.members.has(accountId)) throw alreadyInOrganization();
        if (FeatureSet === 'ALL') checkMayLink(world, call);
        const organization: Organization = {
          id: takeId(service) ?? newId.organization(store.random),
          managementAccountId: accountId,
          featureSet: FeatureSet,
          createdAt: now,
          root: container('root', newId.root(store.random), 'Root'),
          units: new Map(),
          members: new Map(),
          policies: new Map(),
          enabledTypes: new Set(),
          trusted: new Map(),
          delegated: new Map(),
          creations: new Map(),
        };
        if (FeatureSet === 'ALL') addDefaultPolicies(organization);
        state.organizations.set(organization.id, organization);
        // AWS's answers name the management account's method INVITED, too.
        const joining = { accountId, ...ownerOf(service, accountId), joinedMethod: 'INVITED' as const };
        membership.join(organization, joining, now);
        return { Organization: organizationShape(organization) };
      },
    }),
    operation<object, organizations.DescribeOrganizationResponse>({
      name: 'DescribeOrganization',
      readOnly: true,
      authorize: (_input, call) => ask.any('DescribeOrganization', call, 'member'),
      handle: (_input, call) => ({ Organization: organizationShape(enter(state, call, 'member')) }),
    }),
    operation<object, object>({
      name: 'DeleteOrganization',
      readOnly: false,
      authorize: (_input, call) => ask.any('DeleteOrganization', call, 'management'),
      handle: (_input, call) => {
        const organization = enter(state, call, 'management');
        // OUs and policies go with it; accounts, closed ones too until they are gone for good, must leave first.
        if (organization.members.size > 1) throw organizationNotEmpty();
        const management = organization.members.get(organization.managementAccountId);
        if (management === undefined) throw notInUse();
        membership.leave(management, call.now);
        state.organizations.delete(organization.id);
        for (const handshake of handshakes.of(organization.id))
          if (isOpen(handshake)) handshakes.end(handshake, 'CANCELED', call.now);
        return {};
      },
    }),
  ];
};

/** The chosen id, once; undefined when it is taken or none was chosen. */
function takeId({ state }: Service): string | undefined {
  const { nextId } = state;
  delete state.nextId;
  return nextId !== undefined && !state.organizations.has(nextId) ? nextId : undefined;
}

export const container = (
  kind: Container['kind'],
  id: string,
  name: string,
  parent?: Container,
): Container => ({
  kind,
  id,
  name,
  ...(parent !== undefined && { parent }),
  tags: new Map(),
  attached: new Set(),
  units: new Set(),
  accounts: new Set(),
});
