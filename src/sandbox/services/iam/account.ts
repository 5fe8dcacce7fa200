import type * as iam from '@aws-sdk/client-iam';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, alreadyExists, noSuchEntity, quotas } from './find.ts';
import { iamAccount } from './state.ts';

export const accountOperations = (world: World, ask: Ask): readonly Operation[] => {
  const { store } = world;
  return [
    operation<iam.CreateAccountAliasRequest, object>({
      name: 'CreateAccountAlias',
      readOnly: false,
      authorize: () => ask.any('CreateAccountAlias'),
      handle: ({ AccountAlias }, call) => {
        const account = accountOf(store, call);
        // "It cannot be a 12-digit number": reference_iam-quotas.html; it would pass for another account's id where
        // people sign in. unverified: code and words.
        if (/^\d{12}$/.test(AccountAlias))
          throw new AwsError('ValidationError', 'The account alias cannot be a 12-digit number.');
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
        const own = iamAccount(world, account.id);
        const devices = [...account.mfaDevices.values()];
        const versions = [...account.policies].reduce((sum, { versions }) => sum + versions.size, 0);
        return {
          SummaryMap: {
            Users: account.users.size,
            UsersQuota: quotas.UsersPerAccount,
            Groups: account.groups.size,
            GroupsQuota: quotas.GroupsPerAccount,
            Roles: account.roles.size,
            RolesQuota: quotas.RolesPerAccount,
            Policies: account.policies.size,
            PoliciesQuota: quotas.PoliciesPerAccount,
            PolicyVersionsInUse: versions,
            PolicyVersionsInUseQuota: 10_000,
            InstanceProfiles: account.instanceProfiles.size,
            InstanceProfilesQuota: quotas.InstanceProfilesPerAccount,
            MFADevices: devices.length,
            MFADevicesInUse: devices.filter(({ user }) => user !== undefined).length,
            AccountMFAEnabled: 0,
            AccountAccessKeysPresent: account.rootKeys.size,
            AccountPasswordPresent: own.rootLogin === undefined ? 0 : 1,
            AccountSigningCertificatesPresent: 0,
            Providers: own.saml.size + own.oidc.size,
            ServerCertificates: 0,
            ServerCertificatesQuota: 20,
            SigningCertificatesPerUserQuota: 2,
            GlobalEndpointTokenVersion: own.globalTokenVersion === 'v2Token' ? 2 : 1,
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
    operation<iam.SetSecurityTokenServicePreferencesRequest, object>({
      name: 'SetSecurityTokenServicePreferences',
      readOnly: false,
      authorize: () => ask.any('SetSecurityTokenServicePreferences'),
      handle: ({ GlobalEndpointTokenVersion: version }, { caller }) => {
        iamAccount(world, caller.accountId).globalTokenVersion =
          version === 'v2Token' ? 'v2Token' : 'v1Token';
        return {};
      },
    }),
  ];
};
