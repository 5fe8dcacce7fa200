import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { handshakeConstraint } from './errors.ts';
import { ALL_FEATURES_MS, type Handshakes, isOpen } from './handshake-state.ts';
import { newId } from './ids.ts';
import { ownerOf, type Service } from './service.ts';
import { handshakeShape } from './shapes.ts';
import type { Handshake, Organization } from './state.ts';

/**
 * From consolidated billing to all features: each invited account approves with a handshake of its own, then the
 * management account accepts the request itself.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
 */
export const allFeaturesOperations = (service: Service, handshakes: Handshakes): readonly Operation[] => [
  operation<object, organizations.EnableAllFeaturesResponse>({
    name: 'EnableAllFeatures',
    readOnly: false,
    authorize: (_input, call) => service.ask.any('EnableAllFeatures', call, 'management'),
    handle: (_input, call) => {
      const organization = enter(service.state, call, 'management');
      if (organization.featureSet === 'ALL') {
        throw handshakeConstraint(
          'ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
          'The handshake request is invalid because the organization has already enabled all features.',
        );
      }
      if (handshakes.enabling(organization.id)) {
        throw handshakeConstraint(
          'ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION',
          'The organization has already started the process to enable all features.',
        );
      }
      // "That invitation is canceled because the invitation states that the organization has consolidated billing
      // features only": whoever accepted it now would get policies that nobody asked them about.
      for (const invitation of handshakes.of(organization.id))
        if (isOpen(invitation)) handshakes.end(invitation, 'CANCELED', call.now);
      // Accounts that CreateAccount made belong to the organization: they aren't asked.
      const asked = [...organization.members.values()].filter(
        ({ id, joinedMethod }) => joinedMethod === 'INVITED' && id !== organization.managementAccountId,
      );
      const make = (of: Partial<Handshake> & Pick<Handshake, 'action' | 'state'>): Handshake => ({
        id: newId.handshake(service.world.store.random),
        requestedAt: call.now,
        expiresAt: call.now + ALL_FEATURES_MS,
        organizationId: organization.id,
        ...management(service, organization),
        featureSet: organization.featureSet,
        tags: new Map(),
        ...of,
      });
      const request = handshakes.add(
        make({ action: 'ENABLE_ALL_FEATURES', state: asked.length === 0 ? 'OPEN' : 'REQUESTED' }),
      );
      for (const { id } of asked) {
        const party = { type: 'ACCOUNT' as const, id };
        const parentId = request.id;
        handshakes.add(
          make({ action: 'APPROVE_ALL_FEATURES', state: 'OPEN', accountId: id, party, parentId }),
        );
      }
      return { Handshake: handshakeShape(request) };
    },
  }),
];

function management(service: Service, { managementAccountId }: Organization) {
  const { name, email } = ownerOf(service, managementAccountId);
  return { managementAccountId, managementName: name, managementEmail: email };
}
