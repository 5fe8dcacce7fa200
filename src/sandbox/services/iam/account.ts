import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, alreadyExists, noSuchEntity } from './find.ts';

export const accountOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateAccountAliasRequest, object>({
    name: 'CreateAccountAlias',
    readOnly: false,
    authorize: () => ask.any('CreateAccountAlias'),
    handle: ({ AccountAlias }, call) => {
      const account = accountOf(store, call);
      // Aliases are unique across all accounts, since they are host names of the sign-in page.
      for (const other of store.accounts.values()) {
        if (other !== account && other.alias === AccountAlias) {
          throw alreadyExists(`The account alias ${AccountAlias} already exists.`);
        }
      }
      account.alias = AccountAlias;
      return {};
    },
  }),
  operation<iam.DeleteAccountAliasRequest, object>({
    name: 'DeleteAccountAlias',
    readOnly: false,
    authorize: () => ask.any('DeleteAccountAlias'),
    handle: ({ AccountAlias }, call) => {
      const account = accountOf(store, call);
      if (account.alias !== AccountAlias) {
        throw noSuchEntity(`The Account Alias with name ${AccountAlias} cannot be found.`);
      }
      delete account.alias;
      return {};
    },
  }),
  operation<iam.ListAccountAliasesRequest, iam.ListAccountAliasesResponse>({
    name: 'ListAccountAliases',
    readOnly: true,
    authorize: () => ask.any('ListAccountAliases'),
    handle: (_input, call) => {
      const { alias } = accountOf(store, call);
      return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
    },
  }),
  operation<object, iam.GetAccountSummaryResponse>({
    name: 'GetAccountSummary',
    readOnly: true,
    authorize: () => ask.any('GetAccountSummary'),
    handle: (_input, call) => {
      const account = accountOf(store, call);
      const devices = [...account.mfaDevices.values()];
      const versions = [...account.policies].reduce((sum, { versions }) => sum + versions.size, 0);
      return {
        SummaryMap: {
          Users: account.users.size,
          UsersQuota: 5_000,
          Groups: account.groups.size,
          GroupsQuota: 300,
          Roles: account.roles.size,
          RolesQuota: 1_000,
          Policies: account.policies.size,
          PoliciesQuota: 1_500,
          PolicyVersionsInUse: versions,
          PolicyVersionsInUseQuota: 10_000,
          InstanceProfiles: account.instanceProfiles.size,
          InstanceProfilesQuota: 1_000,
          MFADevices: devices.length,
          MFADevicesInUse: devices.filter(({ user }) => user !== undefined).length,
          AccountMFAEnabled: 0,
          AccountAccessKeysPresent: account.rootKeys.size,
          AccessKeysPerUserQuota: 2,
          AttachedPoliciesPerUserQuota: 10,
          AttachedPoliciesPerGroupQuota: 10,
          AttachedPoliciesPerRoleQuota: 10,
          GroupsPerUserQuota: 10,
          VersionsPerPolicyQuota: 5,
          PolicySizeQuota: 6_144,
          AssumeRolePolicySizeQuota: 2_048,
          UserPolicySizeQuota: 2_048,
          GroupPolicySizeQuota: 5_120,
          RolePolicySizeQuota: 10_240,
        },
      };
    },
  }),
];
