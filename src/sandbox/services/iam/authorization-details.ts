import type * as iam from '@aws-sdk/client-iam';
import type { Group, Identity, ManagedPolicy, Role, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { tagList } from '../../state/tags.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf } from './find.ts';
import { versionShape } from './policy-versions.ts';
import { encodeDocument, groupShape, policyShape, profileShape, roleShape, userShape } from './shapes.ts';

/** Everything that decides who may do what in the account, in one paginated answer. */
export const authorizationDetailOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.GetAccountAuthorizationDetailsRequest, iam.GetAccountAuthorizationDetailsResponse>({
    name: 'GetAccountAuthorizationDetails',
    readOnly: true,
    authorize: () => ask.any('GetAccountAuthorizationDetails'),
    handle: (input, call) => {
      const account = accountOf(store, call);
      const wanted = (kind: iam.EntityType) => !input.Filter?.length || input.Filter.includes(kind);
      const aws = [...account.awsPolicies.values()].filter((p) => p.attachedTo.size + p.boundaryOf.size > 0);
      const { items, rest } = page<Identity | ManagedPolicy>(
        [
          ...(wanted('User') ? account.users : []),
          ...(wanted('Group') ? account.groups : []),
          ...(wanted('Role') ? account.roles : []),
          ...(wanted('LocalManagedPolicy') ? account.policies : []),
          ...(wanted('AWSManagedPolicy') ? aws : []),
        ],
        input,
      );
      return {
        UserDetailList: items.flatMap((item) => (item.kind === 'user' ? userDetail(item) : [])),
        GroupDetailList: items.flatMap((item) => (item.kind === 'group' ? groupDetail(item) : [])),
        RoleDetailList: items.flatMap((item) => (item.kind === 'role' ? roleDetail(item, store) : [])),
        Policies: items.flatMap((item) => (item.kind === 'policy' ? policyDetail(item) : [])),
        ...rest,
      };
    },
  }),
];

const inline = ({ inline: policies }: Identity): iam.PolicyDetail[] =>
  [...policies].map(({ name, policy }) => ({
    PolicyName: name,
    PolicyDocument: encodeDocument(policy.text),
  }));

const attached = ({ attached: policies }: Identity): iam.AttachedPolicy[] =>
  [...policies].map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn }));

const userDetail = (user: User): iam.UserDetail => ({
  ...userShape(user),
  UserPolicyList: inline(user),
  GroupList: [...user.groups].map(({ name }) => name),
  AttachedManagedPolicies: attached(user),
  Tags: tagList(user.tags),
});

const groupDetail = (group: Group): iam.GroupDetail => ({
  ...groupShape(group),
  GroupPolicyList: inline(group),
  AttachedManagedPolicies: attached(group),
});

function roleDetail(role: Role, store: Store): iam.RoleDetail {
  const { Description: _, MaxSessionDuration: __, ...shape } = roleShape(role, store);
  return {
    ...shape,
    InstanceProfileList: [...role.profiles].map((profile) => profileShape(profile, store)),
    RolePolicyList: inline(role),
    AttachedManagedPolicies: attached(role),
    Tags: tagList(role.tags),
  };
}

function policyDetail(policy: ManagedPolicy): iam.ManagedPolicyDetail {
  const { Tags: _, ...shape } = policyShape(policy);
  return {
    ...shape,
    PolicyVersionList: [...policy.versions.values()].map((version) => versionShape(policy, version)),
  };
}
