import { noAccount, noPolicy, noTarget } from './errors.ts';
import type { Container, Member, Organization, OrganizationPolicy } from './state.ts';

/** A root or OU; undefined when the organization has none of this id. */
export const findContainer = (organization: Organization, id: string): Container | undefined =>
  organization.root.id === id ? organization.root : organization.units.get(id);

export const findMember = (organization: Organization, accountId: string): Member | undefined =>
  organization.members.get(accountId);

/** What policies are attached to. */
export const findTarget = (organization: Organization, id: string): Container | Member | undefined =>
  findContainer(organization, id) ?? findMember(organization, id);

export const findPolicy = (organization: Organization, id: string): OrganizationPolicy | undefined =>
  organization.policies.get(id);

/** They throw the exception that each is named after. */
export function member(organization: Organization, accountId: string): Member {
  const found = findMember(organization, accountId);
  if (found === undefined) throw noAccount();
  return found;
}

export function target(organization: Organization, id: string): Container | Member {
  const found = findTarget(organization, id);
  if (found === undefined) throw noTarget();
  return found;
}

export function policy(organization: Organization, id: string): OrganizationPolicy {
  const found = findPolicy(organization, id);
  if (found === undefined) throw noPolicy();
  return found;
}
