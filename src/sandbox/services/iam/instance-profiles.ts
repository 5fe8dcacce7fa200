import type * as iam from '@aws-sdk/client-iam';
import { uniqueId } from '../../state/ids.ts';
import type { InstanceProfile } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import {
  accountOf,
  alreadyExists,
  checkQuota,
  conflict,
  findOwnRole,
  findRole,
  limitExceeded,
  noSuchEntity,
} from './find.ts';
import { profileShape, profileSummary } from './shapes.ts';
import { addTags } from './tag-rules.ts';

function findProfile(store: Store, call: Call, name: string): InstanceProfile {
  const profile = accountOf(store, call).instanceProfiles.get(name);
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

export const instanceProfileOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateInstanceProfileRequest, iam.CreateInstanceProfileResponse>({
    name: 'CreateInstanceProfile',
    readOnly: false,
    authorize: ({ InstanceProfileName: name, Path: path, Tags: tags }, call) =>
      ask.fresh('CreateInstanceProfile', call, 'instance-profile', { name, path, tags }),
    handle: ({ InstanceProfileName: name, Path: path = '/', Tags }, call) => {
      const account = accountOf(store, call);
      if (account.instanceProfiles.has(name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
      checkQuota('InstanceProfilesPerAccount', account.instanceProfiles.size);
      const profile: InstanceProfile = {
        name,
        path,
        arn: `arn:aws:iam::${account.id}:instance-profile${path}${name}`,
        id: uniqueId('AIPA', store.random),
        createdAt: call.now,
        tags: new Map(),
      };
      addTags(profile.tags, Tags, 'two-keys');
      account.instanceProfiles.set(name, profile);
      return { InstanceProfile: profileShape(profile, store) };
    },
  }),
  operation<iam.GetInstanceProfileRequest, iam.GetInstanceProfileResponse>({
    name: 'GetInstanceProfile',
    readOnly: true,
    authorize: ({ InstanceProfileName }, call) =>
      ask.profile('GetInstanceProfile', call, InstanceProfileName),
    handle: ({ InstanceProfileName }, call) => ({
      InstanceProfile: profileShape(findProfile(store, call, InstanceProfileName), store),
    }),
  }),
  operation<iam.ListInstanceProfilesRequest, iam.ListInstanceProfilesResponse>({
    name: 'ListInstanceProfiles',
    readOnly: true,
    authorize: ({ PathPrefix }, call) =>
      ask.kind('ListInstanceProfiles', call, 'instance-profile', PathPrefix),
    handle: (input, call) => {
      const all = [...accountOf(store, call).instanceProfiles].filter(({ path }) =>
        path.startsWith(input.PathPrefix ?? '/'),
      );
      const { items, rest } = page(all, input);
      return { InstanceProfiles: items.map((profile) => profileSummary(profile, store)), ...rest };
    },
  }),
  operation<iam.ListInstanceProfilesForRoleRequest, iam.ListInstanceProfilesForRoleResponse>({
    name: 'ListInstanceProfilesForRole',
    readOnly: true,
    authorize: ({ RoleName }, call) => ask.role('ListInstanceProfilesForRole', call, RoleName),
    handle: (input, call) => {
      const { items, rest } = page([...findRole(store, call, input.RoleName).profiles], input);
      return { InstanceProfiles: items.map((profile) => profileSummary(profile, store)), ...rest };
    },
  }),
  operation<iam.AddRoleToInstanceProfileRequest, object>({
    name: 'AddRoleToInstanceProfile',
    readOnly: false,
    // Whoever may hand a role to instances may act as it: iam:PassRole is needed too.
    authorize: ({ InstanceProfileName, RoleName }, call) => [
      ...ask.profile('AddRoleToInstanceProfile', call, InstanceProfileName),
      ...ask.role('PassRole', call, RoleName, {
        'iam:PassedToService': 'ec2.amazonaws.com',
        // "The ARN value must be arn:aws:ec2:*:CallerAccountId:instance/*": API reference of AddRoleToInstanceProfile.
        'iam:AssociatedResourceArn': `arn:aws:ec2:*:${call.caller.accountId}:instance/*`,
      }),
    ],
    handle: ({ InstanceProfileName, RoleName }, call) => {
      const profile = findProfile(store, call, InstanceProfileName);
      const role = findOwnRole(store, call, RoleName);
      if (profile.role !== undefined)
        throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
      profile.role = role;
      role.profiles.add(profile);
      return {};
    },
  }),
  operation<iam.RemoveRoleFromInstanceProfileRequest, object>({
    name: 'RemoveRoleFromInstanceProfile',
    readOnly: false,
    authorize: ({ InstanceProfileName }, call) =>
      ask.profile('RemoveRoleFromInstanceProfile', call, InstanceProfileName),
    handle: ({ InstanceProfileName, RoleName }, call) => {
      const profile = findProfile(store, call, InstanceProfileName);
      const role = findRole(store, call, RoleName);
      if (profile.role !== role) {
        throw noSuchEntity(`Role ${RoleName} is not in instance profile ${InstanceProfileName}.`);
      }
      delete profile.role;
      role.profiles.delete(profile);
      return {};
    },
  }),
  operation<iam.DeleteInstanceProfileRequest, object>({
    name: 'DeleteInstanceProfile',
    readOnly: false,
    authorize: ({ InstanceProfileName }, call) =>
      ask.profile('DeleteInstanceProfile', call, InstanceProfileName),
    handle: ({ InstanceProfileName }, call) => {
      const profile = findProfile(store, call, InstanceProfileName);
      if (profile.role !== undefined) {
        throw conflict('Cannot delete entity, must remove roles from instance profile first.');
      }
      accountOf(store, call).instanceProfiles.delete(profile.name);
      return {};
    },
  }),
];
