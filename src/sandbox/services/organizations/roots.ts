import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { attachDefault, detach } from './default-policies.ts';
import { noRoot, policyTypeEnabled, policyTypeNotAvailable, policyTypeNotEnabled } from './errors.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import { rootShape } from './shapes.ts';
import type { Container, Member, Organization } from './state.ts';

type TypeRequest = organizations.EnablePolicyTypeRequest;

export const rootOperations = ({ state, ask }: Service): readonly Operation[] => [
  operation<organizations.ListRootsRequest, organizations.ListRootsResponse>({
    name: 'ListRoots',
    readOnly: true,
    authorize: (_input, call) => ask.any('ListRoots', call, 'delegate'),
    handle: (input, call) => {
      const { items, rest } = page([rootShape(enter(state, call, 'delegate'))], input);
      return { Roots: items, ...rest };
    },
  }),
  operation<TypeRequest, organizations.EnablePolicyTypeResponse>({
    name: 'EnablePolicyType',
    readOnly: false,
    authorize: ({ RootId, PolicyType }, call) =>
      ask.about('EnablePolicyType', call, 'policy', [RootId], { 'organizations:PolicyType': PolicyType }),
    handle: ({ RootId, PolicyType }, call) => {
      const organization = enter(state, call, 'policy');
      if (organization.root.id !== RootId) throw noRoot();
      if (organization.featureSet !== 'ALL') throw policyTypeNotAvailable();
      if (organization.enabledTypes.has(PolicyType)) throw policyTypeEnabled();
      organization.enabledTypes.add(PolicyType);
      for (const target of everything(organization)) attachDefault(organization, PolicyType, target);
      return { Root: rootShape(organization) };
    },
  }),
  operation<TypeRequest, organizations.DisablePolicyTypeResponse>({
    name: 'DisablePolicyType',
    readOnly: false,
    authorize: ({ RootId, PolicyType }, call) =>
      ask.about('DisablePolicyType', call, 'policy', [RootId], { 'organizations:PolicyType': PolicyType }),
    handle: ({ RootId, PolicyType }, call) => {
      const organization = enter(state, call, 'policy');
      if (organization.root.id !== RootId) throw noRoot();
      if (!organization.enabledTypes.has(PolicyType)) throw policyTypeNotEnabled();
      organization.enabledTypes.delete(PolicyType);
      // "all policies of the specified type are automatically detached from all entities in the organization root"
      for (const policy of organization.policies.values()) {
        if (policy.type !== PolicyType) continue;
        for (const target of [...policy.targets]) detach(policy, target);
      }
      return { Root: rootShape(organization) };
    },
  }),
];

const everything = ({ root, units, members }: Organization): readonly (Container | Member)[] => [
  root,
  ...units.values(),
  ...members.values(),
];
