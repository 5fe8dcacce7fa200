import type * as iam from '@aws-sdk/client-iam';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { structureOf } from '../organizations/structure.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { iamAccount } from './state.ts';

const IAM = 'iam.amazonaws.com';

type Feature = 'RootCredentialsManagement' | 'RootSessions';

/** The account that speaks for its organization in IAM's matters: the management account, or IAM's delegate. */
export function rootManagement(
  world: World,
  accountId: string,
): { readonly organizationId: string; readonly features: Set<Feature> } {
  const structure = structureOf(world);
  const organizationId = structure.organizationOf(accountId);
  const management = structure.managementAccountOf(accountId);
  if (organizationId === undefined || management === undefined) {
    throw new AwsError('OrganizationNotFoundException', 'The account is not a member of an organization.');
  }
  const delegated = structure.delegatedAdministrators(organizationId, IAM).includes(accountId);
  if (management !== accountId && !delegated) {
    throw new AwsError(
      'AccountNotManagementOrDelegatedAdministratorException',
      'The account is neither the management account nor a delegated administrator for IAM.',
    );
  }
  return { organizationId, features: iamAccount(world, management).rootFeatures };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management */
export function rootFeatureOperations(world: World, ask: Ask): readonly Operation[] {
  const answer = (organizationId: string, features: ReadonlySet<Feature>) => ({
    OrganizationId: organizationId,
    EnabledFeatures: [...features].sort(),
  });
  const change = (name: string, run: (features: Set<Feature>, call: Call) => void): Operation =>
    operation<object, iam.EnableOrganizationsRootSessionsResponse>({
      name,
      readOnly: false,
      authorize: () => ask.any(name),
      handle: (_input, call) => {
        const { organizationId, features } = rootManagement(world, call.caller.accountId);
        // Of the API references those of Enable… alone have this error. unverified: that it is for the delegate.
        if (name.startsWith('Enable') && !structureOf(world).isManagement(call.caller.accountId)) {
          throw new AwsError(
            'CallerIsNotManagementAccountException',
            'The account is not the management account of the organization.',
          );
        }
        if (!structureOf(world).trusts(organizationId, IAM)) {
          throw new AwsError(
            'ServiceAccessNotEnabledException',
            'Trusted access for IAM is not enabled in the organization.',
          );
        }
        run(features, call);
        return answer(organizationId, features);
      },
    });
  const both = (feature: Feature, word: string): Operation[] => [
    change(`EnableOrganizations${word}`, (features) => features.add(feature)),
    change(`DisableOrganizations${word}`, (features) => features.delete(feature)),
  ];
  return [
    ...both('RootCredentialsManagement', 'RootCredentialsManagement'),
    ...both('RootSessions', 'RootSessions'),
    operation<object, iam.ListOrganizationsFeaturesResponse>({
      name: 'ListOrganizationsFeatures',
      readOnly: true,
      authorize: () => ask.any('ListOrganizationsFeatures'),
      handle: (_input, { caller }) => {
        const { organizationId, features } = rootManagement(world, caller.accountId);
        return answer(organizationId, features);
      },
    }),
  ];
}
