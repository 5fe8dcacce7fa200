import type { Call } from '../../types.ts';
import { noAccess, notInUse } from './errors.ts';
import type { Organization, OrganizationsState } from './state.ts';

/**
 * Who may call an operation, beside what policies say ("You can only call this operation from …" in each page of the
 * API reference).
 */
export type Gate =
  /** The management account alone. */
  | 'management'
  /** Also delegated administrators of any service, and whom the organization's resource policy lets in. */
  | 'delegate'
  /** Also whom the resource policy lets in: managing policies. */
  | 'policy'
  /** Every account of the organization. */
  | 'member';

export type Access =
  /** The caller's own account's policies decide. */
  | 'own'
  /** The organization's resource policy must let the caller in, too. */
  | 'resource-policy'
  | 'none';

/** How a call may go through the gate. Pure. */
export function accessOf(organization: Organization, accountId: string, gate: Gate): Access {
  if (gate === 'member' || organization.managementAccountId === accountId) return 'own';
  if (gate === 'management') return 'none';
  if (gate === 'delegate' && isDelegate(organization, accountId)) return 'own';
  return organization.resourcePolicy === undefined ? 'none' : 'resource-policy';
}

export const isDelegate = (organization: Organization, accountId: string): boolean =>
  [...organization.delegated.values()].some((accounts) => accounts.has(accountId));

/** The caller's organization. Throws AWSOrganizationsNotInUseException, or AccessDeniedException for the wrong account. */
export function enter(state: OrganizationsState, call: Call, gate: Gate): Organization {
  const { accountId } = call.caller;
  const organization = state.members.get(accountId)?.organization;
  if (organization === undefined) throw notInUse();
  // INVARIANT: `ask` has put the resource policy to the engine by now.
  if (accessOf(organization, accountId, gate) === 'none') throw noAccess();
  return organization;
}
