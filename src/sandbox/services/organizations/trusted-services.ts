import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { constraintViolation, invalidInput } from './errors.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import type { Organization } from './state.ts';

/** Trusted access: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html */
export const trustedServiceOperations = ({ state, ask }: Service): readonly Operation[] => [
  operation<organizations.EnableAWSServiceAccessRequest, object>({
    name: 'EnableAWSServiceAccess',
    readOnly: false,
    authorize: ({ ServicePrincipal }, call) =>
      ask.any('EnableAWSServiceAccess', call, 'management', servicePrincipal(ServicePrincipal)),
    handle: ({ ServicePrincipal }, call) => {
      const organization = enter(state, call, 'management');
      needAllFeatures(organization);
      checkPrincipal(ServicePrincipal);
      if (!organization.trusted.has(ServicePrincipal)) organization.trusted.set(ServicePrincipal, call.now);
      return {};
    },
  }),
  operation<organizations.DisableAWSServiceAccessRequest, object>({
    name: 'DisableAWSServiceAccess',
    readOnly: false,
    authorize: ({ ServicePrincipal }, call) =>
      ask.any('DisableAWSServiceAccess', call, 'management', servicePrincipal(ServicePrincipal)),
    handle: ({ ServicePrincipal }, call) => {
      const organization = enter(state, call, 'management');
      checkPrincipal(ServicePrincipal);
      if (organization.delegated.get(ServicePrincipal)?.size) {
        throw constraintViolation(
          'DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE',
          'You have registered delegated administrators for this service. Deregister them before you disable access.',
        );
      }
      organization.trusted.delete(ServicePrincipal);
      return {};
    },
  }),
  operation<
    organizations.ListAWSServiceAccessForOrganizationRequest,
    organizations.ListAWSServiceAccessForOrganizationResponse
  >({
    name: 'ListAWSServiceAccessForOrganization',
    readOnly: true,
    authorize: (_input, call) => ask.any('ListAWSServiceAccessForOrganization', call, 'delegate'),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      needAllFeatures(organization);
      const { items, rest } = page([...organization.trusted], input);
      return {
        EnabledServicePrincipals: items.map(([ServicePrincipal, at]) => ({
          ServicePrincipal,
          DateEnabled: new Date(at),
        })),
        ...rest,
      };
    },
  }),
];

export const servicePrincipal = (name: string | undefined) => ({ 'organizations:ServicePrincipal': name });

export function needAllFeatures({ featureSet }: Organization): void {
  if (featureSet === 'ALL') return;
  throw constraintViolation(
    'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
    'Your organization must have all features enabled to perform this operation.',
  );
}

/** AWS keeps a list of the services that integrate; here every name of a service will do. */
export function checkPrincipal(name: string): void {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(name)) return;
  throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL', 'You specified an unrecognized service principal.');
}
