import type * as iam from '@aws-sdk/client-iam';
import { awsManagedArns, awsManagedPolicy } from '../../state/aws-managed.ts';
import { uniqueId } from '../../state/ids.ts';
import type { Account, ManagedPolicy } from '../../state/model.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, alreadyExists, checkQuota, conflict, findPolicy } from './find.ts';
import { assertOwn, managedDocument } from './own-policy.ts';
import { policyShape, policySummary } from './shapes.ts';
import { addTags } from './tag-rules.ts';

/** What ListPolicies picks; AWS's policies that the account doesn't use by ARN. */
function listed(account: Account, input: iam.ListPoliciesRequest): readonly (ManagedPolicy | string)[] {
  const { Scope = 'All', PathPrefix = '/', OnlyAttached, PolicyUsageFilter } = input;
  const usedOnly = OnlyAttached === true || PolicyUsageFilter !== undefined;
  const used = (policy: ManagedPolicy): boolean =>
    (PolicyUsageFilter === 'PermissionsBoundary' ? policy.boundaryOf.size : policy.attachedTo.size) > 0;
  const wanted = (policy: ManagedPolicy): boolean =>
    policy.path.startsWith(PathPrefix) && (!usedOnly || used(policy));
  const own = Scope === 'AWS' ? [] : [...account.policies].filter(wanted);
  if (Scope === 'Local') return own;
  if (usedOnly) return [...own, ...[...account.awsPolicies.values()].filter(wanted)];
  const aws = awsManagedArns(PathPrefix).map((arn) => account.awsPolicies.get(arn) ?? arn);
  return [...own, ...aws];
}

export const managedPolicyOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreatePolicyRequest, iam.CreatePolicyResponse>({
    name: 'CreatePolicy',
    readOnly: false,
    authorize: ({ PolicyName: name, Path: path, Tags: tags }, call) =>
      ask.fresh('CreatePolicy', call, 'policy', { name, path, tags }),
    handle: ({ PolicyName: name, Path: path = '/', PolicyDocument, Description, Tags }, call) => {
      const account = accountOf(store, call);
      const document = managedDocument(PolicyDocument);
      if (account.policies.has(name)) {
        throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
      }
      checkQuota('PoliciesPerAccount', account.policies.size);
      const policy: ManagedPolicy = {
        kind: 'policy',
        owner: account.id,
        name,
        path,
        arn: `arn:aws:iam::${account.id}:policy${path}${name}`,
        id: uniqueId('ANPA', store.random),
        ...(Description !== undefined && { description: Description }),
        createdAt: call.now,
        updatedAt: call.now,
        tags: new Map(),
        versions: new Map([['v1', { id: 'v1', policy: document, createdAt: call.now }]]),
        defaultVersion: 'v1',
        nextVersion: 2,
        attachedTo: new Set(),
        boundaryOf: new Set(),
      };
      addTags(policy.tags, Tags, 'two-keys');
      account.policies.set(name, policy);
      return { Policy: policyShape(policy) };
    },
  }),
  operation<iam.GetPolicyRequest, iam.GetPolicyResponse>({
    name: 'GetPolicy',
    readOnly: true,
    authorize: ({ PolicyArn }, call) => ask.policy('GetPolicy', call, PolicyArn),
    handle: ({ PolicyArn }, call) => ({ Policy: policyShape(findPolicy(store, call, PolicyArn)) }),
  }),
  operation<iam.ListPoliciesRequest, iam.ListPoliciesResponse>({
    name: 'ListPolicies',
    readOnly: true,
    authorize: ({ PathPrefix }, call) => ask.kind('ListPolicies', call, 'policy', PathPrefix),
    handle: (input, call) => {
      const account = accountOf(store, call);
      const { items, rest } = page(listed(account, input), input);
      // AWS's own come by ARN: only those on this page are read.
      const policies = items.map((one) => (typeof one === 'string' ? awsManagedPolicy(one) : one));
      return { Policies: policies.flatMap((policy) => (policy ? policySummary(policy) : [])), ...rest };
    },
  }),
  operation<iam.ListEntitiesForPolicyRequest, iam.ListEntitiesForPolicyResponse>({
    name: 'ListEntitiesForPolicy',
    readOnly: true,
    authorize: ({ PolicyArn }, call) => ask.policy('ListEntitiesForPolicy', call, PolicyArn),
    handle: (input, call) => {
      const policy = findPolicy(store, call, input.PolicyArn);
      const wanted = { User: 'user', Role: 'role', Group: 'group' }[input.EntityFilter as string];
      const holders = [
        ...(input.PolicyUsageFilter === 'PermissionsBoundary' ? [] : policy.attachedTo),
        ...(input.PolicyUsageFilter === 'PermissionsPolicy' ? [] : policy.boundaryOf),
      ].filter(
        ({ kind, path }) =>
          (wanted === undefined || kind === wanted) && path.startsWith(input.PathPrefix ?? '/'),
      );
      const { items, rest } = page([...new Set(holders)], input);
      return {
        PolicyGroups: items.flatMap((h) => (h.kind === 'group' ? { GroupName: h.name, GroupId: h.id } : [])),
        PolicyUsers: items.flatMap((h) => (h.kind === 'user' ? { UserName: h.name, UserId: h.id } : [])),
        PolicyRoles: items.flatMap((h) => (h.kind === 'role' ? { RoleName: h.name, RoleId: h.id } : [])),
        ...rest,
      };
    },
  }),
  operation<iam.DeletePolicyRequest, object>({
    name: 'DeletePolicy',
    readOnly: false,
    authorize: ({ PolicyArn }, call) => ask.policy('DeletePolicy', call, PolicyArn),
    handle: ({ PolicyArn }, call) => {
      const policy = findPolicy(store, call, PolicyArn);
      assertOwn(policy, call);
      if (policy.attachedTo.size > 0 || policy.boundaryOf.size > 0) {
        throw conflict('Cannot delete a policy attached to entities.');
      }
      if (policy.versions.size > 1) {
        throw conflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      }
      accountOf(store, call).policies.delete(policy.name);
      return {};
    },
  }),
];
