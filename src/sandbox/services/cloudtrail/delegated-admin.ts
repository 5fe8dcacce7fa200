import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { uuid } from '../../state/ids.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { structureOf } from '../organizations/structure.ts';
import type { World } from '../world.ts';
import { SERVICE } from './checks.ts';
import { linkOrganization, mayLinkOrganization } from './linked-role.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html */
export const delegatedAdminOperations = (world: World): readonly Operation[] => [
  operation<cloudtrail.RegisterOrganizationDelegatedAdminRequest, object>({
    name: 'RegisterOrganizationDelegatedAdmin',
    readOnly: false,
    authorize: () => [{ action: 'cloudtrail:RegisterOrganizationDelegatedAdmin', resource: '*' }],
    handle: ({ MemberAccountId: AccountId }, call) => {
      const id = managed(world, call);
      if (AccountId === call.caller.accountId) {
        throw new AwsError(
          'CannotDelegateManagementAccountException',
          'The management account of an organization cannot be registered as a delegated administrator.',
        );
      }
      if (!structureOf(world).trusts(id, SERVICE)) throw accessNotEnabled();
      mayLinkOrganization(world, call);
      organizations(world, call, 'RegisterDelegatedAdministrator', AccountId);
      linkOrganization(world, call);
      return {};
    },
  }),
  operation<cloudtrail.DeregisterOrganizationDelegatedAdminRequest, object>({
    name: 'DeregisterOrganizationDelegatedAdmin',
    readOnly: false,
    authorize: () => [{ action: 'cloudtrail:DeregisterOrganizationDelegatedAdmin', resource: '*' }],
    handle: ({ DelegatedAdminAccountId }, call) => {
      managed(world, call);
      organizations(world, call, 'DeregisterDelegatedAdministrator', DelegatedAdminAccountId);
      return {};
    },
  }),
];

const accessNotEnabled = () =>
  new AwsError(
    'CloudTrailAccessNotEnabledException',
    'This operation requires that CloudTrail is enabled as a trusted service of the organization.',
  );

/** The organization that the caller's account manages. unverified: the words, here and below. */
function managed(world: World, { caller }: Call): string {
  const structure = structureOf(world);
  const id = structure.organizationOf(caller.accountId);
  if (id === undefined) {
    throw new AwsError('OrganizationsNotInUseException', 'This account is not a member of an organization.');
  }
  if (!structure.isManagement(caller.accountId)) {
    throw new AwsError(
      'NotOrganizationManagementAccountException',
      'This operation can be called only by the management account of the organization.',
      403,
    );
  }
  return id;
}

/** What Organizations refuses, by its error or reason, in CloudTrail's words: the "Errors" of the two actions. */
const refusals: Readonly<Record<string, readonly [code: string, message: string]>> = {
  AccessDenied: [
    'InsufficientDependencyServiceAccessPermissionException',
    'You do not have the permissions in Organizations that this operation requires.',
  ],
  AccountNotFoundException: [
    'AccountNotFoundException',
    'The account is not found or not part of the organization.',
  ],
  AccountAlreadyRegisteredException: [
    'AccountRegisteredException',
    'The account is already registered as the CloudTrail delegated administrator.',
  ],
  AccountNotRegisteredException: [
    'AccountNotRegisteredException',
    'The account is not registered as the CloudTrail delegated administrator.',
  ],
  MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED: [
    'DelegatedAdminAccountLimitExceededException',
    'The maximum number of CloudTrail delegated administrators is reached.',
  ],
  ORGANIZATION_NOT_IN_ALL_FEATURES_MODE: [
    'OrganizationNotInAllFeaturesModeException',
    'The organization must have all features enabled.',
  ],
};

/**
 * With the caller's own rights: CloudTrail's administrators "must have … certain AWS Organizations API actions", the two
 * of the same name among them: cloudtrail-delegated-administrator-permissions.html
 */
function organizations(world: World, call: Call, name: string, AccountId: string): void {
  try {
    world.invoke(
      {
        ...call,
        service: 'organizations',
        operation: name,
        region: 'us-east-1',
        requestId: uuid(world.store.random),
        invokedBy: SERVICE,
      },
      { AccountId, ServicePrincipal: SERVICE },
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reason = String(error.members?.['Reason'] ?? error.code);
    const [code, message] = refusals[reason] ?? ['OperationNotPermittedException', error.message];
    throw new AwsError(code, message);
  }
}
