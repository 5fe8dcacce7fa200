import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { accountNotRegistered, accountRegistered, constraintViolation } from './errors.ts';
import { member } from './find.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import { accountShape } from './shapes.ts';
import type { Organization } from './state.ts';
import { checkPrincipal, needAllFeatures, servicePrincipal } from './trusted-services.ts';

/** Five for StackSets ("You can register up to five"); other services have limits of their own, mostly one. */
const MOST: Readonly<Record<string, number>> = {
  'member.org.stacksets.cloudformation.amazonaws.com': 5,
  // unverified: CloudTrail's documents name an error for "the maximum number" and, in the page found, no number.
  'cloudtrail.amazonaws.com': 3,
};

export const delegatedAdministratorOperations = ({ state, ask }: Service): readonly Operation[] => [
  operation<organizations.RegisterDelegatedAdministratorRequest, object>({
    name: 'RegisterDelegatedAdministrator',
    readOnly: false,
    authorize: ({ AccountId, ServicePrincipal }, call) =>
      ask.about(
        'RegisterDelegatedAdministrator',
        call,
        'management',
        [AccountId],
        servicePrincipal(ServicePrincipal),
      ),
    handle: ({ AccountId, ServicePrincipal }, call) => {
      const organization = enter(state, call, 'management');
      needAllFeatures(organization);
      checkPrincipal(ServicePrincipal);
      const account = member(organization, AccountId);
      checkCandidate(organization, account.id, account.status);
      if (!organization.trusted.has(ServicePrincipal)) {
        throw constraintViolation(
          'SERVICE_ACCESS_NOT_ENABLED',
          'You attempted to register a delegated administrator before you enabled service access. Call the EnableAWSServiceAccess API first.',
        );
      }
      const registered = organization.delegated.get(ServicePrincipal) ?? new Map<string, number>();
      if (registered.has(AccountId)) throw accountRegistered();
      if (registered.size >= (MOST[ServicePrincipal] ?? 1)) {
        throw constraintViolation(
          'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED',
          'You have exceeded the allowed number of delegated administrators for the delegated service.',
        );
      }
      registered.set(AccountId, call.now);
      organization.delegated.set(ServicePrincipal, registered);
      return {};
    },
  }),
  operation<organizations.DeregisterDelegatedAdministratorRequest, object>({
    name: 'DeregisterDelegatedAdministrator',
    readOnly: false,
    authorize: ({ AccountId, ServicePrincipal }, call) =>
      ask.about(
        'DeregisterDelegatedAdministrator',
        call,
        'management',
        [AccountId],
        servicePrincipal(ServicePrincipal),
      ),
    handle: ({ AccountId, ServicePrincipal }, call) => {
      const organization = enter(state, call, 'management');
      member(organization, AccountId);
      if (organization.delegated.get(ServicePrincipal)?.delete(AccountId) !== true)
        throw accountNotRegistered();
      return {};
    },
  }),
  operation<
    organizations.ListDelegatedAdministratorsRequest,
    organizations.ListDelegatedAdministratorsResponse
  >({
    name: 'ListDelegatedAdministrators',
    readOnly: true,
    authorize: ({ ServicePrincipal }, call) =>
      ask.any('ListDelegatedAdministrators', call, 'delegate', servicePrincipal(ServicePrincipal)),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      const { items, rest } = page([...administrators(organization, input.ServicePrincipal)], input);
      return {
        DelegatedAdministrators: items.map(([id, at]) => {
          const { Paths: _, ...account } = accountShape(member(organization, id));
          return { ...account, DelegationEnabledDate: new Date(at) };
        }),
        ...rest,
      };
    },
  }),
  operation<
    organizations.ListDelegatedServicesForAccountRequest,
    organizations.ListDelegatedServicesForAccountResponse
  >({
    name: 'ListDelegatedServicesForAccount',
    readOnly: true,
    authorize: ({ AccountId }, call) =>
      ask.about('ListDelegatedServicesForAccount', call, 'delegate', [AccountId]),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      member(organization, input.AccountId);
      const services = [...organization.delegated].flatMap(([ServicePrincipal, accounts]) => {
        const at = accounts.get(input.AccountId);
        return at === undefined ? [] : [{ ServicePrincipal, DelegationEnabledDate: new Date(at) }];
      });
      if (services.length === 0) throw accountNotRegistered();
      const { items, rest } = page(services, input);
      return { DelegatedServices: items, ...rest };
    },
  }),
];

function checkCandidate({ managementAccountId }: Organization, accountId: string, status: string): void {
  if (accountId === managementAccountId) {
    throw constraintViolation(
      'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
      'You attempted to register the management account of the organization as a delegated administrator for an AWS service integrated with Organizations. You can designate only a member account as a delegated administrator.',
    );
  }
  if (status !== 'ACTIVE') {
    throw constraintViolation(
      'CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
      'You attempted to register a suspended account as a delegated administrator.',
    );
  }
}

/** Account → since when: of one service, or of any (then since the first registration). */
function administrators(organization: Organization, service: string | undefined): Map<string, number> {
  if (service !== undefined) return organization.delegated.get(service) ?? new Map();
  const all = new Map<string, number>();
  for (const accounts of organization.delegated.values())
    for (const [id, at] of accounts) all.set(id, Math.min(at, all.get(id) ?? at));
  return all;
}
