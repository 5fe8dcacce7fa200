import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { noSuchEntity } from './find.ts';
import { selfService } from './self-service.ts';
import { iamAccount, type PasswordPolicy } from './state.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html */
export function passwordPolicyOperations(world: World, ask: Ask): readonly Operation[] {
  const find = (accountId: string): PasswordPolicy => {
    const { passwordPolicy } = iamAccount(world, accountId);
    if (passwordPolicy === undefined) {
      throw noSuchEntity(`The Password Policy with domain name ${accountId} cannot be found.`);
    }
    return passwordPolicy;
  };
  return [
    operation<object, iam.GetAccountPasswordPolicyResponse>({
      name: 'GetAccountPasswordPolicy',
      readOnly: true,
      authorize: (_input, call) => selfService(world, call, ask.any('GetAccountPasswordPolicy')),
      handle: (_input, { caller }) => ({ PasswordPolicy: shape(find(caller.accountId)) }),
    }),
    operation<iam.UpdateAccountPasswordPolicyRequest, object>({
      name: 'UpdateAccountPasswordPolicy',
      readOnly: false,
      authorize: () => ask.any('UpdateAccountPasswordPolicy'),
      // "If a parameter isn't provided, its default is used": an update replaces the whole policy.
      handle: (input, { caller }) => {
        iamAccount(world, caller.accountId).passwordPolicy = {
          minimumLength: input.MinimumPasswordLength ?? 6,
          symbols: input.RequireSymbols ?? false,
          numbers: input.RequireNumbers ?? false,
          uppercase: input.RequireUppercaseCharacters ?? false,
          lowercase: input.RequireLowercaseCharacters ?? false,
          allowUsersToChange: input.AllowUsersToChangePassword ?? false,
          ...(input.MaxPasswordAge !== undefined && { maxAge: input.MaxPasswordAge }),
          ...(input.PasswordReusePrevention !== undefined && {
            reusePrevention: input.PasswordReusePrevention,
          }),
          ...(input.HardExpiry !== undefined && { hardExpiry: input.HardExpiry }),
        };
        return {};
      },
    }),
    operation<object, object>({
      name: 'DeleteAccountPasswordPolicy',
      readOnly: false,
      authorize: () => ask.any('DeleteAccountPasswordPolicy'),
      handle: (_input, { caller }) => {
        find(caller.accountId);
        delete iamAccount(world, caller.accountId).passwordPolicy;
        return {};
      },
    }),
  ];
}

const shape = (policy: PasswordPolicy): iam.PasswordPolicy => ({
  MinimumPasswordLength: policy.minimumLength,
  RequireSymbols: policy.symbols,
  RequireNumbers: policy.numbers,
  RequireUppercaseCharacters: policy.uppercase,
  RequireLowercaseCharacters: policy.lowercase,
  AllowUsersToChangePassword: policy.allowUsersToChange,
  ExpirePasswords: policy.maxAge !== undefined,
  ...(policy.maxAge !== undefined && { MaxPasswordAge: policy.maxAge }),
  ...(policy.reusePrevention !== undefined && { PasswordReusePrevention: policy.reusePrevention }),
  ...(policy.hardExpiry !== undefined && { HardExpiry: policy.hardExpiry }),
});
