import { storedPolicy } from '../../state/stored-policy.ts';
import type { Container, Member, Organization, OrganizationPolicy, PolicyType } from './state.ts';

/** Types that take part in decisions, and the policy that AWS attaches everywhere when one of them is enabled. */
const defaults: Readonly<
  Record<string, { id: string; name: string; kind: 'scp' | 'rcp'; statement: object }>
> = {
  SERVICE_CONTROL_POLICY: {
    id: 'p-FullAWSAccess',
    name: 'FullAWSAccess',
    kind: 'scp',
    statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  },
  RESOURCE_CONTROL_POLICY: {
    id: 'p-RCPFullAWSAccess',
    name: 'RCPFullAWSAccess',
    kind: 'rcp',
    statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
  },
};

/** Kind of document of a policy type that decisions depend on. */
export const kindOf = (type: PolicyType): 'scp' | 'rcp' | undefined => defaults[type]?.kind;

/** The policies that AWS brings into an organization with all features. */
export const defaultPolicies = (): OrganizationPolicy[] =>
  Object.entries(defaults).map(([type, { id, name, kind, statement }]) => {
    const content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
    return {
      id,
      type,
      awsManaged: true,
      name,
      description: kind === 'scp' ? 'Allows access to every operation' : 'Allows access to every resource',
      content,
      document: storedPolicy(content, kind),
      tags: new Map(),
      targets: new Set(),
    };
  });

export function addDefaultPolicies(organization: Organization): void {
  for (const policy of defaultPolicies()) organization.policies.set(policy.id, policy);
}

/** Attaches the defaults of all enabled types, as AWS does to each new OU and account. */
export function attachDefaults(organization: Organization, target: Container | Member): void {
  for (const type of organization.enabledTypes) attachDefault(organization, type, target);
}

export function attachDefault(
  organization: Organization,
  type: PolicyType,
  target: Container | Member,
): void {
  const policy = organization.policies.get(defaults[type]?.id ?? '');
  if (policy !== undefined) attach(policy, target);
}

/** A policy of this type, or what it is attached to, has changed. */
export function noteChange(organization: Organization, type: PolicyType, now: number): void {
  organization.policiesChangedAt ??= new Map();
  organization.policiesChangedAt.set(type, now);
}

export function attach(policy: OrganizationPolicy, target: Container | Member): void {
  target.attached.add(policy);
  policy.targets.add(target);
}

export function detach(policy: OrganizationPolicy, target: Container | Member): void {
  target.attached.delete(policy);
  policy.targets.delete(target);
}

/** RCPFullAWSAccess can't be detached; neither policy can be changed. */
export const isUndetachable = ({ id }: OrganizationPolicy): boolean => id === 'p-RCPFullAWSAccess';
